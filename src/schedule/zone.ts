import { DAY } from '../base/index.ts'

/** A stretch of time in which a zone's distance from UTC is the same. Milliseconds, `from` within, `to` not. */
export type Stretch = {
  from: number
  to: number
  /** What is added to UTC to get what the clock on the wall shows. */
  offset: number
  /** By how much the wall clock was put forward (negative: back) at `from`; 0 where nothing happened. */
  shift: number
}

/** The stretch of the zone that `at` lies in. It ends at the latest with the year of UTC, so that looking stays cheap. */
export function stretchAt(zone: string, at: number): Stretch {
  const year = new Date(at).getUTCFullYear()
  const stretches = stretchesOf(zone, year)
  return stretches.find(({ to }) => at < to)!
}

// Every zone has few years that are asked for, and thousands of schedules share a few zones.
const known = new Map<string, Stretch[]>()
const MOST_KNOWN = 5000

function stretchesOf(zone: string, year: number): Stretch[] {
  const key = `${zone} ${year}`
  const found = known.get(key)
  if (found) return found
  if (known.size >= MOST_KNOWN) known.clear()
  const stretches = findStretches(zone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1))
  known.set(key, stretches)
  return stretches
}

// No zone changes twice within a day, so one look a day finds every change.
function findStretches(zone: string, start: number, end: number): Stretch[] {
  const offsetAt = offsetReader(zone)
  let before = offsetAt(start - 1)
  let current: Stretch = { from: start, to: end, offset: offsetAt(start), shift: offsetAt(start) - before }
  const stretches = [current]
  for (let day = start; day < end; day += DAY) {
    before = current.offset
    const next = Math.min(day + DAY, end - 1)
    const after = offsetAt(next)
    if (after === before) continue
    const change = firstWhere(day, next, (at) => offsetAt(at) !== before)
    current.to = change
    current = { from: change, to: end, offset: after, shift: after - before }
    stretches.push(current)
  }
  return stretches
}

/** The first whole moment in (low, high] for which it holds; it must hold at `high`, and go on holding. */
function firstWhere(low: number, high: number, holds: (at: number) => boolean): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

function offsetReader(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (at) => {
    const whole = Math.floor(at / 1000) * 1000
    const [month, day, year, hour, minute, second] = format.format(whole).split(/\D+/).map(Number)
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - whole
  }
}
