/** What became of a due moment. `pending`: its gate is being asked. */
export const TICK_OUTCOMES = [
  'pending',
  'ran',
  'gated',
  'skipped',
  'missed',
  'gate-failed',
  'refused',
] as const
export type TickOutcome = (typeof TICK_OUTCOMES)[number]

/** A due moment with its outcome, or moments in a row that folded into one: then `until` is the last and `count` how many. */
export type Tick = {
  id: number
  slug: string
  scheduleId: string
  scheduledAt: number
  until: number
  count: number
  outcome: TickOutcome
  /** skipped: `overlap`, `paused`; missed: `down`, `late`; gate-failed and refused: why, in words. */
  reason?: string
  runId?: number
  /** How long after its moment, and after its jitter, it was dealt with. */
  lateMs?: number
  /** The commit in force. */
  commit?: string
}

/** As much of a tick as a mark in a strip tells of it. */
export type TickMark = Pick<Tick, 'scheduledAt' | 'until' | 'count' | 'outcome' | 'reason'>

export type TickRange = {
  from?: number | undefined
  to?: number | undefined
  outcome?: TickOutcome | undefined
}

/** A place in a list: that of its last row. */
export type TickPlace = { scheduledAt: number; id: number }
