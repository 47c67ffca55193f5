import { CronExpressionParser } from 'cron-parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/index.ts'
import {
  countBetween,
  nextAfter,
  nextMoments,
  nextTick,
  previousAtOrBefore,
  startOf,
} from '../../src/schedule/index.ts'
import type { Schedule } from '../../src/script/index.ts'
import { cronOf, everyOf } from './support.ts'

const START = Date.UTC(2026, 0, 1)
const END = Date.UTC(2028, 0, 1)

const local = (at: number, timeZone: string) =>
  new Date(at).toLocaleString('sv', { timeZone, timeZoneName: 'longOffset' }).replace('−', '-')

/** What the schedule has on one day of its zone, as the wall shows it. */
function onDay(cron: string, timezone: string, day: string): string[] {
  const from = Date.parse(`${day}T00:00Z`) - DAY
  return nextMoments(cronOf(cron, timezone), from, 3000)
    .filter((at) => at < from + 3 * DAY)
    .map((at) => local(at, timezone))
    .filter((text) => text.startsWith(day))
    .map((text) => text.slice(11).replace(':00 ', ' '))
}

describe('a change of the clock', () => {
  test.each([
    // Put forward 02:00 → 03:00: what is in the gap comes an hour later.
    ['Europe/Rome', '2026-03-29', '30 2 * * *', ['03:30 GMT+02:00']],
    ['Europe/Rome', '2026-03-29', '0 2,3 * * *', ['03:00 GMT+02:00']],
    ['Europe/Rome', '2026-03-29', '*/30 1-2 * * *', ['01:00', '01:30', '03:00', '03:30']],
    ['America/New_York', '2026-03-08', '30 2 * * *', ['03:30 GMT-04:00']],
    // By half an hour only, 02:00 → 02:30.
    ['Australia/Lord_Howe', '2026-10-04', '15 2 * * *', ['02:45 GMT+11:00']],
    ['Australia/Lord_Howe', '2026-10-04', '45 2 * * *', ['02:45 GMT+11:00']],
    // Midnight itself is in the gap.
    ['Africa/Cairo', '2026-04-24', '0 0 * * *', ['01:00 GMT+03:00']],
    // Put back 03:00 → 02:00: once, at the first time.
    ['Europe/Rome', '2026-10-25', '30 2 * * *', ['02:30 GMT+02:00']],
    ['Europe/Rome', '2026-10-25', '*/30 1-3 * * *', ['01:00', '01:30', '02:00', '02:30', '03:00', '03:30']],
    ['America/New_York', '2026-11-01', '30 1 * * *', ['01:30 GMT-04:00']],
    ['Australia/Lord_Howe', '2026-04-05', '45 1 * * *', ['01:45 GMT+11:00']],
    ['Australia/Lord_Howe', '2026-04-05', '0 2 * * *', ['02:00 GMT+10:30']],
    ['America/Havana', '2026-11-01', '0 0 * * *', ['00:00 GMT-04:00']],
  ])('%s, %s: %s is due at %j', (zone, day, cron, expected) => {
    const moments = onDay(cron, zone, day)
    expect(moments.map((text, i) => text.slice(0, expected[i]?.length))).toEqual(expected)
  })

  test('does not stop a line for every hour', () => {
    expect(onDay('0 * * * *', 'Europe/Rome', '2026-10-25')).toHaveLength(25)
    expect(onDay('0 * * * *', 'Europe/Rome', '2026-03-29')).toHaveLength(23)
    expect(onDay('*/10 * * * *', 'Australia/Lord_Howe', '2026-04-05')).toHaveLength(24 * 6 + 3)
    expect(onDay('*/10 * * * *', 'Australia/Lord_Howe', '2026-10-04')).toHaveLength(24 * 6 - 3)
  })
})

