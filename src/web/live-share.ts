import { timeText, type Actor, type Bus } from '../base/index.ts'
import type { LogLine, LogLines, LogRange } from '../run/index.ts'

const PART_BYTES = 32 * 1024
// As many parts of one log are kept as its viewers may be apart without reading twice.
const MOST_PARTS = 8
const STREAMS = { stdout: 'out', stderr: 'err', note: 'note' } as const

/** One message of a log, ready to be sent, and where the next one begins; without a message there is nothing more yet. */
export type LogMessage = { message?: Buffer; next: number; complete: boolean }

type Part = { found: Promise<LogMessage>; isFull: boolean }
type Shared = { parts: Map<number, Part>; viewers: Set<() => void> }

export type LogShare = ReturnType<typeof createLogShare>

/**
 * Reads each part of a log once, and writes its message once, for all who follow that log: a hundred viewers cost hardly
 * more than one. Who may follow is asked before (`join` does not); `read` is any verb that gives lines.
 */
export function createLogShare(
  read: (actor: Actor, run: number, range: LogRange) => Promise<LogLines & { complete: boolean }>,
  bus: Bus,
) {
  const logs = new Map<number, Shared>()
  const grown = ({ id }: { id: number }) => {
    const shared = logs.get(id)
    if (!shared) return
    // What was read to the log's end is no longer its end.
    for (const [from, part] of shared.parts) if (!part.isFull) shared.parts.delete(from)
    for (const wake of shared.viewers) wake()
  }
  bus.on('log', grown)
  bus.on('run', grown)

  return {
    /** Calls `wake` whenever the log may have grown, until `leave`. */
    join(run: number, wake: () => void) {
      const shared = logs.get(run) ?? { parts: new Map<number, Part>(), viewers: new Set() }
      logs.set(run, shared)
      shared.viewers.add(wake)
      return {
        read: (actor: Actor, from: number) => partOf(shared, from, () => load(actor, run, from)),
        leave() {
          shared.viewers.delete(wake)
          if (shared.viewers.size === 0 && logs.get(run) === shared) logs.delete(run)
        },
      }
    },
  }

  async function load(actor: Actor, run: number, from: number): Promise<LogMessage> {
    const { lines, next, complete } = await read(actor, run, { from, limit: limitAt(from) })
    return messageOf(run, from, lines, next, complete)
  }
}

/** So much that viewers who came at different moments soon stand at the same places. */
function limitAt(from: number): number {
  const rest = PART_BYTES - (from % PART_BYTES)
  return rest < PART_BYTES / 2 ? rest + PART_BYTES : rest
}

async function partOf({ parts }: Shared, from: number, load: () => Promise<LogMessage>): Promise<LogMessage> {
  const known = parts.get(from)
  if (known) return known.found
  const part: Part = { found: load(), isFull: false }
  parts.set(from, part)
  if (parts.size > MOST_PARTS) parts.delete(parts.keys().next().value!)
  try {
    const found = await part.found
    part.isFull = found.message !== undefined
    return found
  } catch (error) {
    if (parts.get(from) === part) parts.delete(from)
    throw error
  }
}

/** The lines up to where the log was cut; or the cut, where it comes first. */
function messageOf(run: number, from: number, lines: LogLine[], end: number, complete: boolean): LogMessage {
  if (lines.length === 0) return { next: end, complete }
  const cut = lines.findIndex((line) => line.cut)
  const told = cut === 0 ? [] : lines.slice(0, cut === -1 ? undefined : cut)
  const next = lines[Math.max(1, told.length)]?.offset ?? end
  const body =
    cut === 0
      ? { type: 'log-cut', run, from: Math.max(from, lines[0]!.offset), next }
      : { type: 'log', run, next, lines: told.map(lineJson) }
  return { message: Buffer.from(JSON.stringify(body)), next, complete }
}

const lineJson = ({ at, stream, text, offset, line, partial }: LogLine) => ({
  ...{ at: timeText(at), stream: STREAMS[stream], text, offset, line },
  ...(partial ? { partial } : {}),
})
