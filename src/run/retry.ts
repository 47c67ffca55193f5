import { DAY } from '../base/index.ts'
import type { Manifest } from '../script/index.ts'
import type { Outcome } from './outcome.ts'

const LONGEST_DELAY = DAY

/**
 * The number of the next attempt and how long to wait for it in milliseconds, after attempt `attempt` (from 1) ended
 * so; undefined where there is to be none. The delay grows by the factor `backoff` with each retry.
 */
export function nextAttempt(
  retries: Manifest['retries'],
  attempt: number,
  outcome: Outcome,
): { attempt: number; delayMs: number } | undefined {
  if (!mayPass(outcome) || attempt > retries.limit) return undefined
  const delayMs = Math.min(LONGEST_DELAY, Math.round(retries.delayMs * retries.backoff ** (attempt - 1)))
  return { attempt: attempt + 1, delayMs }
}

/** Whether the same run may end otherwise when it is tried again. */
function mayPass(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'exited':
      return outcome.code !== 0
    case 'raised':
    case 'timed-out':
    case 'killed':
    case 'unanswered':
    case 'lost':
    case 'no-environment':
    case 'not-json':
      return true
    case 'refused':
    case 'gated':
    case 'gate-failed':
    case 'cancelled':
      return false
    default:
      return outcome satisfies never
  }
}
