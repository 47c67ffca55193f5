import { describe, expect, test } from 'vitest'
import { describeProblem } from '../../src/base/index.ts'
import { checkCalls, describeCalling } from '../../src/script/index.ts'
import type { Analysis, Signature } from '../../src/script/index.ts'

// A short way to write a signature, as Python would: `data, *, x=1`.
function signature(text: string): Signature {
  let keyword = false
  const parameters: Signature['parameters'] = []
  for (const part of text.split(', ').filter(Boolean)) {
    const [name = '', value] = part.split('=')
    const add = (kind: Signature['parameters'][number]['kind']) =>
      parameters.push({
        name: name.replace(/^\*+/, ''),
        kind,
        required: value === undefined && !name.startsWith('*'),
      })
    if (name === '/') for (const parameter of parameters) parameter.kind = 'positional'
    else if (name === '*') keyword = true
    else if (name.startsWith('**')) add('keywords')
    else if (name.startsWith('*')) add('rest')
    else add(keyword ? 'keyword' : 'normal')
  }
  return { parameters, line: 7 }
}

function check(analysis: Partial<Analysis>, gate?: Partial<Analysis>) {
  const script = { entry: 'scripts/a/main.py', ...(gate && { gate: 'scripts/a/trigger.py' }) }
  const full = (partial: Partial<Analysis>): Analysis => ({ guard: false, ...partial })
  return checkCalls(script, (path) => full(path === script.entry ? analysis : gate!))
}
const called = (main: string, guard = false) => {
  const { calling, problems } = check({ main: signature(main), guard })
  return problems.length > 0 ? problems.map(describeProblem)[0] : describeCalling(calling)
}

test.each([
  ['data', 'main(data)'],
  ['data, run', 'main(data, run)'],
  ['run', 'main(run)'],
  ['run, data=None', 'main(run, data)'],
  ['*, data', 'main(data)'],
  ['data, verbose=1, *rest, **more', 'main(data)'],
  ['anything', 'main(data)'],
  ['run, anything', 'main(run, data)'],
  ['', 'main()'],
  ['verbose=1', 'main()'],
  ['*args', 'main()'],
  ['**options', 'main()'],
])('without a guard, main(%s) is called as %s', (main, expected) => {
  expect(called(main)).toBe(expected)
})

test.each([
  ['data', 'main(data)'],
  ['run=None', 'main(run)'],
  ['', 'as a program'],
  ['argv', 'as a program'],
  ['argv=None', 'as a program'],
  ['data, other', 'as a program'],
])('with a guard, main(%s) is called %s', (main, expected) => {
  expect(called(main, true)).toBe(expected)
})

test('a file without main is a program, guard or not', () => {
  expect(check({}).calling).toEqual({ kind: 'program' })
  expect(check({ guard: true }).problems).toEqual([])
})

test('each argument says how it is passed', () => {
  const passed = (main: string) => {
    const { calling } = check({ main: signature(main) })
    return calling.kind === 'main' ? calling.arguments : undefined
  }
  expect(passed('d, /, run')).toEqual([
    { parameter: 'd', gives: 'data', by: 'position' },
    { parameter: 'run', gives: 'run', by: 'name' },
  ])
  expect(passed('x=1, data=2, /')).toEqual([])
  expect(passed('*, d')).toEqual([{ parameter: 'd', gives: 'data', by: 'name' }])
})

test('a main that needs more than there is to give is refused', () => {
  expect([called('data, other'), called('a, b')]).toEqual([
    `scripts/a/main.py:7:1: main cannot be called: nothing is known to give for 'other'; write main(data), main(data, run) or main(), or end the file with if __name__ == "__main__"`,
    `scripts/a/main.py:7:1: main cannot be called: nothing is known to give for 'a', 'b'; write main(data), main(data, run) or main(), or end the file with if __name__ == "__main__"`,
  ])
})

describe('a gate', () => {
  test('is called likewise', () => {
    const { gateCalling, calling } = check({ main: signature('data') }, { trigger: signature('state, run') })
    expect(describeCalling(gateCalling!, 'trigger')).toBe('trigger(data, run)')
    expect(describeCalling(calling)).toBe('main(data)')
  })
  test.each([
    [
      {},
      "scripts/a/trigger.py:1:1: the gate has no function trigger; add 'def trigger(data):' that returns True or False",
    ],
    [
      { trigger: signature('a, b'), guard: true },
      "scripts/a/trigger.py:7:1: trigger cannot be called: nothing is known to give for 'a', 'b'; write trigger(data), trigger(data, run) or trigger()",
    ],
  ])('%o is refused', (gate, expected) => {
    expect(check({}, gate).problems.map(describeProblem)).toEqual([expected])
  })
})

test('syntax errors of both files are told with line and column', () => {
  const error = { line: 3, column: 5, message: "expected ':'" }
  expect(check({ error }, { error }).problems.map(describeProblem)).toEqual([
    "scripts/a/main.py:3:5: syntax error: expected ':'; mend this line",
    "scripts/a/trigger.py:3:5: syntax error: expected ':'; mend this line",
  ])
})

test('a file that was not analysed is never taken for a good one', () => {
  expect(checkCalls({ entry: 'scripts/a/main.py' }, () => undefined).problems).toHaveLength(1)
})
