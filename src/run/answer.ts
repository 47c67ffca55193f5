import type { Duplex } from 'node:stream'
import { z } from 'zod'
import { AppError, formatSize, isNestedBeyond } from '../base/index.ts'
import type { Exit } from '../isolation/index.ts'
import type { Outcome } from './outcome.ts'
import type { RunError } from './run.ts'

const LINE_END = 10
const LONGEST_ANSWER = 4 * 2 ** 20
/** Of input, data and result each, as JSON text. */
const LONGEST_JSON = 2 ** 20
// Python's own parser gives up at 1000, or sooner where it is called from deep down.
const DEEPEST_JSON = 500

// The script runs in the same process as the harness, so an answer may be anything.
const jsonText = z.string().refine(isJson, 'is no JSON text')
const dataText = z.string().refine((text) => isJsonObject(text), 'is no JSON object')
const peak = { peakMemoryBytes: z.number().nonnegative().optional() }
const answerShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('returned'), result: jsonText, data: dataText, ...peak }),
  z.object({ kind: z.literal('exited'), code: z.number().int(), data: dataText.optional(), ...peak }),
  z.object({
    kind: z.literal('raised'),
    error: z.object({ type: z.string(), message: z.string(), traceback: z.string().optional() }),
    ...peak,
  }),
  z.object({ kind: z.literal('not-json'), where: z.string(), message: z.string(), ...peak }),
])

/** What the harness said at the end; `result` and `data` are JSON texts. */
export type Answer = z.infer<typeof answerShape>

/** The line that came, if a whole one did; `called` says that a function is called, which has to answer. */
export type AnswerLine = { text?: string; tooLong?: boolean; called?: boolean }

/** Collects the harness's one line; `taken()` is what there is of it by now. */
export function collectAnswer(control: Duplex): { taken(): AnswerLine } {
  const chunks: Buffer[] = []
  let bytes = 0
  let line: AnswerLine | undefined
  let called = false
  control.on('error', () => undefined)
  control.on('data', (part: Buffer) => {
    if (line) return
    const announces = bytes === 0 && !called && part[0] === LINE_END
    called ||= announces
    const chunk = announces ? part.subarray(1) : part
    chunks.push(chunk)
    bytes += chunk.length
    if (chunk.includes(LINE_END)) line = { text: Buffer.concat(chunks).toString() }
    else if (bytes > LONGEST_ANSWER) line = { tooLong: true }
    if (line) chunks.length = 0
  })
  return { taken: () => ({ ...line, called }) }
}

/** How an attempt ended that nobody stopped. `data` only where it is to be kept. */
export type Verdict = {
  outcome: Outcome
  error?: RunError
  result?: string
  data?: string
  peakMemoryBytes?: number
}

/** Judges exit and answer together: an answer counts only with the exit code that belongs to it. */
export function judge(exit: Exit, line: AnswerLine): Verdict {
  if (exit.failure !== undefined) return { outcome: { kind: 'refused', reason: exit.failure } }
  if (exit.overMemoryBytes !== undefined)
    return { outcome: { kind: 'killed', reason: `killed: memory ${formatSize(exit.overMemoryBytes)}` } }
  if (exit.signal !== null) return { outcome: { kind: 'killed', reason: describeSignal(exit.signal) } }
  const code = exit.code ?? 1
  const answer = readAnswer(line)
  // Whoever calls a function counts on what it leaves; a program has nothing to hand over.
  if (answer === undefined)
    return { outcome: code === 0 && line.called ? { kind: 'unanswered' } : { kind: 'exited', code } }
  if ('problem' in answer) {
    if (code !== 0) return { outcome: { kind: 'exited', code } }
    return { outcome: { kind: 'not-json', what: 'answer', message: answer.problem } }
  }
  return { ...verdictOf(answer, code), ...memoryOf(answer) }
}

function verdictOf(answer: Answer, code: number): Verdict {
  switch (answer.kind) {
    case 'returned':
      if (code !== 0) return { outcome: { kind: 'exited', code } }
      return { outcome: { kind: 'exited', code }, result: answer.result, data: answer.data }
    case 'exited': {
      const worse = code !== 0 ? code : answer.code
      if (worse !== 0) return { outcome: { kind: 'exited', code: worse } }
      return { outcome: { kind: 'exited', code: 0 }, ...(answer.data ? { data: answer.data } : {}) }
    }
    case 'raised': {
      const { type, message, traceback } = answer.error
      const error = { type, message, ...(traceback === undefined ? {} : { traceback }) }
      return { outcome: { kind: 'raised', type }, error }
    }
    case 'not-json': {
      const what = answer.where.startsWith('data') ? 'data' : 'result'
      return { outcome: { kind: 'not-json', what, message: answer.message } }
    }
    default:
      return answer satisfies never
  }
}

const memoryOf = ({ peakMemoryBytes }: Answer) => (peakMemoryBytes ? { peakMemoryBytes } : {})

function readAnswer(line: AnswerLine): Answer | { problem: string } | undefined {
  if (line.tooLong) return { problem: `the answer is longer than ${LONGEST_ANSWER} bytes` }
  if (line.text === undefined) return undefined
  const read = answerShape.safeParse(parse(line.text))
  if (read.success) return read.data
  const [issue] = read.error.issues
  return {
    problem: `the answer on the control pipe cannot be used: ${issue!.path.join('.')} ${issue!.message}`,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isJson(text: string): boolean {
  return Buffer.byteLength(text) <= LONGEST_JSON && parse(text) !== undefined
}

/** Whether the text is a JSON object of at most 1 MiB. */
export function isJsonObject(text: string): boolean {
  if (text === '{}') return true
  if (Buffer.byteLength(text) > LONGEST_JSON) return false
  const value = parse(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Throws what `name`, JSON text that was sent, has that no script could be given: too long, or nested too deeply. */
export function assertGivable(name: 'data' | 'input', text: string): void {
  if (Buffer.byteLength(text) > LONGEST_JSON)
    throw new AppError('too_large', `${name} takes more than ${LONGEST_JSON} bytes (1 MiB) as JSON`)
  if (isNestedBeyond(text, DEEPEST_JSON))
    throw new AppError('invalid', `${name} is nested more than ${DEEPEST_JSON} deep; make it flatter`)
}

function describeSignal(signal: NodeJS.Signals): string {
  return signal === 'SIGKILL' ? `killed by ${signal}, maybe for want of memory` : `killed by ${signal}`
}
