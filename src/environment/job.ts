import type { Readable } from 'node:stream'
import { formatDuration, type Clock } from '../base/index.ts'
import type { Binding, Isolation, Python } from '../isolation/index.ts'
import { linesOf, type Explain } from './words.ts'

/** The number of the uid that installs, where the server is root; scripts count from 1. */
export const BUILDER = 0

const LONGEST_LOG = 2 ** 20

/** One command of a job, in the sandbox. */
export type Step = {
  argv: string[]
  env: Record<string, string>
  /** What it is shown beside the job's folder. */
  bindings: Binding[]
}

/** Why a job could not be done: the installer's own words, and all that it wrote. */
export class JobFailure extends Error {
  override name = 'JobFailure'
  readonly log: string

  constructor(message: string, log: string) {
    super(message)
    this.log = log
  }
}

/** Steps in one folder, the only one that they may write, under one deadline. */
export type Job = {
  folder: string
  python: Python
  /** Gives its stdout. Throws a JobFailure, with the words that `explain` finds in what the step wrote. */
  run(step: Step, explain: Explain): Promise<string>
  /** What all steps wrote so far; of much, the end. */
  log(): string
  end(): void
}

export type JobOptions = {
  isolation: Isolation
  clock: Clock
  deadlineMs: number
  /** Aborted when the server stops. */
  stopping: AbortSignal
}

/** Opens a job; `end` it whatever happens. */
export function openJob(options: JobOptions, folder: string, python: Python): Job {
  const { isolation, clock, deadlineMs, stopping } = options
  const limit = new AbortController()
  const stop = () => limit.abort('the server is stopping')
  stopping.addEventListener('abort', stop, { once: true })
  if (stopping.aborted) stop()
  const alarm = clock.at(clock.now() + deadlineMs, () =>
    limit.abort(`not done after ${formatDuration(deadlineMs)}`),
  )
  let log = ''
  const write = (text: string) => (log = (log + text).slice(-LONGEST_LOG))

  return {
    folder,
    python,
    async run(step, explain) {
      if (limit.signal.aborted) throw new JobFailure(String(limit.signal.reason), log)
      write(`$ ${step.argv.join(' ')}\n`)
      const sandboxed = isolation.spawn({
        ...step,
        cwd: folder,
        bindings: [...step.bindings, { from: folder, to: folder, writable: true }],
        network: true,
        uid: BUILDER,
        python,
      })
      const stdout = collect(sandboxed.stdout, write)
      const stderr = collect(sandboxed.stderr, write)
      const kill = () => sandboxed.kill()
      limit.signal.addEventListener('abort', kill, { once: true })
      const { code, signal, failure } = await sandboxed.exited
      limit.signal.removeEventListener('abort', kill)

      if (limit.signal.aborted) throw new JobFailure(abortMessage(limit.signal, log), log)
      if (code === 0) return stdout()
      const ending = failure ?? (signal ? `was ended by ${signal}` : `ended with exit code ${code}`)
      write(`${ending}\n`)
      throw new JobFailure(explain(stdout(), stderr()) || `${step.argv[0]} ${ending}`, log)
    },
    log: () => log,
    end() {
      alarm.cancel()
      stopping.removeEventListener('abort', stop)
    },
  }
}

/** Reads to the end, and gives what came so far; of much, the end. */
function collect(stream: Readable, write: (text: string) => void): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-LONGEST_LOG)
    write(chunk)
  })
  return () => text
}

function abortMessage(signal: AbortSignal, log: string): string {
  const last = linesOf(log).findLast((line) => !line.startsWith('$ '))
  return last ? `${signal.reason}; the last line before: ${last}` : String(signal.reason)
}
