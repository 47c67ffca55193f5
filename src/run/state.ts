import { stateOf, type Outcome } from './outcome.ts'

export const RUN_STATES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'timed-out',
  'cancelled',
  'lost',
  'gated',
] as const

/** Where a run is. Only `queued` and `running` are ever left. */
export type RunState = (typeof RUN_STATES)[number]

export type RunEvent =
  | { kind: 'claimed' }
  /** The attempt ended, and policy asks for a further one. */
  | { kind: 'retried'; outcome: Outcome }
  | { kind: 'ended'; outcome: Outcome }

/**
 * The state after the event; throws where it cannot happen.
 *
 * ```
 *              claimed               ended
 *   queued ───────────────► running ───────► succeeded, failed, timed-out, cancelled, lost
 *    │   ▲                     │
 *    │   └────── retried ──────┘
 *    │
 *    └── ended ──► gated (the gate said no), failed (the gate failed, or the run was refused), cancelled
 * ```
 *
 * A gate is asked while its run is queued: it is no attempt, so one that a crash cut off is simply asked again.
 */
export function next(state: RunState, event: RunEvent): RunState {
  const impossible = () => new Error(`a run that is ${state} cannot be ${describeEvent(event)}`)
  switch (event.kind) {
    case 'claimed':
      if (state !== 'queued') throw impossible()
      return 'running'
    case 'retried':
      if (state !== 'running' || !MAY_END.running.has(stateOf(event.outcome))) throw impossible()
      return 'queued'
    case 'ended': {
      const end = stateOf(event.outcome)
      if (!MAY_END[state]?.has(end)) throw impossible()
      return end
    }
    default:
      return event satisfies never
  }
}

/** Whether nothing can happen to the run any more. */
export const isFinal = (state: RunState): boolean => state !== 'queued' && state !== 'running'

const MAY_END: { [state in RunState]?: Set<RunState> } & Record<'queued' | 'running', Set<RunState>> = {
  queued: new Set(['gated', 'failed', 'cancelled']),
  running: new Set(['succeeded', 'failed', 'timed-out', 'cancelled', 'lost']),
}

function describeEvent(event: RunEvent): string {
  return event.kind === 'claimed' ? 'claimed' : `${event.kind} (${event.outcome.kind})`
}
