import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

// A run's log is two files. `<id>.log` holds the bytes: the first HEAD_BYTES where they were written, all later ones
// in a ring of TAIL_BYTES behind them, so that the place of a byte follows from its offset alone. `<id>.index` holds
// one record of fixed size per piece, a piece being lines in a row of one stream; the records of the head lie in
// order, those of the tail in a ring of TAIL_PIECES. A record is written after its bytes, so what the index names is there.

export const HEAD_BYTES = 4 * 2 ** 20
export const TAIL_BYTES = 2 ** 20
/** Together at most 384 KiB of index for the tail. */
export const TAIL_PIECES = 16_384
export const RECORD_BYTES = 24

export const STREAMS = ['stdout', 'stderr', 'note'] as const
/** Where a line came from; `note` is the server's own. */
export type Stream = (typeof STREAMS)[number]

/**
 * Bytes of one stream that were written at one time. Offsets count bytes as written, from the start of the log; `line`
 * is the number of the line that its first byte belongs to, from 1, with those that were not kept counted too.
 */
export type Piece = { offset: number; length: number; stream: Stream; at: number; line: number }

/** The paths of the log's two files, a thousand runs to a folder. */
export function logPaths(folder: string, id: number) {
  const shard = join(folder, String(Math.floor(id / 1000)))
  return { shard, bytes: join(shard, `${id}.log`), index: join(shard, `${id}.index`) }
}

/** Where the byte at this offset lies in the file. */
export const placeOf = (offset: number): number =>
  offset < HEAD_BYTES ? offset : HEAD_BYTES + ((offset - HEAD_BYTES) % TAIL_BYTES)

/** How many bytes lie in a row from this offset on: up to the seam between head and tail, or the end of the ring. */
export const roomAt = (offset: number): number =>
  offset < HEAD_BYTES ? HEAD_BYTES - offset : TAIL_BYTES - ((offset - HEAD_BYTES) % TAIL_BYTES)

// 48 bits hold every offset, line and time that there will be.
const WIDE = 6

export function encodePiece({ offset, length, stream, at, line }: Piece, into: Buffer): Buffer {
  into.writeUIntLE(offset, 0, WIDE)
  into.writeUIntLE(at, 6, WIDE)
  into.writeUIntLE(line, 12, WIDE)
  into.writeUInt32LE(length, 18)
  into.writeUInt16LE(STREAMS.indexOf(stream), 22)
  return into
}

function decodePiece(buffer: Buffer, place: number): Piece {
  return {
    offset: buffer.readUIntLE(place, WIDE),
    at: buffer.readUIntLE(place + 6, WIDE),
    line: buffer.readUIntLE(place + 12, WIDE),
    length: buffer.readUInt32LE(place + 18),
    stream: STREAMS[buffer.readUInt16LE(place + 22)] ?? 'note',
  }
}

const LINE_END = 10

/** How many lines have a part in these bytes, and whether the last of them has its end. */
export function countLines(bytes: Buffer): { lines: number; ended: boolean } {
  let ends = 0
  for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, at + 1)) ends += 1
  const ended = bytes.length === 0 || bytes[bytes.length - 1] === LINE_END
  return { lines: ended ? ends : ends + 1, ended }
}

/** Reads bytes of the log that is open as `fd`; they may lie on both sides of the ring's end. */
export function readRange(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from)
  for (let done = 0; done < bytes.length;) {
    const offset = from + done
    const read = readSync(fd, bytes, done, Math.min(bytes.length - done, roomAt(offset)), placeOf(offset))
    if (read === 0) throw new Error(`a log ends at ${offset}, before its index does`)
    done += read
  }
  return bytes
}

/** The records in the order of their offsets, read as they are asked for: an index may be large. */
export type Index = {
  /** How many records there are, and how many of them belong to the head. */
  count: number
  headCount: number
  /** How many tail records have been written, as far as the place of the next one in the ring tells. */
  nextInTail: number
  piece(number: number): Piece
  /** The number of the first record whose bytes end after this offset; `count` where none does. */
  after(offset: number): number
}

/** Reads the index that is open as `fd`. */
export function readIndex(fd: number): Index {
  const count = Math.floor(fstatSync(fd).size / RECORD_BYTES)
  const buffer = Buffer.allocUnsafe(RECORD_BYTES)
  const stored = (place: number) => {
    readSync(fd, buffer, 0, RECORD_BYTES, place * RECORD_BYTES)
    return decodePiece(buffer, 0)
  }
  const headCount = firstWhere(0, count, (place) => stored(place).offset >= HEAD_BYTES)
  const tailCount = count - headCount
  // Only a full ring has been turned: its oldest record follows the newest.
  const turn =
    tailCount < TAIL_PIECES
      ? 0
      : firstWhere(1, tailCount, (i) => stored(headCount + i).offset < stored(headCount).offset) % tailCount
  const piece = (number: number) =>
    stored(number < headCount ? number : headCount + ((number - headCount + turn) % tailCount))
  return {
    count,
    headCount,
    nextInTail: tailCount < TAIL_PIECES ? tailCount : TAIL_PIECES + turn,
    piece,
    after: (offset) =>
      firstWhere(0, count, (number) => {
        const { offset: start, length } = piece(number)
        return start + length > offset
      }),
  }
}

/** The first number from `low` below `high` for which `test` holds, where it holds for all that follow; else `high`. */
function firstWhere(low: number, high: number, test: (number: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >>> 1
    if (test(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Opens a file to read; undefined where there is none. */
export function openToRead(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function closeAll(...fds: (number | undefined)[]): void {
  for (const fd of fds) if (fd !== undefined) closeSync(fd)
}
