import { expect, test } from 'vitest'
import { createScreen, isColourful, widthOf } from '../../src/command/screen.ts'
import { addressOf, connect, isOpen } from '../../src/command/connect.ts'
import { systemClock } from '../../src/base/index.ts'

const clock = { ...systemClock, now: () => Date.parse('2026-01-01T12:00:00Z') }

test('a table stands in columns, wide letters counted, and fits the terminal', () => {
  const rows = [
    ['日報', { text: 'Failed', tone: 'bad' as const }, 'a long reason\nover two lines'],
    ['first', 'Succeeded', ''],
  ]
  expect(createScreen({}, {}, clock).table(['SCRIPT', 'STATE', 'WHY'], rows)).toBe(
    'SCRIPT  STATE      WHY\n日報    Failed     a long reason over two lines\nfirst   Succeeded  –',
  )
  const narrow = createScreen({ NO_COLOR: '1' }, { isTTY: true, columns: 32 }, clock)
  const drawn = narrow.table(['SCRIPT', 'STATE', 'WHY'], rows)
  expect(drawn.split('\n')[1]).toBe('日報    Failed     a long reaso…')
  expect(Math.max(...drawn.split('\n').map(widthOf))).toBeLessThanOrEqual(32)
})

test('what a script put into its name or reason cannot move the cursor', () => {
  expect(createScreen({}, {}, clock).table(['WHY'], [['\u001b[2J\u0007']])).toBe('WHY\n\\x1b[2J\\x07')
})

test('times are relative on a terminal, and exact elsewhere', () => {
  const at = '2026-01-01T11:45:00.000Z'
  expect(createScreen({}, { isTTY: true }, clock).time(at)).toBe('15 min ago')
  expect(createScreen({}, {}, clock).time(at)).toBe(at)
})

test.each([
  [{}, false, false],
  [{}, true, true],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
])('with %j and a terminal %j there are colours: %j', (variables, isTTY, colourful) => {
  expect(isColourful(variables, { isTTY })).toBe(colourful)
})

test.each([
  ['http://127.0.0.1:8080', false],
  ['http://localhost', false],
  ['http://[::1]:8080', false],
  ['https://sxs.example.org', false],
  ['http://sxs.example.org', true],
  ['http://127.0.0.1.example.org', true],
])('whether a key travels in the open to %s: %j', (url, open) => {
  expect(isOpen(addressOf('login', url))).toBe(open)
})

test('a key is told to no server but the one it is for', () => {
  const logins = { list: () => [{ url: 'http://a', user: 'ada', key: 'kept' }] }
  const settings = { logins: { ...logins, path: '', keep: () => undefined, forget: () => undefined } }
  const at = (url: string | undefined, key: string | undefined, server?: string) => () =>
    connect({ ...settings, url, key }, server).url
  expect(at(undefined, undefined)()).toBe('http://a')
  expect(at('http://b', 'given')()).toBe('http://b')
  expect(at('http://b', undefined)).toThrow('there is no key for http://b; sxs login http://b')
  expect(at('http://b', 'given', 'http://a')()).toBe('http://a')
  expect(at('http://b', 'given', 'http://c')).toThrow('there is no key for http://c')
})
