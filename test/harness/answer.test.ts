import { cpSync, existsSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { pythonsHere } from '../isolation/machine.ts'
import { ask, harness } from './ask.ts'

const pythons = await pythonsHere()

describe.each(['3.9', '3.10', '3.11', '3.12', '3.13'])('under Python %s', (wanted) => {
  const python = pythons.find(({ version }) => version.startsWith(`${wanted}.`))?.path ?? ''

  describe.skipIf(!python)('what is kept', () => {
    test.each([
      ['return {"a": [1, 2.5, True, None], "b": ()}', { a: [1, 2.5, true, null], b: [] }],
      ['return "quote \\" back \\\\ line \\n é 😀 \\x00"', 'quote " back \\ line \n é 😀 \0'],
      ['return "\\ud800"', '\ud800'],
      [
        'import collections, enum\n  class E(enum.IntEnum): A = 1\n  return collections.OrderedDict(a=E.A)',
        { a: 1 },
      ],
      ['return 1e400 > 1e300, 1e22, -0.5e-9', [true, 1e22, -0.5e-9]],
    ])('%s', async (body, result) => {
      expect(await ask(python, `def main():\n  ${body}`)).toMatchObject({ kind: 'returned', result, code: 0 })
    })

    test('integers of any length, whole', async () => {
      const { answer } = await ask(
        python,
        'def main(data):\n  data["id"] = 12345678901234567890\n  return 2**70',
      )
      expect(answer).toMatchObject({ result: '1180591620717411303424', data: '{"id":12345678901234567890}' })
    })

    test('data as it was changed', async () => {
      const code = 'def main(data):\n  data["rows"].append({"ü": 1})\n  del data["old"]'
      const { data } = await ask(python, code, { data: { rows: [], old: 1 } })
      expect(data).toEqual({ rows: [{ ü: 1 }] })
    })

    test('data that is large, deep or odd arrives as it is', async () => {
      const deep = JSON.parse('['.repeat(300) + ']'.repeat(300)) as unknown
      for (const data of [
        { text: 'é"\\\n😀\u2028'.repeat(9000) },
        { deep },
        { odd: '\ud800 \u0000 {x} %s' },
      ]) {
        expect((await ask(python, 'def main(data): pass', { data })).data).toEqual(data)
      }
    })
  })

  describe.skipIf(!python)('what JSON cannot hold is named by its place', () => {
    test.each([
      [
        'import datetime\n  return {"rows": [1, {"when": datetime.date(2026, 1, 1)}]}',
        'result.rows[1].when',
        'is a date, which JSON cannot hold',
      ],
      ['return {"a b": {1, 2}}', "result['a b']", 'is a set, which JSON cannot hold'],
      ['return float("nan")', 'result', 'is nan, which JSON cannot hold'],
      ['return [float("-inf")]', 'result[0]', 'is -inf, which JSON cannot hold'],
      ['data["n"] = {3: 1}', 'data.n', 'has the key 3, an int; JSON keys are str'],
      ['data["self"] = data', 'data.self.self.self….self', 'is nested 500 deep, or holds itself'],
      ['return "x" * 1048576', 'result', 'takes 1048578 bytes as JSON; the most is 1048576 (1 MiB)'],
      ['data["x"] = "é" * 600000', 'data', 'takes 1200008 bytes as JSON; the most is 1048576 (1 MiB)'],
      ['return (n for n in ())', 'result', 'is a generator, which JSON cannot hold'],
    ])('%s', async (body, where, said) => {
      const { answer, stderr, code } = await ask(python, `def main(data):\n  ${body}`)
      expect(answer).toMatchObject({ kind: 'not-json', where, message: `${where} ${said}` })
      expect({ stderr, code }).toEqual({ stderr: `${where} ${said}\n`, code: 1 })
    })
  })

  describe.skipIf(!python)('how a script leaves', () => {
    test.each([
      [
        'import sys\ndef main(data):\n  data["a"] = 1\n  sys.exit()',
        { kind: 'exited', data: { a: 1 } },
        0,
        '',
      ],
      ['import sys\ndef main(): sys.exit(3)', { kind: 'exited' }, 3, ''],
      ['import sys\nsys.exit("no input")', { kind: 'exited' }, 1, 'no input\n'],
      ['import os\ndef main(): os._exit(4)', { kind: undefined }, 4, ''],
      ['import os\ndef main(): os.kill(os.getpid(), 15)', { kind: undefined }, 'SIGTERM', ''],
      ['import os\ndef main(): os.closerange(3, 99)', { kind: undefined }, 0, ''],
    ])('%j', async (script, expected, code, stderr) => {
      expect(await ask(python, script)).toMatchObject({ ...expected, code, stderr })
    })

    test('threads, atexit functions and open files end as Python ends them', async () => {
      const code = `
import atexit, threading, time
atexit.register(lambda: print('at exit'))
def main():
    global file
    file = open('kept', 'w'); file.write('kept')
    threading.Thread(target=lambda: (time.sleep(0.05), print('thread', open('kept').read()))).start()
    atexit.register(lambda: (file.flush(), print(open('kept').read())))
`
      expect((await ask(python, code)).stdout).toBe('thread \nkept\nat exit\n')
    })

    test('a forked child that comes back does not answer', async () => {
      const code =
        'import os\ndef main():\n  if os.fork() == 0: return "child"\n  os.wait()\n  return "parent"'
      expect(await ask(python, code)).toMatchObject({ kind: 'returned', result: 'parent', code: 0 })
    })

    test('what it starts does not hold the pipe', async () => {
      const code = `
import os, subprocess, sys
def main():
    return subprocess.check_output([sys.executable, '-c', 'import os; print(sorted(map(int, os.listdir("/proc/self/fd")))[3:-1])']).decode()
`
      expect((await ask(python, code)).result).toBe('[]\n')
    })

    test('output is UTF-8 and comes line by line', async () => {
      const code = 'import sys\nprint("é😀")\nprint("e\\u0301", file=sys.stderr)\nprint("\\udcff")'
      expect(await ask(python, code, {}, { env: { LC_ALL: 'C' } })).toMatchObject({
        stdout: 'é😀\n\\udcff\n',
        stderr: 'e\u0301\n',
      })
    })
  })
})

test.each(['not json\n', '{"phase": "main"}\n', '[1,\n'])(
  'a request that makes no sense ends it: %j',
  async (line) => {
    expect(await ask(pythons[0]!.path, 'x = 1', {}, { line })).toMatchObject({ kind: undefined, code: 1 })
  },
)

test('what was compiled before runs from that, and tells the same', async () => {
  const folder = join(temporaryFolder(), 'harness')
  cpSync(dirname(harness), folder, { recursive: true })
  const { path, tag } = pythons[0]!
  const compileall = [
    '-W',
    'error::SyntaxWarning',
    '-m',
    'compileall',
    '-qq',
    '--invalidation-mode',
    'unchecked-hash',
  ]
  execFileSync(path, [...compileall, folder])
  expect(existsSync(join(folder, '__pycache__', `sxs_serve.cpython-${tag.slice(2)}.pyc`))).toBe(true)
  const done = await ask(path, 'def main():\n  1/0', {}, { program: join(folder, 'harness.py') })
  expect(done.answer?.error?.traceback).toMatch(/^Traceback .*\n {2}File "main\.py", line 2, in main\n/)
})
