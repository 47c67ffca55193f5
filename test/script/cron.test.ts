import { CronExpressionParser } from 'cron-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeCron, readCron } from '../../src/script/index.ts'

const faults = (text: string) => {
  const read = readCron(text)
  return 'faults' in read ? read.faults.map(({ reason, remedy }) => `${reason}; ${remedy}`) : []
}
const meaning = (text: string) => {
  const read = readCron(text)
  return 'line' in read ? read.line.meaning : undefined
}
const HINT = "a range '1-5', a step '*/2', a list '1,3' or '*'"

test.each([
  [
    '',
    [
      "it has 0 fields, and a cron line has 5; write minute, hour, day of month, month, day of week, such as '0 7 * * 1-5'",
    ],
  ],
  [
    '5',
    [
      "it has 1 field, and a cron line has 5; write minute, hour, day of month, month, day of week, such as '0 7 * * 1-5'",
    ],
  ],
  [
    '0 0 7 * * 1',
    [
      "it has 6 fields, and a cron line has 5 (there are no seconds); write '0 7 * * 1', or {every: …} for seconds",
    ],
  ],
  ['61 * * * *', ['minute 61 is outside 0-59; write a minute from 0 to 59']],
  [
    '* 24 0 13 8',
    [
      'hour 24 is outside 0-23; write an hour from 0 to 23',
      'day of month 0 is outside 1-31; write a day of month from 1 to 31',
      'month 13 is outside 1-12; write a month from 1 to 12',
      'day of week 8 is outside 0-7; write a day of week from 0 to 7',
    ],
  ],
  ['* * * * FOO', [`'FOO' is no day of week; write 0 to 7 or SUN to SAT, ${HINT}`]],
  ['* * * Mai *', [`'Mai' is no month; write 1 to 12 or JAN to DEC, ${HINT}`]],
  ['? * * * *', [`'?' is no minute; write 0 to 59, ${HINT}`]],
  ['H * * * *', [`'H' is no minute; write 0 to 59, ${HINT}`]],
  ['1, * * * *', [`the list of the minute has an empty place; write 0 to 59, ${HINT}`]],
  ['*/0 * * * *', ["the step 0 in '*/0' is outside 1-59; write a step from 1 to 59"]],
  ['*/90 * * * *', ["the step 90 in '*/90' is outside 1-59; write {every: 90m} instead of {cron: …}"]],
  ['0 22-6 * * *', ["the range '22-6' runs backwards; write '22-23,0-6'"]],
  ['0 0 * * FRI-MON', ["the range 'FRI-MON' runs backwards; write '5-6,0-1'"]],
  ['5,5 * * * *', ["minute 5 is there twice in '5,5'; write each value once"]],
  ['0 0 * * 0,7', ["day of week 0 is there twice in '0,7'; write each value once"]],
  ['0 0 30 2 *', ['day 30 of month 2 never comes; write a day that the month has']],
  ['0 0 31 4,6,SEP *', ['day 31 of month 4,6,SEP never comes; write a day that the month has']],
  ['@reboot', ['a server has no reboot of its own; use {every: …}, or run it by hand']],
  ['@every 5m', ['this is no cron word; write {every: 1m} instead of {cron: …}']],
  ['@dayly', ["this is no cron word; write '@daily'"]],
  [
    '@constructor',
    ['this is no cron word; write one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually'],
  ],
])('%j is refused with reason and remedy', (text, expected) => {
  expect(faults(text)).toEqual(expected)
})

test.each([
  ['@daily', '0 0 * * *'],
  ['@weekly', '0 0 * * SUN'],
  ['0 0 * * 0', '0 0 * * 7'],
  ['*/30 * * * *', '0,30 * * * *'],
  ['0-59 * * * *', '* * * * *'],
  ['0 0 * jan-mar MON,tue', ' 00  00 * 1,2,3 1-2 '],
  ['0 0 * * friL', '0 0 * * 5L'],
])('%j means the same as %j', (one, other) => {
  expect(meaning(one)).toBeDefined()
  expect(meaning(one)).toBe(meaning(other))
})

