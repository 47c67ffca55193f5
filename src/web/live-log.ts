import type { WebSocket } from 'ws'
import { messageOf } from '../base/index.ts'
import type { LogMessage } from './live-share.ts'

export type Send = (message: object | Buffer) => Promise<void>

export type Sender = {
  /** Does the work when it is its turn; `send` within it resolves when the socket has taken the message. */
  inTurn(work: (send: Send) => Promise<void>): Promise<void>
  /** How many wait for their turn or have it. */
  waiting(): number
}

/**
 * One message of one log at a time, however many logs a viewer follows and however slow it is: what it has not taken is
 * not read either. It is on disk, and is read when the viewer comes to it.
 */
export function createSender(client: WebSocket): Sender {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  const send: Send = (message) =>
    new Promise<void>((resolve) => {
      if (client.readyState !== client.OPEN) return resolve()
      const data = Buffer.isBuffer(message) ? message : JSON.stringify(message)
      client.send(data, { binary: false }, () => resolve())
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
  /** Throws where the viewer may not read this log. */
  admit(): Promise<unknown>
  /** Calls `wake` whenever the log may have grown. */
  join(wake: () => void): { read(from: number): Promise<LogMessage>; leave(): void }
  sender: Sender
}

/** Sends the log from the offset on, as it grows. `ended` is called when nothing more comes, unless it was stopped before. */
export function followLog({ run, from, admit, join, sender }: Followed, ended: () => void): () => void {
  let at = from
  let stopped = false
  let busy = false
  let again = false
  let admitted = false

  async function pump(): Promise<void> {
    again = true
    if (busy) return
    busy = true
    while (again && !stopped) {
      again = false
      await sender.inTurn(sendPart).catch(() => end())
    }
    busy = false
  }

  async function sendPart(send: Send): Promise<void> {
    if (stopped) return
    try {
      if (!admitted) await admit()
      admitted = true
      const { message, next, complete } = await log.read(at)
      if (stopped) return
      if (message) {
        await send(message)
        at = next
        again = true
      } else if (complete) {
        await send({ type: 'log-end', run })
        end()
      }
    } catch (error) {
      await send({ type: 'error', message: messageOf(error) })
      end()
    }
  }

  const log = join(() => void pump())
  const stop = () => {
    stopped = true
    log.leave()
  }
  const end = () => {
    if (stopped) return
    stop()
    ended()
  }
  void pump()
  return stop
}
