import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { constants } from 'node:os'
import { Readable } from 'node:stream'
import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../base/index.ts'
import { watchMemory } from './memory-watch.ts'
import {
  isAlive,
  childrenOf,
  bears,
  killBeforeServer,
  signal,
  treeOf,
  allProcesses,
  lookAt,
} from './processes.ts'
import { assertSpareFiles, handOver, type Pipe, type Pipes } from './pipes.ts'
import type { Exit, Sandboxed } from './sandbox.ts'

/** What a tier makes of a request: a program of the host. */
export type Command = {
  file: string
  args: string[]
  env: Record<string, string>
  cwd: string
  control: boolean
  /** The most that all its processes together may hold in memory. */
  memoryBytes?: number
  /** Starts it as this user and group, in no other group. */
  uid?: number
  /**
   * The command is bubblewrap with a process namespace: it tells its state on file descriptor 4, and reads these
   * arguments, which nobody is to see among the processes, from 5.
   */
  namespace?: string[]
  /** In the environment of all that it starts; how strays are found where there is no process namespace. */
  mark?: string
  /** A folder to delete at the end. */
  scratch?: string
}

const SLOWEST_LOOK_MS = 10
const PATIENCE_MS = 1000
const ENDING_MS = 2000
const MARK = 'SXS_SANDBOX'

/** Starts the command and watches over all that comes of it; `inherited` is what inheritedFiles found. */
export function startChild(command: Command, inherited: number[], pipes: Pipes): Sandboxed {
  const output = [pipes.open(), pipes.open()]
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', ...output.map((pipe) => pipe?.writer ?? 'pipe')]
  if (command.control) stdio[3] = 'pipe'
  if (command.namespace) stdio[4] = stdio[5] = 'pipe'
  let nothing: number | undefined
  let child: ChildProcess
  try {
    assertSpareFiles()
    if (inherited.length > 0) nothing = openSync('/dev/null', 'r')
    for (const number of inherited) if (nothing !== undefined) stdio[number] ??= nothing
    for (let number = 0; number < stdio.length; number += 1) stdio[number] ??= 'ignore'
    child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.mark ? { ...command.env, [MARK]: command.mark } : command.env,
      stdio,
      // Its own session: a Ctrl-C in the server's terminal is for the server.
      detached: true,
      ...(command.uid === undefined ? {} : { uid: command.uid, gid: command.uid }),
    })
  } catch (error) {
    discard(command, output)
    return failedChild(`cannot start: ${messageOf(error)}`)
  } finally {
    if (nothing !== undefined) closeSync(nothing)
    handOver(output)
  }
  // Should it meet the limit of open files all the same, it comes without its streams, and the error after it.
  if ((child.stdio as unknown) === undefined) {
    discard(command, output)
    return { ...failedChild(''), exited: gone(child) }
  }
  killBeforeServer(child.pid)
  const [stdout, stderr] = output.map((pipe) => pipe?.reader)
  const streams = [
    stdout ?? child.stdout ?? Readable.from([]),
    stderr ?? child.stderr ?? Readable.from([]),
  ] as const
  if (!command.namespace) return watchMarked(child, streams, command)
  const given = (child.stdio as (Readable | Duplex | null)[])[5] as Duplex | undefined
  given?.on('error', ignore).resume()
  given?.end(command.namespace.map((argument) => `${argument}\0`).join(''))
  return watchNamespace(child, streams, command)
}

function discard({ scratch }: Command, output: (Pipe | undefined)[]): void {
  for (const pipe of output) pipe?.reader.destroy()
  if (scratch) rmSync(scratch, { recursive: true, force: true })
}

/**
 * The files that whoever started the server left open for its children: Node opens its own to be closed in them.
 * Each is covered by /dev/null in a sandbox, since a folder among them would be a way out.
 */
export function inheritedFiles(): number[] {
  const CLOSED_IN_CHILDREN = 0o2000000 // O_CLOEXEC
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((number) => {
        if (number < 3) return false
        const info = readInfo(number)
        return (
          info !== undefined &&
          (parseInt(/flags:\s*(\d+)/.exec(info)?.[1] ?? '0', 8) & CLOSED_IN_CHILDREN) === 0
        )
      })
  } catch {
    return []
  }
}

// One of them was the listing itself, and is gone.
function readInfo(number: number): string | undefined {
  try {
    return readFileSync(`/proc/self/fdinfo/${number}`, 'latin1')
  } catch {
    return undefined
  }
}

/** A sandboxed process that never came to be. */
export function failedChild(failure: string): Sandboxed {
  return {
    stdout: Readable.from([]),
    stderr: Readable.from([]),
    exited: Promise.resolve({ code: null, signal: null, failure }),
    terminate() {},
    kill() {},
    peakMemoryBytes: () => 0,
  }
}

type Streams = readonly [stdout: Readable, stderr: Readable]

