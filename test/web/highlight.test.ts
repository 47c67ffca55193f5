import { expect, test } from 'vitest'
import { highlight } from '../../src/web/pages/highlight.ts'

const kinds = (path: string, text: string) =>
  highlight(path, text).map((line) => line.flatMap(({ text, kind }) => (kind ? [`${kind}:${text}`] : [])))

test('Python and YAML are cut into what their words are', () => {
  expect(kinds('main.py', 'def main(data):\n    return "x"  # why\n')).toEqual([
    ['keyword:def', 'name:main'],
    ['keyword:return', 'string:"x"', 'comment:# why'],
  ])
  expect(kinds('script.yaml', 'timeout: 5m # long\n')[0]).toEqual(['property:timeout', 'comment:# long'])
})

test('not a sign is lost, be it broken code, no code, or too large to be read so', () => {
  for (const [path, text] of [
    ['main.py', 'def broken(:\r\n  x = """\r\n'],
    ['notes.txt', 'def is no keyword here\n\n'],
    ['large.py', 'x = 1\n'.repeat(20_000)],
    ['empty.py', ''],
  ] as const)
    expect(
      highlight(path, text)
        .map((line) => line.map((piece) => piece.text).join(''))
        .join('\n'),
    ).toBe(text.replaceAll('\r\n', '\n').replace(/\n$/, ''))
  expect(kinds('notes.txt', 'def is no keyword here')).toEqual([[]])
})
