import { MINUTE } from '../base/index.ts'
import type { Manifest, Schedule } from '../script/index.ts'
import { countBetween, previousAtOrBefore } from './cron.ts'
import { startOf } from './jitter.ts'

/**
 * A moment that starts later than this after its time was missed: the server was asleep or overrun, or its clock jumped.
 * What is less late is the ordinary work of a busy server.
 */
export const ON_TIME_MS = MINUTE

/** The most moments that `catch_up: all` brings back. */
const MOST_CAUGHT_UP = 25

/** Moments in a row with the same fate, counted. `down`: the server was not running; `late`: it was, but came too late. */
export type Span = {
  outcome: 'missed' | 'skipped'
  reason: 'down' | 'late' | 'paused'
  first: number
  last: number
  count: number
}

export type DueMoment = { at: number; lateMs: number }

/** What has to be accounted for, in the order of time: spans, then due moments; from then on the frontier is `frontier`. */
export type DuePlan = { spans: Span[]; due: DueMoment[]; frontier: number }

export type DueQuestion = {
  slug: string
  schedule: Schedule
  /** The last moment accounted for. */
  frontier: number
  now: number
  /** Since when the server has been here; moments before it are on time under no circumstances. */
  upSince: number
  /** Moments up to here belong to rules that are not known any more: they never start. */
  notBefore: number
  paused: Manifest['paused']
  catchUp: Manifest['catchUp']
  /** Takes moments at their time, whatever their jitter: for the last ones under rules that end now. */
  withoutJitter?: boolean
}

/** Accounts for every moment after the frontier that has come by `now`, each exactly once. Pure. */
export function planMoments(question: DueQuestion): DuePlan {
  const { schedule, frontier } = question
  const last = lastCome(question)
  if (last === undefined || last <= frontier) return { spans: [], due: [], frontier }
  const pausedTo = Math.max(frontier, Math.min(last, lastPaused(question)))
  const due = dueAmong(question, pausedTo, last)
  const missedTo = due.length > 0 ? due[0]! - 1 : last
  const downTo = Math.max(pausedTo, Math.min(missedTo, question.upSince - 1))
  const spans = [
    spanOf(schedule, frontier, pausedTo, 'skipped', 'paused'),
    spanOf(schedule, pausedTo, downTo, 'missed', 'down'),
    spanOf(schedule, downTo, missedTo, 'missed', 'late'),
  ]
  return {
    spans: spans.filter((span) => span !== undefined),
    due: due.map((at) => ({ at, lateMs: Math.max(0, question.now - startIn(question, at)) })),
    frontier: last,
  }
}

/** Whether a script is paused at a moment. */
export function isPausedAt(paused: Manifest['paused'], at: number): boolean {
  return paused !== false && (paused.until === undefined || at < paused.until)
}

function lastCome(question: DueQuestion): number | undefined {
  const last = previousAtOrBefore(question.schedule, question.now)
  if (last === undefined || startIn(question, last) <= question.now) return last
  return previousAtOrBefore(question.schedule, last - 1)
}

function lastPaused({ paused }: DueQuestion): number {
  if (paused === false) return -Infinity
  return paused.until === undefined ? Infinity : paused.until - 1
}

/** The moments after `after` that start now, in order; `last` is among them or none is. */
function dueAmong(question: DueQuestion, after: number, last: number): number[] {
  const { schedule, now, notBefore, catchUp } = question
  const least = Math.max(after, notBefore)
  if (last <= least) return []
  const start = startIn(question, last)
  const isOnTime = start >= question.upSince && now - start <= ON_TIME_MS
  if (catchUp.mode === 'none') return isOnTime ? [last] : []
  const inWindow = (at: number) => at >= now - catchUp.windowMs
  if (!isOnTime && !inWindow(last)) return []
  const most = catchUp.mode === 'all' ? MOST_CAUGHT_UP : 1
  const due = [last]
  while (due.length < most) {
    const before = previousAtOrBefore(schedule, due[0]! - 1)
    if (before === undefined || before <= least || !inWindow(before)) break
    due.unshift(before)
  }
  return due
}

const startIn = ({ slug, schedule, withoutJitter }: DueQuestion, at: number) =>
  withoutJitter ? at : startOf(slug, schedule, at)

function spanOf(
  schedule: Schedule,
  after: number,
  to: number,
  outcome: Span['outcome'],
  reason: Span['reason'],
): Span | undefined {
  if (to <= after) return undefined
  const found = countBetween(schedule, after, to)
  return 'first' in found ? { outcome, reason, ...found } : undefined
}
