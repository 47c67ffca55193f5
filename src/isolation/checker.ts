import { join } from 'node:path'
import { messageOf, packageRoot, SECOND } from '../base/index.ts'
import type { Log, Service } from '../base/index.ts'
import type { Python } from './python.ts'
import type { Isolation, Sandboxed } from './sandbox.ts'

/** What a file says of itself; the same shape as `Analysis` of the script station. Lines and columns from 1. */
export type PythonAnalysis = {
  error?: { line: number; column: number; message: string }
  main?: PythonSignature
  trigger?: PythonSignature
  /** Whether it has an `if __name__ == "__main__"` guard. */
  guard: boolean
}
export type PythonSignature = {
  /** Of what is imported, assigned or decorated: any. */
  parameters: {
    name: string
    kind: 'positional' | 'normal' | 'rest' | 'keyword' | 'keywords'
    required: boolean
  }[]
  line: number
}
export type SyntaxChecker = Service & {
  /** One analysis per file, in order. A file on which the checker dies or hangs has that as its error. */
  check(files: { path: string; text: string }[]): Promise<PythonAnalysis[]>
}

type File = { path: string; text: string }

const DEADLINE_MS = 10 * SECOND
const FILES_AT_ONCE = 200
const CHARACTERS_AT_ONCE = 1_000_000
const MEMORY_BYTES = 2 * 1024 ** 3

/** One resident, limited Python process that reads syntax trees and runs nothing; started when first asked. */
export function createSyntaxChecker(options: {
  isolation: Isolation
  python: Python
  log: Log
  deadlineMs?: number
}): SyntaxChecker {
  const { deadlineMs = DEADLINE_MS } = options
  let process: Process | undefined
  let queue: Promise<unknown> = Promise.resolve()
  let stopped = false

  const ask = async (files: File[]): Promise<PythonAnalysis[]> => {
    if (stopped) throw new Error('the syntax checker is stopped')
    if (!process || process.isOver()) {
      process = startProcess(options)
      // Should it not even start, no file is to blame: this throws.
      await process.ask([], deadlineMs)
    }
    try {
      return await process.ask(files, deadlineMs)
    } catch (error) {
      process.end()
      // Among several, only the one that does it is to blame.
      if (files.length > 1) return await one(files.map((file) => [file]))
      options.log.warn({ path: files[0]?.path, reason: messageOf(error) }, 'a file could not be checked')
      const message = `cannot be checked: ${messageOf(error)}`
      return [{ error: { line: 1, column: 1, message }, guard: false }]
    }
  }
  const one = async (batches: File[][]): Promise<PythonAnalysis[]> => {
    const all: PythonAnalysis[] = []
    for (const batch of batches) all.push(...(await ask(batch)))
    return all
  }

  return {
    name: 'syntax checker',
    async start() {
      stopped = false
    },
    async stop() {
      stopped = true
      process?.end()
      await process?.ended
      process = undefined
    },
    check(files) {
      const answer = queue.then(() => one(inBatches(files)))
      queue = answer.catch(() => {})
      return answer
    },
  }
}

function inBatches(files: File[]): File[][] {
  const batches: File[][] = []
  let characters = Infinity
  for (const file of files) {
    const last = batches.at(-1)
    if (last && last.length < FILES_AT_ONCE && characters + file.text.length <= CHARACTERS_AT_ONCE) {
      last.push(file)
      characters += file.text.length
    } else {
      batches.push([file])
      characters = file.text.length
    }
  }
  return batches
}

type Process = {
  ask(files: File[], deadlineMs: number): Promise<PythonAnalysis[]>
  isOver(): boolean
  end(): void
  ended: Promise<unknown>
}

function startProcess({ isolation, python }: { isolation: Isolation; python: Python }): Process {
  const program = { from: join(packageRoot, 'src/isolation/checker.py'), to: '/sxs/checker.py' }
  const child: Sandboxed = isolation.spawn({
    argv: [python.path, '-I', '-S', '-B', '-X', 'utf8', isolation.at(program)],
    env: {},
    cwd: '/',
    bindings: [program],
    network: !isolation.cutsNetwork,
    limits: { addressBytes: MEMORY_BYTES, processes: 16, fileBytes: 0 },
    python,
    control: true,
  })
  let over = false
  let said: Buffer[] = []
  let complaint = ''
  let answer: ((line: string) => void) | undefined
  let fail: ((error: Error) => void) | undefined
  child.stdout.resume()
  child.stderr.on('data', (part: Buffer) => (complaint = (complaint + part.toString()).slice(-2000)))
  child.control?.on('data', (part: Buffer) => {
    said.push(part)
    if (part.at(-1) !== 0x0a) return
    const line = Buffer.concat(said).toString()
    said = []
    answer?.(line)
  })
  const ended = child.exited.then((exit) => {
    over = true
    const last = complaint.trim().split('\n').at(-1)
    fail?.(new Error(`the checker ended: ${exit.failure ?? (last || exit.signal || `code ${exit.code}`)}`))
  })
  return {
    isOver: () => over,
    end() {
      over = true
      child.kill()
    },
    ended,
    ask: (files, deadlineMs) =>
      new Promise((resolve, reject) => {
        const deadline = setTimeout(
          () => fail?.(new Error(`no answer within ${deadlineMs / SECOND} s`)),
          deadlineMs,
        )
        fail = (error) => {
          clearTimeout(deadline)
          reject(error)
        }
        answer = (line) => {
          clearTimeout(deadline)
          resolve(JSON.parse(line) as PythonAnalysis[])
        }
        if (over) fail(new Error('the checker ended'))
        child.control?.write(JSON.stringify(files.map(({ path, text }) => [path, text])) + '\n')
      }),
  }
}