const LINES = [
  '30 2 * * *',
  '*/20 1-4 * * *',
  '0 */6 1,15 * 1-5',
  '0 12 13 * 5',
  '0 3 L * *',
  '5 1 * * 5L',
  '0 0 * 2 1#3',
]

describe.each(['Europe/Rome', 'America/New_York'])('two years in %s', (zone) => {
  test.each(LINES)('%s has the moments that cron-parser has', (cron) => {
    const schedule = cronOf(cron, zone)
    const theirs = cronParserMoments(cron, zone, START, END)
    expect(momentsOf(schedule, START, END)).toEqual(theirs)
    expect(countBetween(schedule, START, END)).toEqual({
      count: theirs.length,
      first: theirs[0],
      last: theirs.at(-1),
    })
  })
})

test('random lines have the moments that cron-parser has, also over a change of the clock', () => {
  const field = (most: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: 0, max: most }).map(String),
      fc.integer({ min: 2, max: 7 }).map((step) => `*/${step}`),
      fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 4 }).map(String),
    )
  const line = fc.tuple(
    field(59),
    field(23),
    fc.constantFrom('*', '*', '29', '1-7', '25,8'),
    fc.constantFrom('*', '0', '5-7'),
  )
  const place = fc.constantFrom(
    ['Europe/Rome', '2026-03-28'],
    ['Europe/Rome', '2026-10-24'],
    ['America/New_York', '2027-03-13'],
    ['America/New_York', '2026-10-31'],
    ['Africa/Cairo', '2026-04-23'],
    ['UTC', '2028-02-28'],
    ['Asia/Kolkata', '2026-12-31'],
    // cron-parser gets lost where the clock moves by half an hour, so here only the days between.
    ['Australia/Lord_Howe', '2026-06-01'],
  )
  fc.assert(
    fc.property(line, place, ([minute, hour, date, weekday], [zone, day]) => {
      const cron = `${minute} ${hour} ${date} * ${weekday}`
      const from = Date.parse(`${day}T00:00Z`)
      const to = from + 3 * DAY
      expect(momentsOf(cronOf(cron, zone!), from, to)).toEqual(cronParserMoments(cron, zone!, from, to))
    }),
    { numRuns: 60 },
  )
})

test('next, previous and count agree wherever they are asked, in zones of every kind', () => {
  const zones = [
    'Europe/Rome',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'America/Havana',
    'UTC',
  ]
  const lines = [...LINES, '* * * * *', '*/7 0-23/2 * * *', '15 2 * * *', '*/11 * * * *', '45 23 * * 6']
  // Near the changes of the clock: in March to May and in October and November.
  const at = fc.constantFrom(
    '2026-03-08',
    '2026-03-29',
    '2026-04-05',
    '2026-04-24',
    '2026-10-04',
    '2026-10-25',
    '2026-11-01',
  )
  const offset = fc.integer({ min: -DAY, max: DAY })
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.constantFrom(...lines), at, offset, (zone, cron, day, more) => {
      const schedule = cronOf(cron, zone)
      const from = Date.parse(day) + more
      const moments = nextMoments(schedule, from, 40)
      const last = moments.at(-1)!
      expect(moments.every((moment, i) => moment > (moments[i - 1] ?? from))).toBe(true)
      for (const [i, moment] of moments.entries()) {
        expect(previousAtOrBefore(schedule, moment)).toBe(moment)
        if (i > 0) expect(previousAtOrBefore(schedule, moment - 1)).toBe(moments[i - 1])
      }
      expect(countBetween(schedule, from, last)).toEqual({ count: 40, first: moments[0], last })
      expect(countBetween(schedule, moments[7]!, last - 1).count).toBe(31)
    }),
    { numRuns: 300 },
  )
})

test('a month of minutes is counted in an instant', () => {
  const schedule = cronOf('* * * * *', 'Europe/Rome')
  const from = Date.UTC(2026, 2, 5)
  const begun = performance.now()
  const counted = countBetween(schedule, from, from + 30 * DAY)
  expect(performance.now() - begun).toBeLessThan(50)
  expect(counted).toEqual({ count: 43_200, first: from + MINUTE, last: from + 30 * DAY })
})

