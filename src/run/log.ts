import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs'
import type { Bus, Clock } from '../base/index.ts'
import {
  countLines,
  encodePiece,
  HEAD_BYTES,
  logPaths,
  placeOf,
  readIndex,
  readRange,
  RECORD_BYTES,
  roomAt,
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
  let { end, headCount, tailCount, last, lines, open } = whereItEnded(indexFile, bytesFile)
  const announcer = createAnnouncer(id, clock, bus)

  function append(stream: Stream, bytes: Buffer, at: number): void {
    for (let start = 0; start < bytes.length;) {
      const length = pieceLength(bytes, start, roomAt(end))
      writeFully(bytesFile, bytes, start, length, placeOf(end))
      const line = open === stream ? lines : lines + 1
      remember({ offset: end, length, stream, at, line })
      const counted = countLines(bytes.subarray(start, start + length))
      lines = line + counted.lines - 1
      open = counted.ended ? undefined : stream
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

/** How much goes into one piece: nothing crosses a seam, and what is too long is parted between lines if it can be. */
function pieceLength(bytes: Buffer, start: number, room: number): number {
  const length = Math.min(bytes.length - start, room, LONGEST_PIECE)
  if (length < LONGEST_PIECE || start + length === bytes.length) return length
  const whole = bytes.lastIndexOf('\n', start + length - 1) + 1 - start
  return whole > 0 ? whole : length
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

function whereItEnded(indexFile: number, bytesFile: number) {
  const index = readIndex(indexFile)
  const last = index.count === 0 ? undefined : index.piece(index.count - 1)
  const end = last ? last.offset + last.length : 0
  const counted = last && countLines(readRange(bytesFile, last.offset, end))
  return {
    end,
    headCount: index.headCount,
    // Of a turned ring this is no longer the true count, but the same place in the ring.
    tailCount: index.nextInTail,
    last,
    lines: last ? last.line + counted!.lines - 1 : 0,
    open: counted?.ended === false ? last!.stream : undefined,
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
