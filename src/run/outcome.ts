import { formatDuration } from '../base/index.ts'
import type { RunState } from './state.ts'

/** How an attempt ended. A script's failure is a value here, never an exception of ours. */
export type Outcome =
  | { kind: 'exited'; code: number }
  | { kind: 'raised'; type: string }
  | { kind: 'timed-out'; afterMs: number }
  | { kind: 'killed'; reason: string }
  /** A called main or trigger whose interpreter ended, with exit code 0, before it could answer. */
  | { kind: 'unanswered' }
  | { kind: 'lost'; reason: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'no-environment'; message: string }
  | { kind: 'not-json'; what: 'result' | 'data' | 'answer'; message: string }
  | { kind: 'gated' }
  | { kind: 'gate-failed'; reason: string }
  | { kind: 'cancelled'; by: string }

/** The state in which a run rests after this outcome. */
export function stateOf(outcome: Outcome): Exclude<RunState, 'queued' | 'running'> {
  switch (outcome.kind) {
    case 'exited':
      return outcome.code === 0 ? 'succeeded' : 'failed'
    case 'timed-out':
    case 'lost':
    case 'gated':
    case 'cancelled':
      return outcome.kind
    case 'raised':
    case 'killed':
    case 'unanswered':
    case 'refused':
    case 'no-environment':
    case 'not-json':
    case 'gate-failed':
      return 'failed'
    default:
      return outcome satisfies never
  }
}

/** A short sentence for people, without a full stop. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return outcome.code === 0 ? 'succeeded' : `exited with code ${outcome.code}`
    case 'raised':
      return `raised ${outcome.type}`
    case 'timed-out':
      return `timed out after ${formatDuration(outcome.afterMs)}`
    case 'killed':
      return outcome.reason
    case 'unanswered':
      return 'ended without an answer: os._exit, os.exec and the like hand over neither result nor data'
    case 'lost':
      return `lost: ${outcome.reason}`
    case 'refused':
      return `refused: ${outcome.reason}`
    case 'no-environment':
      return 'its environment could not be made'
    case 'not-json':
      return outcome.message
    case 'gated':
      return 'the gate said no'
    case 'gate-failed':
      return `the gate failed: ${outcome.reason}`
    case 'cancelled':
      return `cancelled by ${outcome.by}`
    default:
      return outcome satisfies never
  }
}
