import type { Problem } from '../base/index.ts'
import type { Script } from './read.ts'

/** What the syntax checker found in one Python file; `line` and `column` count from 1. */
export type Analysis = {
  error?: { line: number; column: number; message: string }
  main?: Signature
  trigger?: Signature
  /** It has an `if __name__ == "__main__"`. */
  guard: boolean
}
export type Signature = {
  parameters: {
    name: string
    /** positional: before `/`; rest: `*args`; keyword: after `*`; keywords: `**kwargs`. */
    kind: 'positional' | 'normal' | 'rest' | 'keyword' | 'keywords'
    required: boolean
  }[]
  line: number
}

/** One argument of a call; those by position come first, in order. */
export type Argument = { parameter: string; gives: 'data' | 'run'; by: 'position' | 'name' }

/** How a file is run: its function is called with `arguments` (`gives` names them alone), or as `__main__`. */
export type Calling = { kind: 'main'; gives: ('data' | 'run')[]; arguments: Argument[] } | { kind: 'program' }

/** How the entry and the gate of a script are called, and why they cannot be. */
export function checkCalls(
  script: Pick<Script, 'entry' | 'gate'>,
  analysisOf: (path: string) => Analysis | undefined,
): { calling: Calling; gateCalling?: Calling; problems: Problem[] } {
  const entry = callingOf(script.entry, analysisOf, callMain)
  if (script.gate === undefined) return entry
  const gate = callingOf(script.gate, analysisOf, callGate)
  return {
    calling: entry.calling,
    gateCalling: gate.calling,
    problems: [...entry.problems, ...gate.problems],
  }
}

/** `main(data, run)`, or `as a program`. */
export function describeCalling(calling: Calling, name: 'main' | 'trigger' = 'main'): string {
  return calling.kind === 'program' ? 'as a program' : `${name}(${calling.gives.join(', ')})`
}

/** The syntax error that the checker found in a Python file. */
export function syntaxProblem(path: string, { error }: Analysis): Problem | undefined {
  if (!error) return undefined
  const { line, column, message } = error
  return { path, line, column, message: `syntax error: ${message}`, remedy: 'mend this line' }
}

type Called = { calling: Calling; problems: Problem[] }

const PROGRAM: Calling = { kind: 'program' }

function callingOf(
  path: string,
  analysisOf: (path: string) => Analysis | undefined,
  call: (path: string, analysis: Analysis) => Called,
): Called {
  const analysis = analysisOf(path)
  if (!analysis) {
    const message = 'how it is called could not be found out'
    return { calling: PROGRAM, problems: [{ path, message, remedy: 'make it a plain Python file' }] }
  }
  const broken = syntaxProblem(path, analysis)
  return broken ? { calling: PROGRAM, problems: [broken] } : call(path, analysis)
}

function callMain(path: string, { main, guard }: Analysis): Called {
  if (!main) return { calling: PROGRAM, problems: [] }
  const names = main.parameters.some(isNamed)
  const given = names || !guard ? argumentsOf(main) : undefined
  if (given) return { calling: given, problems: [] }
  return guard
    ? { calling: PROGRAM, problems: [] }
    : { calling: PROGRAM, problems: [uncallable(path, 'main', main)] }
}

function callGate(path: string, { trigger }: Analysis): Called {
  if (!trigger) {
    const problem = {
      path,
      line: 1,
      column: 1,
      message: 'the gate has no function trigger',
      remedy: "add 'def trigger(data):' that returns True or False",
    }
    return { calling: PROGRAM, problems: [problem] }
  }
  const given = argumentsOf(trigger)
  return given
    ? { calling: given, problems: [] }
    : { calling: PROGRAM, problems: [uncallable(path, 'trigger', trigger)] }
}

type Parameter = Signature['parameters'][number]

const isPlain = ({ kind }: Parameter) => kind !== 'rest' && kind !== 'keywords'

function isNamed(parameter: Parameter): boolean {
  return isPlain(parameter) && (parameter.name === 'data' || parameter.name === 'run')
}

/** The call that gives the parameters what they name; undefined where one is left that needs something else. */
function argumentsOf({ parameters }: Signature): Calling | undefined {
  const plain = parameters.filter(isPlain)
  const others = plain.filter((parameter) => parameter.required && !isNamed(parameter))
  const hasData = plain.some(({ name }) => name === 'data')
  if (others.length > 1 || (others.length === 1 && hasData)) return undefined
  const given: Argument[] = []
  let open = true
  for (const parameter of plain) {
    const gives = parameter === others[0] ? 'data' : isNamed(parameter) ? parameter.name : undefined
    const byPosition = parameter.kind === 'positional'
    // After a place that is left to its default, no later place can be filled.
    if (byPosition && gives === undefined) open = false
    if (gives === undefined || (byPosition && !open)) continue
    given.push({
      parameter: parameter.name,
      gives: gives as Argument['gives'],
      by: byPosition ? 'position' : 'name',
    })
  }
  return { kind: 'main', gives: given.map(({ gives }) => gives), arguments: given }
}

function uncallable(path: string, name: 'main' | 'trigger', { parameters, line }: Signature): Problem {
  const needs = parameters.filter(
    (parameter) => parameter.required && isPlain(parameter) && !isNamed(parameter),
  )
  const names = needs.map((parameter) => `'${parameter.name}'`).join(', ')
  const guard = name === 'main' ? `, or end the file with if __name__ == "__main__"` : ''
  return {
    path,
    line,
    column: 1,
    message: `${name} cannot be called: nothing is known to give for ${names}`,
    remedy: `write ${name}(data), ${name}(data, run) or ${name}()${guard}`,
  }
}
