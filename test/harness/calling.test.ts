import { describe, expect, test } from 'vitest'
import { pythonsHere } from '../isolation/machine.ts'
import { ask } from './ask.ts'

const pythons = await pythonsHere()
const data = { count: 3 }

const PROGRAM = `
import sys

def main(argv=None):
    print(__name__, sys.argv[1:], __file__.rpartition("/")[2])

if __name__ == "__main__":
    main()
`

// Every version that scripts may ask for; one that this machine lacks is skipped, and seen to be.
describe.each(['3.9', '3.10', '3.11', '3.12', '3.13'])('under Python %s', (wanted) => {
  const python = pythons.find(({ version }) => version.startsWith(`${wanted}.`))?.path ?? ''

  describe.skipIf(!python)('main is called with what it names', () => {
    test.each([
      ['def main(): return "called"', 'called'],
      ['def main(data): return data', data],
      ['def main(run): return run.id', 41],
      ['def main(data, run): return [data, run.script]', [data, 'finance.report']],
      ['def main(run, data): return [data, run.script]', [data, 'finance.report']],
      ['def main(state): return state', data],
      ['def main(state, run): return [state, run.attempt]', [data, 1]],
      ['def main(state, limit=5): return [state, limit]', [data, 5]],
      ['def main(limit=5): return limit', 5],
      ['def main(limit=5, data=None): return [limit, data]', [5, data]],
      ['def main(state, /): return state', data],
      ['def main(data, /, run): return [data, run.commit]', [data, 'c0ffee']],
      ['def main(*, data): return data', data],
      ['def main(*rest, **more): return [list(rest), more]', [[], {}]],
      ['async def main(data): return data', data],
      ['main = lambda data: data', data],
      ['import functools\n@functools.lru_cache\ndef run_it(): pass\ndef main(data): return data', data],
      [
        'def wrap(f):\n  import functools\n  return functools.wraps(f)(lambda *a, **k: f(*a, **k))\n@wrap\ndef main(data): return data',
        data,
      ],
      ['class Work:\n  def __call__(self, data): return data\nmain = Work()', data],
      ['class Work:\n  def do(self, data): return data\nmain = Work().do', data],
      ['import functools\nmain = functools.partial(lambda data, limit: [data, limit], limit=2)', [data, 2]],
    ])('%j', async (code, result) => {
      expect(await ask(python, code, { data })).toMatchObject({
        kind: 'returned',
        result,
        code: 0,
        stderr: '',
      })
    })

    test.each([
      ['def main(a, b): pass', 'main(a, b) cannot be called: a is neither data nor run, and has no default'],
      [
        'def main(data, other): pass',
        'main(data, other) cannot be called: other is neither data nor run, and has no default',
      ],
      ['from math import *\nmain = 3', 'main.py defines no function main'],
    ])('%j cannot be called, and says why', async (code, message) => {
      const { kind, answer, stderr, code: exit } = await ask(python, code, { data })
      expect({ kind, exit }).toEqual({ kind: 'raised', exit: 1 })
      expect(answer?.error).toEqual({ type: 'CannotCall', message, traceback: '' })
      expect(stderr).toBe(`${message}\n`)
    })
  })

  describe.skipIf(!python)('a program runs as __main__', () => {
    test.each([
      ['without a main', 'import sys\nprint(__name__, sys.argv[1:], __file__.rpartition("/")[2])'],
      ['with a main that names neither, and a guard', PROGRAM],
    ])('%s', async (_, code) => {
      const done = await ask(python, code, { data, args: ['--all', 'x'] })
      expect(done).toMatchObject({ kind: 'returned', result: null, data, code: 0 })
      expect(done.stdout).toBe("__main__ ['--all', 'x'] main.py\n")
    })

    test('when the check says so', async () => {
      const code = 'print(__name__)\ndef main(data): print("called")'
      expect((await ask(python, code, { calling: { kind: 'program' } })).stdout).toBe('__main__\n')
      expect((await ask(python, code, { calling: { kind: 'main' } })).stdout).toBe('main\ncalled\n')
    })
  })

  describe.skipIf(!python)('the gate', () => {
    test.each([
      ['def trigger(data): return data["count"] > 2', true],
      ['def trigger(): return []', false],
      ['async def trigger(data, run): return "yes"', true],
    ])('%j says %j', async (code, result) => {
      const request = { phase: 'trigger', entry: 'trigger.py', data }
      expect(await ask(python, { 'trigger.py': code }, request)).toMatchObject({
        kind: 'returned',
        result,
        data,
      })
    })

    test('without a trigger is an error', async () => {
      const { answer } = await ask(
        python,
        { 'trigger.py': 'x = 1' },
        { phase: 'trigger', entry: 'trigger.py' },
      )
      expect(answer?.error?.message).toBe('trigger.py defines no function trigger')
    })
  })

  test.skipIf(!python)('modules are found in the folder first, and in lib last', async () => {
    const files = {
      'main.py': 'import db, json, helper\ndef main(): return [db.NAME, json.dumps(1), helper.NAME]',
      'helper.py': 'NAME = "own"',
      'lib/helper.py': 'NAME = "shared"',
      'lib/db.py': 'NAME = "shared"',
      'lib/json.py': 'raise ImportError("lib must shadow nothing")',
    }
    expect((await ask(python, files)).result).toEqual(['shared', '1', 'own'])
  })

  test.skipIf(!python)('pickle, dataclasses and worker processes find what the script defines', async () => {
    const code = `
import dataclasses, multiprocessing, pickle

@dataclasses.dataclass
class Row:
    number: int

def double(row):
    return Row(row.number * 2)

def main():
    again = pickle.loads(pickle.dumps(Row(4)))
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        return [again.number, pool.map(double, [Row(21)])[0].number]
`
    expect(await ask(python, code)).toMatchObject({ kind: 'returned', result: [4, 42] })
  })
})
