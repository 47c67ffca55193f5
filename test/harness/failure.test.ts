import { describe, expect, test } from 'vitest'
import { pythonsHere } from '../isolation/machine.ts'
import { ask } from './ask.ts'

const pythons = await pythonsHere()

describe.each(['3.9', '3.10', '3.11', '3.12', '3.13'])('under Python %s', (wanted) => {
  const python = pythons.find(({ version }) => version.startsWith(`${wanted}.`))?.path ?? ''

  describe.skipIf(!python)('an exception is told', () => {
    test("by the script's own frames, with paths as the repository has them", async () => {
      const files = {
        'main.py': 'import db\n\ndef main(data):\n    db.load(data)\n',
        'lib/db.py': 'def load(data):\n    return data["missing"]\n',
      }
      const { answer, stderr, code } = await ask(python, files)
      expect(answer?.error).toMatchObject({ type: 'KeyError', message: "'missing'" })
      const lines = answer!.error!.traceback.split('\n').filter((line) => !/^\s*[~^]+$/.test(line))
      expect(lines).toEqual([
        'Traceback (most recent call last):',
        '  File "main.py", line 4, in main',
        '    db.load(data)',
        '  File "lib/db.py", line 2, in load',
        '    return data["missing"]',
        "KeyError: 'missing'",
        '',
      ])
      expect(stderr).toBe(answer!.error!.traceback)
      expect(code).toBe(1)
    })

    test('with the chain that led to it', async () => {
      const code =
        'def main():\n  try: 1/0\n  except ZeroDivisionError as e: raise ValueError("bad row") from e\n'
      const { error } = (await ask(python, code)).answer!
      expect(error!.traceback).toContain(
        'ZeroDivisionError: division by zero\n\nThe above exception was the direct cause',
      )
      expect(error).toMatchObject({ type: 'ValueError', message: 'bad row' })
      expect(error!.traceback).not.toMatch(/sxs_|importlib/)
    })

    test.each([
      ['def main(:\n', 'SyntaxError', /^ {2}File "main\.py", line 1\n/],
      [
        'import missing_module\ndef main(): pass',
        'ModuleNotFoundError',
        /File "main\.py", line 1, in <module>/,
      ],
      ['class Mine(Exception): pass\ndef main(): raise Mine("x")', 'Mine', /Mine: x/],
      [
        'import asyncio\nasync def main(): raise asyncio.CancelledError',
        'asyncio.exceptions.CancelledError',
        /line 2, in main/,
      ],
      ['def main(): raise KeyboardInterrupt', 'KeyboardInterrupt', /KeyboardInterrupt/],
      ['def main(): main()', 'RecursionError', /Previous line repeated/],
      ['print("x")\n1/0', 'ZeroDivisionError', /File "main\.py", line 2, in <module>/],
    ])('%j', async (script, type, traceback) => {
      const { answer, code } = await ask(python, script)
      expect(answer).toMatchObject({
        kind: 'raised',
        error: { type, traceback: expect.stringMatching(traceback) as string },
      })
      expect(code).toBe(1)
    })

    test('even when it cannot say what it is', async () => {
      const code = 'class Odd(Exception):\n  def __str__(self): raise RuntimeError\ndef main(): raise Odd'
      expect((await ask(python, code)).answer?.error).toMatchObject({
        ...{ type: 'Odd', message: 'its message cannot be shown: RuntimeError' },
      })
    })

    test('in part when it is endless', async () => {
      const { answer } = await ask(python, 'def main(): raise ValueError("x" * 1000000)')
      expect(answer!.error!.message).toHaveLength(65536 + '\n… 934464 characters left out …\n'.length)
    })

    test('while its output is closed', async () => {
      const { answer } = await ask(python, 'import sys\ndef main():\n  sys.stderr.close()\n  1/0')
      expect(answer?.error?.type).toBe('ZeroDivisionError')
    })
  })

  test.skipIf(!python || ['3.9', '3.10'].includes(wanted))(
    'a group of exceptions is told in full',
    async () => {
      const code = 'def main(): raise ExceptionGroup("both", [ValueError("one"), KeyError("two")])'
      const { error } = (await ask(python, code)).answer!
      expect(error).toMatchObject({ type: 'ExceptionGroup', message: 'both (2 sub-exceptions)' })
      expect(error!.traceback).toMatch(/ValueError: one[^]*KeyError: 'two'/)
    },
  )
})
