import { afterAll, describe, expect, test } from 'vitest'
import { createSyntaxChecker } from '../../src/isolation/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { isolationFrom, log, pythonFor } from './machine.ts'

const isolation = await isolationFrom('namespace', temporaryFolder())
const python = await pythonFor('namespace')
const checker = createSyntaxChecker({ isolation, python, log })

afterAll(() => checker.stop())

const check = async (text: string) => (await checker.check([{ path: 'main.py', text }]))[0]!

describe('what a file binds', () => {
  test('main with the kind of each parameter', async () => {
    expect(
      await check('import os\n\nasync def main(a, /, data, run=None, *rest, b, c=1, **more): pass'),
    ).toEqual({
      main: {
        line: 3,
        parameters: [
          { name: 'a', kind: 'positional', required: true },
          { name: 'data', kind: 'normal', required: true },
          { name: 'run', kind: 'normal', required: false },
          { name: 'rest', kind: 'rest', required: false },
          { name: 'b', kind: 'keyword', required: true },
          { name: 'c', kind: 'keyword', required: false },
          { name: 'more', kind: 'keywords', required: false },
        ],
      },
      guard: false,
    })
  })

  test.each([
    ['from work import main'],
    ['import work as main'],
    ['main = make()'],
    ['@wrapped\ndef main(data): pass'],
    ['class main: pass'],
  ])('%j binds main to what may take anything', async (text) => {
    const main = (await check(text)).main
    expect(main?.line).toBe(text.startsWith('@') ? 2 : 1)
    expect(main?.parameters.map(({ kind }) => kind)).toEqual(['rest', 'keywords'])
  })

  test('a definition inside a condition, and the last one of several', async () => {
    const found = await check('try:\n  def trigger(): pass\nexcept ImportError:\n  def trigger(data): pass\n')
    expect(found.trigger).toMatchObject({ line: 4 })
  })

  test.each([
    ['if __name__ == "__main__":\n  pass', true],
    ["if '__main__' == __name__:\n  pass", true],
    ['if __name__ != "__main__":\n  pass', false],
    ['def f():\n  if __name__ == "__main__": pass', false],
  ])('%j has a guard: %j', async (text, guard) => {
    expect((await check(text)).guard).toBe(guard)
  })
})

describe('what is wrong with a file, and where', () => {
  test.each([
    ['def main(:\n', 1, 10, 'invalid syntax'],
    ['é = 1\né = (2,\n', 2, 5, "'(' was never closed"],
    ['x = 1\nreturn x', 2, 1, "'return' outside function"],
    ['a\nbc\0', 2, 3, 'source code cannot contain null bytes'],
    ['# -*- coding: klingon -*-\n', 1, 1, 'unknown encoding: klingon'],
  ])('%j', async (text, line, column, message) => {
    expect((await check(text)).error).toEqual({ line, column, message })
  })

  test.each([['('.repeat(9000)], ['-'.repeat(200_000) + '1'], [`a${'.b'.repeat(100_000)}`]])(
    'nesting without end is an error, not a crash (%#)',
    async (text) => {
      expect((await check(text)).error?.message).toMatch(/nested|parentheses|cannot be checked/)
    },
  )

  test('warnings stay silent', async () => {
    expect(await check('pattern = "\\d"\nassert (1, "always")')).toEqual({ guard: false })
  })
})

test('one answer for each file, in order, however many', async () => {
  const files = Array.from({ length: 1000 }, (_, place) => ({
    path: `${place}.py`,
    text: place % 100 === 7 ? 'def broken(' : `def main(data):\n    return ${place}\n`,
  }))
  const found = await checker.check(files)
  expect(found.map(({ error }) => error !== undefined)).toEqual(files.map((_, place) => place % 100 === 7))
})

test('a file that takes too long is named, and the others are checked all the same', async () => {
  const hasty = createSyntaxChecker({ isolation, python, log, deadlineMs: 700 })
  const slow = {
    path: 'slow.py',
    text: 'x = [\n' + '  {"a": [1, 2, 3], "b": (4, 5)},\n'.repeat(150_000) + ']\n',
  }
  const good = { path: 'good.py', text: 'def main(): pass' }
  const [first, second, third] = await hasty.check([good, slow, good])
  expect(first).toMatchObject({ main: { line: 1 } })
  expect(second?.error).toEqual({ line: 1, column: 1, message: 'cannot be checked: no answer within 0.7 s' })
  expect(third).toMatchObject({ main: { line: 1 } })
  await hasty.stop()
})

test('a checker that cannot start says why', async () => {
  const broken = createSyntaxChecker({ isolation, python: { ...python, path: '/no/python' }, log })
  await expect(broken.check([{ path: 'a.py', text: '' }])).rejects.toThrow(/no\/python/)
  await broken.stop()
})