test('a leap day and the last day are days that come', () => {
  expect(['0 0 29 2 *', '0 0 L 2 *', '0 0 30 2 MON', '0 0 * * 5#5'].map(faults)).toEqual([[], [], [], []])
})

const bound = fc.oneof(
  fc.integer({ min: 0, max: 62 }).map(String),
  fc.constantFrom('*', 'MON', 'jan', 'L', '07'),
)
const item = fc.oneof(
  { weight: 6, arbitrary: bound },
  { weight: 3, arbitrary: fc.tuple(bound, bound).map(([a, b]) => `${a}-${b}`) },
  { weight: 3, arbitrary: fc.tuple(bound, fc.integer({ min: 0, max: 40 })).map(([a, n]) => `${a}/${n}`) },
  { weight: 1, arbitrary: fc.tuple(bound, bound, fc.nat(9)).map(([a, b, n]) => `${a}-${b}/${n}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('5L', 'friL', '7L', '1#2', 'SUN#5', '3#6', '?', 'H', '15W', '-', '/', ''),
  },
)
const field = fc.oneof(
  { weight: 3, arbitrary: fc.constant('*') },
  { weight: 4, arbitrary: item },
  { weight: 1, arbitrary: fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(',')) },
)
const line = fc.array(field, { minLength: 5, maxLength: 5 }).map((fields) => fields.join(' '))

test('what is accepted is what cron-parser evaluates, and it has a next moment and words', () => {
  fc.assert(
    fc.property(line, (text) => {
      const read = readCron(text)
      if ('faults' in read) return
      const parsed = CronExpressionParser.parse(read.line.cron, {
        currentDate: '2026-01-01T00:00:00Z',
        tz: 'UTC',
      })
      const { minute, hour, dayOfMonth, month, dayOfWeek } = parsed.fields
      const theirs = [minute, hour, dayOfMonth, month, dayOfWeek].map(({ values }, i) =>
        // Only for days of the week 7 is another word for 0, and `#` is kept beside the values.
        sorted(values.map((value) => (i === 4 ? week(String(value), dayOfWeek.nthDay) : String(value)))),
      )
      const ours = read.line.meaning
        .split(' ')
        .map((values, i) => sorted(values === '*' ? all(i) : values.split(',')))
      // In a month of its own cron-parser leaves out days that it does not have.
      if (ours[3]!.length > 1) expect(ours).toEqual(theirs)
      else expect([ours[0], ours[1], ours[3], ours[4]]).toEqual([theirs[0], theirs[1], theirs[3], theirs[4]])
      expect(parsed.next().getTime()).toBeGreaterThan(0)
      expect(describeCron(read.line.cron)).not.toMatch(/undefined|error/i)
    }),
    { numRuns: 3000 },
  )
})

test('what is refused is refused by cron-parser too, but for what nobody means', () => {
  fc.assert(
    fc.property(line, (text) => {
      const read = readCron(text)
      if ('line' in read || /[?H#]/.test(text) || /step|never|fields/.test(JSON.stringify(read))) return
      expect(() => CronExpressionParser.parse(text)).toThrow()
    }),
    { numRuns: 1000 },
  )
})

function week(value: string, nth: number): string {
  const day = value.endsWith('L') ? `${Number(value[0]) % 7}L` : String(Number(value) % 7)
  return nth > 0 ? `${day}#${nth}` : day
}

function all(index: number): string[] {
  const [least, most] = [
    [0, 59],
    [0, 23],
    [1, 31],
    [1, 12],
    [0, 6],
  ][index] as [number, number]
  return Array.from({ length: most - least + 1 }, (_, i) => String(least + i))
}

const sorted = (values: string[]) => [...new Set(values)].sort()
