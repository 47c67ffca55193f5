import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { readPlainYaml } from '../../src/script/plain-yaml.ts'

const whole = (text: string): unknown => {
  const parsed = parseDocument(text, { version: '1.2', schema: 'core', stringKeys: true })
  return parsed.errors.length + parsed.warnings.length > 0 ? 'wrong' : parsed.toJS()
}

const piece = fc.constantFrom(
  ...['description', 'schedule', 'cron', 'env', 'A', 'tags', 'true', 'null', 'True', 'yes', 'on', '~'],
  ...[
    ': ',
    ':',
    '\n',
    '\n  ',
    '\n    ',
    '\n- ',
    '\n  - ',
    '- ',
    ' ',
    '  ',
    '#',
    ' # ',
    '---',
    '...',
    '\t',
    '\r\n',
  ],
  ...[
    "'",
    '"',
    "'0 2 * * *'",
    '"a b"',
    "'#'",
    "''",
    '""',
    '{',
    '}',
    '[a, b]',
    '&a',
    '*a',
    '|',
    '>',
    '!',
    '%',
    '@',
  ],
  ...[
    '0',
    '7',
    '012',
    '1.5',
    '1e3',
    '0x1F',
    '0o17',
    '.5',
    '.inf',
    '-1',
    '+1',
    '1_000',
    '15m',
    '512MiB',
    '3.10',
  ],
  ...[
    '2026-01-01',
    '12:30',
    'Europe/Rome',
    'a, b',
    'perché no',
    '—',
    '\u2028',
    '\u0085',
    '\ufeff',
    '\\n',
    '?',
    '-',
  ],
)
const line = fc
  .tuple(
    fc.constantFrom('', '', '', '  ', '    ', '- ', '  - '),
    fc.constantFrom(...'abcdefgh', 'cron', ''),
    fc.array(piece, { maxLength: 2 }),
  )
  .map(([indent, key, value]) => `${indent}${key && `${key}: `}${value.join('')}`.trimEnd())

const flow = fc
  .array(
    fc.constantFrom(
      ...[
        '[',
        ']',
        '{',
        '}',
        ', ',
        ',',
        'a: ',
        'b: ',
        'a:',
        'true: ',
        ' ',
        'x',
        'x y',
        'eu-1',
        '1',
        '15m',
        'null',
      ],
      ...["'a, b'", '"c"', '""', "''", '0 7 * * *', '-', '- ', '#', ':', '?', '[a, b]', '{a: 1}', '[]', '{}'],
    ),
    { maxLength: 7 },
  )
  .map((all) => all.join(''))
const flowLine = fc
  .tuple(fc.constantFrom('k: ', '- ', 'k: [', 'k: {a: '), flow, fc.constantFrom('', ']', '}'))
  .map((all) => all.join(''))

test('what is read as plain means the same to the whole parser', () => {
  let read = 0
  const check = (text: string) => {
    const plain = readPlainYaml(text)
    if (plain === undefined) return
    read += 1
    expect(plain).toEqual(whole(text))
  }
  const pieces = fc.array(piece, { maxLength: 12 }).map((all) => all.join(''))
  const lines = fc.array(line, { maxLength: 4 }).map((all) => all.join('\n'))
  fc.assert(fc.property(pieces, check), { numRuns: 3000 })
  fc.assert(fc.property(lines, check), { numRuns: 10_000 })
  fc.assert(fc.property(flowLine, check), { numRuns: 10_000 })
  expect(read).toBeGreaterThan(50)
})

test('a common manifest is plain', () => {
  const text = `# Every night
description: Loads the rates, then mails (once)
timeout: 30m
network: false
retries: 2

schedule:
  - cron: '0 2 * * 1-5'
    timezone: Europe/Rome
  - every: 15m
tags:
  - finance
env:
  REGION: "eu 1"
secrets: [A, {name: GCP_KEY, file: 'sa.json'}]
args: []
notify: {on: [failure, recovery], to: [ops], remind: 24h}
`
  expect(readPlainYaml(text)).toEqual(whole(text))
})

test.each([
  '',
  'a',
  '- a',
  'a: 1\na: 2',
  'a:\n',
  ' a: 1',
  'a: {b: 1',
  'a: [b,c]',
  'a: [b, ]',
  'a: {b}',
  'a: {b: 1, b: 2}',
  'a: [b: 1]',
  'a: [b] c',
  'a: b # c',
  'a: b: c',
  'a: "\\n"',
  'a: b\r\n',
])('leaves %j to the whole parser', (text) => expect(readPlainYaml(text)).toBeUndefined())
