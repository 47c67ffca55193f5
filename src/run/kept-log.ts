import type { Clock } from '../base/index.ts'
import type { Stream } from './log-file.ts'
import type { LogSink } from './log.ts'

const MOST_BYTES = 256 * 1024

/** Output that waits in memory until it is known whether, and where, it is kept. */
export type KeptLog = LogSink & {
  /** Writes all of it into a log, with its own times. */
  moveTo(sink: LogSink): void
}

/** Holds the first 256 KiB, and counts the rest. */
export function createKeptLog(clock: Clock): KeptLog {
  const pieces: { stream: Stream; bytes: Buffer; at: number }[] = []
  let room = MOST_BYTES
  let dropped = 0
  const keep = (stream: Stream, bytes: Buffer, at: number) => {
    // A copy, so that a small part does not hold on to the whole chunk of the pipe.
    const part = Buffer.from(bytes.subarray(0, room))
    room -= part.length
    dropped += bytes.length - part.length
    if (part.length > 0) pieces.push({ stream, bytes: part, at })
  }
  return {
    write: keep,
    note: (text) => keep('note', Buffer.from(`${text.trimEnd()}\n`), clock.now()),
    moveTo(sink) {
      for (const { stream, bytes, at } of pieces) sink.write(stream, bytes, at)
      if (dropped > 0) sink.note(`${dropped} more bytes of the gate's output are not kept`)
    },
  }
}
