import { CronExpressionParser } from 'cron-parser'
import { memo } from '../base/index.ts'
import type { Schedule } from '../script/index.ts'
import { nextOn, previousOn, countOn, type Grid } from './grid.ts'
import type { Day, WallLine } from './wall.ts'

/** The first moment strictly after `after`; undefined for a line that never comes again. Unix milliseconds. */
export function nextAfter(schedule: Schedule, after: number): number | undefined {
  if (schedule.kind === 'cron') return nextOn(gridOf(schedule), after + 1)
  const { startAt, everyMs } = schedule
  return after < startAt ? startAt : startAt + (Math.floor((after - startAt) / everyMs) + 1) * everyMs
}

/** The last moment at or before `at`; undefined if there is none. */
export function previousAtOrBefore(schedule: Schedule, at: number): number | undefined {
  if (schedule.kind === 'cron') return previousOn(gridOf(schedule), at)
  const { startAt, everyMs } = schedule
  return at < startAt ? undefined : at - ((at - startAt) % everyMs)
}

/** The moments after `from` up to and with `to`, counted and not listed: a month of minutes takes under a millisecond. */
export function countBetween(schedule: Schedule, from: number, to: number): Count {
  const first = nextAfter(schedule, from)
  const last = previousAtOrBefore(schedule, to)
  if (first === undefined || last === undefined || first > to) return { count: 0 }
  if (schedule.kind === 'every') return { count: (last - first) / schedule.everyMs + 1, first, last }
  return { count: countOn(gridOf(schedule), first, last), first, last }
}

export type Count = { count: 0 } | { count: number; first: number; last: number }

/** The next `count` moments after `after`; fewer where the line ends. */
export function nextMoments(schedule: Schedule, after: number, count: number): number[] {
  const moments: number[] = []
  for (let at: number | undefined = after; moments.length < count; moments.push(at)) {
    at = nextAfter(schedule, at)
    if (at === undefined) break
  }
  return moments
}

/** The next `count` moments at which any of the schedules is due, each once. */
export function upcoming(schedules: readonly Schedule[], after: number, count: number): number[] {
  const moments = new Set(schedules.flatMap((schedule) => nextMoments(schedule, after, count)))
  return [...moments].sort((a, b) => a - b).slice(0, count)
}

/** The first moment of any of the schedules after `after`; undefined where none comes. */
export function nextTick(schedules: readonly Schedule[], after: number): number | undefined {
  const moments = schedules.flatMap((schedule) => nextAfter(schedule, after) ?? [])
  return moments.length === 0 ? undefined : Math.min(...moments)
}

// Reading a line costs 30 µs, and thousands of schedules share a few lines.
const lineOf = memo(5000, readLine)

const gridOf = ({ cron, timezone }: Schedule & { kind: 'cron' }): Grid => ({
  zone: timezone,
  line: lineOf(cron),
})

function readLine(cron: string): WallLine {
  const { second, minute, hour, month, dayOfMonth, dayOfWeek } = CronExpressionParser.parse(cron).fields
  const dates = new Set(dayOfMonth.values.map(Number))
  const weekdays = new Set(dayOfWeek.values.map(Number))
  const lasts = new Set(
    dayOfWeek.values
      .map(String)
      .filter((day) => day.endsWith('L'))
      .map((day) => parseInt(day) % 7),
  )
  // Taken out of the parser's own objects, which are large and would be kept.
  const nth = dayOfWeek.nthDay
  const { hasLastChar, isWildcard: isAnyDate } = dayOfMonth
  const { isWildcard: isAnyWeekday } = dayOfWeek

  const isDate = ({ date, daysInMonth }: Day) => dates.has(date) || (hasLastChar && date === daysInMonth)
  const isWeekday = ({ date, weekday, daysInMonth }: Day) =>
    (weekdays.has(weekday) && (nth <= 0 || Math.ceil(date / 7) === nth)) ||
    (lasts.has(weekday) && date > daysInMonth - 7)
  // Vixie cron's rule: where both kinds of day are narrowed down, either will do.
  const isDue = (day: Day) => {
    if (isAnyWeekday) return isDate(day)
    return isWeekday(day) || (!isAnyDate && isDate(day))
  }
  return {
    seconds: [...second.values],
    minutes: [...minute.values],
    hours: [...hour.values],
    months: new Set<number>(month.values),
    isDue,
  }
}
