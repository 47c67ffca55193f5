import { expect, test } from 'vitest'
import { indentJson, jsonWith, memberText } from '../../src/base/index.ts'

test.each([
  '{}',
  '[]',
  'null',
  '"a \\" b \\\\"',
  '[[],{}]',
  '{"a":{"b":[1,-2.5,true,null]},"c":"{[,:\\""}',
  '[{"x":[]},[[1]],"é"]',
])('%s is laid out as a parser would', (text) => {
  expect(indentJson(text)).toBe(JSON.stringify(JSON.parse(text), null, 2))
  expect(indentJson(` ${indentJson(text)}\n`)).toBe(indentJson(text))
})

test('numbers stay as they are written', () => {
  expect(indentJson('[12345678901234567890,1.0,1E400,-0.0]')).toBe(
    '[\n  12345678901234567890,\n  1.0,\n  1E400,\n  -0.0\n]',
  )
})

test('what is nested deeply takes no more room than what it says', () => {
  const text = '['.repeat(400) + ']'.repeat(400)
  expect(indentJson(text).length).toBeLessThan(400 * 2 * 50)
})

test.each([
  ['{"input":{"n":12345678901234567890},"force":true}', '{"n":12345678901234567890}'],
  ['{"a":{"input":1},"in\\u0070ut" : [1.0, {"}":","}] }', '[1.0, {"}":","}]'],
  ['{"input":1,"input":"2"}', '"2"'],
  ['{"a":"input"}', undefined],
  ['{}', undefined],
])('of %s the member input is %s', (text, expected) => {
  expect(memberText(text, 'input')).toBe(expected)
})

test('members are put in as the texts they are', () => {
  expect(jsonWith({ id: 1, input: { n: 0 } }, { input: '{"n": 1e400}', result: undefined })).toBe(
    '{"id":1,"input":{"n": 1e400}}',
  )
  expect(jsonWith({}, { result: '9007199254740993' })).toBe('{"result":9007199254740993}')
})