test('a rare day is found, and one that never comes is not', () => {
  const leap = cronOf('0 0 29 2 1', 'UTC')
  expect(nextAfter(cronOf('0 12 29 2 *', 'UTC'), Date.UTC(2096, 5, 1))).toBe(Date.UTC(2104, 1, 29, 12))
  expect(nextAfter(leap, Date.UTC(2026, 1, 24))).toBe(Date.UTC(2027, 1, 1))
  const fifth = cronOf('0 0 * 2 1#5', 'UTC')
  expect(new Date(nextAfter(fifth, START)!).toISOString()).toBe('2044-02-29T00:00:00.000Z')
  expect(previousAtOrBefore(cronOf('0 12 29 2 *', 'UTC'), START)).toBe(Date.UTC(2024, 1, 29, 12))
})

describe('every', () => {
  const schedule = everyOf(15 * MINUTE, START)

  test('counts from its start, and has nothing before it', () => {
    expect(nextAfter(schedule, 0)).toBe(START)
    expect(nextAfter(schedule, START)).toBe(START + 15 * MINUTE)
    expect(nextAfter(schedule, START - 1)).toBe(START)
    expect(previousAtOrBefore(schedule, START - 1)).toBeUndefined()
    expect(previousAtOrBefore(schedule, START + HOUR + 1)).toBe(START + HOUR)
    expect(countBetween(schedule, 0, START - 1)).toEqual({ count: 0 })
  })

  test('is counted by arithmetic', () => {
    expect(countBetween(everyOf(5 * SECOND), START, START + 30 * DAY)).toEqual({
      count: 518_400,
      first: START + 5 * SECOND,
      last: START + 30 * DAY,
    })
  })
})

test('the next tick is the first of all schedules', () => {
  expect(nextTick([cronOf('0 7 * * *', 'UTC'), everyOf(8 * HOUR)], START)).toBe(START + 7 * HOUR)
  expect(nextTick([], START)).toBeUndefined()
})

describe('jitter', () => {
  const schedule = { ...everyOf(MINUTE), jitterMs: 20 * SECOND }
  const starts = nextMoments(schedule, START, 500).map((at) => startOf('a', schedule, at) - at)

  test('spreads starts over its whole length, the same each time', () => {
    expect(Math.min(...starts)).toBeLessThan(SECOND)
    expect(Math.max(...starts)).toBeGreaterThan(19 * SECOND)
    expect(Math.max(...starts)).toBeLessThanOrEqual(20 * SECOND)
    expect(nextMoments(schedule, START, 500).map((at) => startOf('a', schedule, at) - at)).toEqual(starts)
  })

  test('differs from script to script', () => {
    expect(startOf('b', schedule, START)).not.toBe(startOf('a', schedule, START))
  })

  test('never reaches the next moment', () => {
    const wide = { ...cronOf('*/5 * * * *', 'UTC'), jitterMs: HOUR }
    const moments = nextMoments(wide, START, 200)
    const late = moments.map((at) => startOf('a', wide, at))
    expect(late.slice(0, -1).every((at, i) => at < moments[i + 1]!)).toBe(true)
  })
})

function momentsOf(schedule: Schedule, after: number, to: number): number[] {
  const moments: number[] = []
  for (let at = nextAfter(schedule, after); at !== undefined && at <= to; at = nextAfter(schedule, at))
    moments.push(at)
  return moments
}

function cronParserMoments(cron: string, tz: string, after: number, to: number): number[] {
  const line = CronExpressionParser.parse(cron, { tz, currentDate: new Date(after) })
  const moments: number[] = []
  for (let at = line.next().getTime(); at <= to; at = line.next().getTime()) moments.push(at)
  return moments
}