function watchNamespace(child: ChildProcess, streams: Streams, command: Command): Sandboxed {
  let first = 0 // process 1 of the namespace, by its number outside
  let startedAt: string | undefined
  let terminating = false
  const script = () => (first ? childrenOf(first)[0] : undefined)
  const status = child.stdio[4] as Readable | undefined
  let said = ''
  status?.on('data', (part: Buffer) => {
    said += part.toString()
    if (first) return
    first = Number(/"child-pid":\s*(\d+)/.exec(said)?.[1] ?? 0)
    startedAt = lookAt(first)?.startedAt
  })
  status?.on('error', ignore)
  const firstLives = () => isAlive(first) && lookAt(first)?.startedAt === startedAt
  const kill = () => {
    if (first && firstLives()) signal(first, 'SIGKILL')
    child.kill('SIGKILL')
  }
  return watch(child, streams, command, {
    tree: () => (first ? treeOf(first) : []),
    kill,
    terminate() {
      if (terminating) return
      terminating = true
      void untilTrue(() => {
        const pid = script()
        return pid !== undefined && signal(pid, 'SIGTERM')
      }).then((reached) => reached || kill())
    },
    // With process 1 everything in its namespace is gone.
    async end() {
      if (!first && status) await Promise.race([ending(status), wait(PATIENCE_MS)])
      await untilTrue(() => {
        if (!first || !firstLives()) return true
        signal(first, 'SIGKILL')
        return false
      })
    },
  })
}

function watchMarked(child: ChildProcess, streams: Streams, command: Command): Sandboxed {
  const pid = child.pid ?? 0 // 0: it could not be started
  const known = new Map<number, string>()
  const tree = () => {
    const pids = pid ? treeOf(pid) : []
    for (const each of pids) known.set(each, known.get(each) ?? lookAt(each)?.startedAt ?? '')
    return pids
  }
  const startedAt = Number(lookAt(pid)?.startedAt ?? 0)
  // By session, by having been seen, and by mark: a process would have to shed all three to stay.
  const strays = () =>
    allProcesses().filter((each) => {
      const found = lookAt(each)
      if (!found || found.state === 'Z' || each === process.pid || Number(found.startedAt) < startedAt)
        return false
      return (
        found.session === pid || known.get(each) === found.startedAt || bears(each, `${MARK}=${command.mark}`)
      )
    })
  const kill = () => {
    if (!pid) return
    tree()
    if (isRunning(child)) signal(-pid, 'SIGKILL')
    for (const each of strays()) signal(each, 'SIGKILL')
  }
  return watch(child, streams, command, {
    tree,
    kill,
    terminate: () => void (isRunning(child) && signal(pid, 'SIGTERM')),
    async end() {
      await untilTrue(() => {
        if (!pid || strays().length === 0) return true
        kill()
        return false
      })
      if (command.scratch) await rm(command.scratch, { recursive: true, force: true }).catch(ignore)
    },
  })
}

type Holding = { tree(): number[]; kill(): void; terminate(): void; end(): Promise<void> }

function watch(
  child: ChildProcess,
  [stdout, stderr]: Streams,
  { memoryBytes = Infinity }: Command,
  holding: Holding,
): Sandboxed {
  const memory = watchMemory(holding.tree, memoryBytes, holding.kill)
  let over = false
  const control = child.stdio?.[3] as Duplex | null | undefined
  // Whoever reads them has a listener of their own; without one, an error here must not end the server.
  for (const stream of [stdout, stderr, control]) stream?.on('error', ignore)
  const ended = Promise.all([stdout, stderr].map(ending))
  const exited = gone(child).then(async (exit) => {
    memory.stop()
    await holding.end()
    over = true
    await Promise.race([ended, wait(PATIENCE_MS, undefined, { ref: false })])
    return memory.isOver() ? { ...exit, overMemoryBytes: memoryBytes } : exit
  })
  return {
    stdout,
    stderr,
    ...(control ? { control } : {}),
    exited,
    terminate: () => void (over || holding.terminate()),
    kill: () => void (over || holding.kill()),
    peakMemoryBytes: memory.peakBytes,
  }
}

function gone(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined)
        resolve({ code: null, signal: null, failure: `cannot start: ${error.message}` })
    })
    child.on('exit', (code, name) => resolve(asExit(code, name)))
  })
}

/** Programs that hold another report its death by a signal as 128 + n. */
function asExit(code: number | null, name: NodeJS.Signals | null): Exit {
  if (code === null || code <= 128) return { code, signal: name }
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128)
  return found ? { code: null, signal: found[0] as NodeJS.Signals } : { code, signal: null }
}

function ending(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.on('end', resolve)
    stream.on('close', resolve)
  })
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

/** Asks again and again for a while; whether it came true. */
async function untilTrue(ask: () => boolean): Promise<boolean> {
  for (let waited = 0, next = 1; waited < ENDING_MS; waited += next) {
    if (ask()) return true
    await wait(next)
    next = Math.min(next + 1, SLOWEST_LOOK_MS)
  }
  return ask()
}

function ignore() {}
