import { expect, test } from 'vitest'
import {
  dateText,
  elapsedTime,
  plainLine,
  plainText,
  relativeTime,
  sentence,
  shortTime,
  visibleCode,
  writeOn,
} from '../../views/words.ts'
import { countsOf, headlineOf, standingOf } from '../../views/scripts/standing.ts'
import { NOW, scriptRows } from './samples.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE

test.each([
  [0, 'now'],
  [-31_000, '31 s ago'],
  [-119_000, '1 min ago'],
  [13 * MINUTE, 'in 13 min'],
  [-5 * 60 * MINUTE, '5 h ago'],
  [-DAY, '1 day ago'],
  [3 * DAY, 'in 3 days'],
  [-40 * DAY, '14 Oct 2026'],
])('%d ms away is “%s”', (away, words) => {
  expect(relativeTime(NOW + away, NOW)).toBe(words)
})

test('elapsed time reads like a clock', () => {
  expect([0, 7000, 72_000, 7_500_000, -5].map(elapsedTime)).toEqual([
    '0:00',
    '0:07',
    '1:12',
    '2:05:00',
    '0:00',
  ])
})

test('a short time leaves out what is clear', () => {
  expect(shortTime(NOW, NOW)).toBe('23 Nov 06:47')
  expect(shortTime(NOW + 10_000, NOW)).toBe('23 Nov 06:47:10')
  expect(shortTime(NOW - 365 * DAY, NOW)).toBe('23 Nov 2025 06:47')
  expect(dateText(NOW)).toBe('23 Nov 2026')
})

test.each([
  ['plain \t text', 'plain \t text'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', 'link'],
  ['10 %\r20 %', '20 %'],
  ['end\r', 'end'],
  ['a\u0000\u0008b', 'ab'],
  ['', ''],
])('the log line %j is shown as %j', (written, shown) => {
  expect(plainLine(written)).toBe(shown)
})

test('what is written on a line follows it, and a carriage return goes back over it', () => {
  expect(['.', '.', ' done'].reduce(writeOn)).toBe('.. done')
  expect(['\r 5%', '\r10%', '\r15%'].reduce(writeOn)).toBe('15%')
  expect(['5%\r', '10%\r', 'done'].reduce(writeOn)).toBe('done')
  expect(plainText('\u001b[1ma\u001b[0m\n10 %\r20 %\n')).toBe('a\n20 %\n')
})

test.each([
  ['run 7 is not found', 'Run 7 is not found.'],
  ['input is not JSON: Unexpected end', 'Input is not JSON: Unexpected end.'],
  ['finance.old is no script', 'finance.old is no script.'],
  ["'7' is no number!", "'7' is no number!"],
])('%j stands on a page as %j', (text, shown) => {
  expect(sentence(text)).toBe(shown)
})

test('nothing hides in code', () => {
  expect(visibleCode('a\t= "\u001b[31m\u0000\u007f\u0085" # \u202e x')).toBe('a\t= "␛[31m␀␡�" # ⟨U+202E⟩ x')
})

test('what is wrong outranks what goes on', () => {
  expect(scriptRows.map((row) => standingOf(row, NOW))).toEqual([
    'failing',
    'running',
    'late',
    'healthy',
    'paused',
    'invalid',
    'waiting',
  ])
})

test('the headline is one sentence about all scripts', () => {
  const headline = (...indexes: number[]) =>
    headlineOf(
      countsOf(
        indexes.map((i) => scriptRows[i]!),
        NOW,
      ),
    )
  expect(headline()).toBe('There are no scripts yet')
  expect(headline(3, 6)).toBe('Nothing needs attention')
  expect(headline(4)).toBe('All scripts are paused')
  expect(headline(0, 3)).toBe('One script is failing')
  expect(headline(0, 0)).toBe('2 scripts are failing')
  expect(headline(0, 2, 5)).toBe('3 scripts need attention')
})
