import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs'
import type { Bus, Clock } from '../base/index.ts'
import {
  encodePiece,
  HEAD_BYTES,
  logPaths,
  placeOf,
  readIndex,
  RECORD_BYTES,
  TAIL_BYTES,
  TAIL_PIECES,
  type Piece,
  type Stream,
} from './log-file.ts'

const ANNOUNCE_MS = 50
// Lines of one stream so close to each other share a record and a time, else the index could outgrow the log.
const TOGETHER_MS = 5
const LONGEST_PIECE = 64 * 1024

/** What takes the lines of a run. `write` takes bytes as they are; `note` a line of the server's own. */
export type LogSink = {
  write(stream: Stream, bytes: Buffer, at: number): void
  note(text: string): void
}

/** The log of one run, open for writing. */
export type LogWriter = LogSink & {
  /** How many bytes have been written, which is also the offset of the next one. */
  bytes(): number
  close(): void
}

export type LogOptions = { folder: string; clock: Clock; bus: Bus }

const { O_CREAT, O_RDWR } = constants

/**
 * Opens the log of a run, going on where it ended. Writing is synchronous on purpose: into the page cache it costs
 * microseconds, keeps the order of lines, and lets a script that writes too fast wait at its pipe instead of in our memory.
 */
export function openLog(id: number, { folder, clock, bus }: LogOptions): LogWriter {
  const { bytes: bytesPath, index: indexPath } = openShard(folder, id)
  const bytesFile = openSync(bytesPath, O_RDWR | O_CREAT, 0o600)
  const indexFile = openSync(indexPath, O_RDWR | O_CREAT, 0o600)
  const record = Buffer.allocUnsafe(RECORD_BYTES)
  let { end, headCount, tailCount, last } = whereItEnded(indexFile)
  const announcer = createAnnouncer(id, clock, bus)

  function append(stream: Stream, bytes: Buffer, at: number): void {
    for (let start = 0; start < bytes.length;) {
      // Nothing crosses the seam between head and tail, or the end of the ring.
      const room = end < HEAD_BYTES ? HEAD_BYTES - end : TAIL_BYTES - ((end - HEAD_BYTES) % TAIL_BYTES)
      const length = Math.min(bytes.length - start, room, LONGEST_PIECE)
      writeFully(bytesFile, bytes, start, length, placeOf(end))
      remember({ offset: end, length, stream, at })
      start += length
      end += length
    }
  }

  function remember(piece: Piece): void {
    if (last && goesOn(last, piece)) last.length += piece.length
    else {
      last = piece
      if (piece.offset < HEAD_BYTES) headCount += 1
      else tailCount += 1
    }
    const place = tailCount === 0 ? headCount - 1 : headCount + ((tailCount - 1) % TAIL_PIECES)
    writeSync(indexFile, encodePiece(last, record), 0, RECORD_BYTES, place * RECORD_BYTES)
  }

  return {
    write(stream, bytes, at) {
      if (bytes.length === 0) return
      append(stream, bytes, at)
      announcer.announce()
    },
    note(text) {
      append('note', Buffer.from(`${text.trimEnd()}\n`), clock.now())
      announcer.announce()
    },
    bytes: () => end,
    close() {
      closeSync(bytesFile)
      closeSync(indexFile)
      announcer.flush()
    },
  }
}

/** Whether the second piece can be told as a part of the first. */
function goesOn(first: Piece, second: Piece): boolean {
  return (
    first.stream === second.stream &&
    first.stream !== 'note' &&
    second.at - first.at < TOGETHER_MS &&
    first.length + second.length <= LONGEST_PIECE &&
    first.offset < HEAD_BYTES === second.offset < HEAD_BYTES
  )
}

/** Makes the folder of the log where it is missing, and gives the paths of its files. */
function openShard(folder: string, id: number) {
  const paths = logPaths(folder, id)
  mkdirSync(paths.shard, { recursive: true })
  return paths
}

function whereItEnded(indexFile: number) {
  const index = readIndex(indexFile)
  const last = index.count === 0 ? undefined : index.piece(index.count - 1)
  return {
    end: last ? last.offset + last.length : 0,
    headCount: index.headCount,
    // Of a turned ring this is no longer the true count, but the same place in the ring.
    tailCount: index.nextInTail,
    last,
  }
}

/** Tells that the log grew: at once, and then at most every ANNOUNCE_MS. */
function createAnnouncer(id: number, clock: Clock, bus: Bus) {
  let alarm: { cancel(): void } | undefined
  let pending = false
  const announce = () => {
    if (alarm) {
      pending = true
      return
    }
    pending = false
    bus.announce({ topic: 'log', id })
    alarm = clock.at(clock.now() + ANNOUNCE_MS, () => {
      alarm = undefined
      if (pending) announce()
    })
  }
  return {
    announce,
    flush() {
      alarm?.cancel()
      if (pending) bus.announce({ topic: 'log', id })
    },
  }
}

// A disk may take less than it was given, as when it is nearly full.
function writeFully(fd: number, bytes: Buffer, start: number, length: number, place: number): void {
  for (let done = 0; done < length;) done += writeSync(fd, bytes, start + done, length - done, place + done)
}
