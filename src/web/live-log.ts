import type { WebSocket } from 'ws'
import { messageOf, timeText, type Bus } from '../base/index.ts'
import type { LogLine } from '../run/index.ts'

const PIECE_BYTES = 64 * 1024
const MOST_LINES = 500
const STREAMS = { stdout: 'out', stderr: 'err', note: 'note' } as const

export type Sender = {
  /** Does the work when it is its turn; `send` within it resolves when the socket has taken the message. */
  inTurn(work: (send: (message: object) => Promise<void>) => Promise<void>): Promise<void>
  /** How many wait for their turn or have it. */
  waiting(): number
}

/**
 * One piece of one log at a time, however many logs a viewer follows and however slow it is: what it has not taken is
 * not read either. It is on disk, and is read when the viewer comes to it.
 */
export function createSender(client: WebSocket): Sender {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  const send = (message: object) =>
    new Promise<void>((resolve) => {
      if (client.readyState !== client.OPEN) return resolve()
      client.send(JSON.stringify(message), () => resolve())
    })
  return {
    inTurn(work) {
      waiting += 1
      const turn = last.then(() => work(send)).finally(() => (waiting -= 1))
      last = turn.catch(() => undefined)
      return turn
    },
    waiting: () => waiting,
  }
}

export type Followed = {
  run: number
  /** Offset in bytes. */
  from: number
  read(from: number, limit: number): Promise<{ lines: LogLine[]; next: number; complete: boolean }>
  sender: Sender
  bus: Bus
}

/** Sends the log from the offset on, as it grows. `ended` is called when nothing more comes, unless it was stopped before. */
export function followLog({ run, from, read, sender, bus }: Followed, ended: () => void): () => void {
  let at = from
  let stopped = false
  let busy = false
  let again = false

  async function pump(): Promise<void> {
    again = true
    if (busy) return
    busy = true
    while (again && !stopped) {
      again = false
      await sender.inTurn(sendPiece).catch(() => end())
    }
    busy = false
  }

  async function sendPiece(send: (message: object) => Promise<void>): Promise<void> {
    if (stopped) return
    try {
      const { lines, next, complete } = await read(at, PIECE_BYTES)
      for (const message of messagesOf(run, lines, at, next)) {
        if (stopped) return
        await send(message)
      }
      at = next
      if (lines.length > 0) again = true
      else if (complete && !stopped) {
        await send({ type: 'log-end', run })
        end()
      }
    } catch (error) {
      await send({ type: 'error', message: messageOf(error) })
      end()
    }
  }

  const grown = ({ id }: { id: number }) => {
    if (id === run) void pump()
  }
  const stops = [bus.on('log', grown), bus.on('run', grown)]
  const stop = () => {
    stopped = true
    stops.forEach((one) => one())
  }
  const end = () => {
    if (stopped) return
    stop()
    ended()
  }
  void pump()
  return stop
}

/** Lines as messages of bearable size; where the log was cut, one of its own says between which offsets. */
function* messagesOf(run: number, lines: LogLine[], from: number, end: number): Generator<object> {
  let batch: object[] = []
  let batchBytes = 0
  for (const [index, { at, stream, text, offset, partial, cut }] of lines.entries()) {
    const next = lines[index + 1]?.offset ?? end
    if (!cut) {
      batch.push({
        ...{ at: timeText(at), stream: STREAMS[stream], text, offset },
        ...(partial ? { partial } : {}),
      })
      batchBytes += next - offset
      const goesOn = index + 1 < lines.length && !lines[index + 1]!.cut
      if (goesOn && batch.length < MOST_LINES && batchBytes < PIECE_BYTES) continue
    }
    if (batch.length > 0) yield { type: 'log', run, next: cut ? offset : next, lines: batch }
    batch = []
    batchBytes = 0
    if (cut) yield { type: 'log-cut', run, from: Math.max(from, offset), next }
  }
}
