import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { messageOf, type Log } from '../base/index.ts'

/** One pipe: what a process writes into `writer` comes out of `reader`. Close the writer once the process has it. */
export type Pipe = { reader: Readable; writer: number }

export type Pipes = {
  /** A new pipe; undefined where none can be made, and a socket has to do. */
  open(): Pipe | undefined
}

// So many names are made by one process, as each costs a run two milliseconds otherwise.
const MADE_AT_ONCE = 64

/**
 * Real pipes for what scripts write. Node gives its children sockets, which cannot be opened by name: a script that
 * writes to /dev/stdout or /dev/stderr, as shell commands do, would fail.
 */
export function createPipes(folder: string, log: Log): Pipes {
  let ready: string[] = []
  let count = 0
  let failing = false
  rmSync(folder, { recursive: true, force: true })

  function make(): string[] {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const names = Array.from({ length: MADE_AT_ONCE }, () => join(folder, String((count += 1))))
    // Open to all, as the script's own uid opens it by name; nobody else passes through the folder, nor finds the name.
    execFileSync('mkfifo', ['-m', '666', ...names], { stdio: 'ignore' })
    return names
  }

  return {
    open() {
      try {
        if (ready.length === 0) ready = make()
        const pipe = openPipe(ready.pop()!)
        failing = false
        return pipe
      } catch (error) {
        // It may be for want of files or space, which passes.
        if (!failing) log.warn({ folder, reason: messageOf(error) }, 'no pipes: scripts get sockets instead')
        failing = true
        return undefined
      }
    },
  }
}

function openPipe(name: string): Pipe {
  const ends: number[] = []
  const open = (flags: number) => ends[ends.push(openSync(name, flags)) - 1]!
  try {
    // The reading end first, and without waiting for a writer; then the other does not wait either.
    const reader = open(constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = open(constants.O_WRONLY)
    return { reader: new Socket({ fd: reader, readable: true, writable: false }), writer }
  } catch (error) {
    for (const end of ends) closeSync(end)
    throw error
  } finally {
    rmSync(name, { force: true })
  }
}

// The most that one spawn opens for a while: five pairs of sockets and one of its own, and as much to spare.
const SPARE_FILES = 24

/**
 * Throws where the limit of open files is near. Node's spawn that meets it half way never closes what it had opened by
 * then, and each try would take the server further into it.
 */
export function assertSpareFiles(): void {
  const opened: number[] = []
  try {
    while (opened.length < SPARE_FILES) opened.push(openSync('/dev/null', 'r'))
  } finally {
    for (const file of opened) closeSync(file)
  }
}

/** Closes the ends that belong to the process by now. */
export function handOver(pipes: (Pipe | undefined)[]): void {
  for (const pipe of pipes) if (pipe) closeSync(pipe.writer)
}
