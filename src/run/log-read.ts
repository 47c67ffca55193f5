import { formatSize } from '../base/index.ts'
import {
  closeAll,
  countLines,
  HEAD_BYTES,
  logPaths,
  openToRead,
  readIndex,
  readRange,
  TAIL_BYTES,
  type Index,
  type Stream,
} from './log-file.ts'

const DEFAULT_BYTES = 256 * 1024

/** Which part of a log: from the offset on, up to about `limit` bytes. */
export type LogRange = { from?: number; limit?: number }

/**
 * A part of a log. `end` is the length of the whole log so far. Where the cut follows, `next` is the offset at which
 * to read on; else that is `from + bytes.length`.
 */
export type LogPart = { bytes: Buffer; end: number; next?: number }

/**
 * One line, or what was written of it at one time. `line` is its number, the same for all parts of a line; `offset` is
 * where the text begins; `partial` says that no line end followed it; what has `cut` stands in place of what was not
 * kept, and has the number of the first line that was not.
 */
export type LogLine = {
  at: number
  stream: Stream
  text: string
  offset: number
  line: number
  partial?: true
  cut?: true
}

/** Text of one stream that was written at one time: mostly many lines. */
export type LogPiece = Omit<LogLine, 'partial'>

/** Where the cut is: not kept are the bytes `from` to `to`, and lines before `toLine`; the head has `headLines` lines. */
export type LogCut = { from: number; to: number; headLines: number; toLine: number }

type Extent = { end: number; next: number; cut?: LogCut }

/** Lines of a log, the length of it all, and the offset at which to read on. */
export type LogLines = { lines: LogLine[] } & Extent

export type LogPieces = { pieces: LogPiece[] } & Extent

type Raw = Omit<LogPiece, 'text'> & { bytes: Buffer }

/**
 * Reads up to `limit` bytes at the offset. Reading is synchronous, as writing is, so that nothing is written over
 * between the look at the index and the bytes; that is what keeps the limit low.
 */
export function readLogBytes(
  folder: string,
  id: number,
  { from = 0, limit = DEFAULT_BYTES }: { from?: number; limit?: number },
): LogPart {
  return withLog(folder, id, { bytes: Buffer.alloc(0), end: 0 }, (index, bytesFile) => {
    const { end, cut } = extentOf(index)
    const start = Math.min(from, end)
    if (cut && start >= cut.from && start < cut.to) return { bytes: Buffer.alloc(0), end, next: cut.to }
    const stop = Math.min(start + limit, cut && start < cut.from ? cut.from : end)
    const bytes = readRange(bytesFile, start, stop)
    return cut && stop === cut.from ? { bytes, end, next: cut.to } : { bytes, end }
  })
}

/** Reads the lines from the offset on, which is 0 or the `next` of an answer before. */
export function readLogLines(folder: string, id: number, range: LogRange): LogLines {
  const { raw, ...extent } = readRaw(folder, id, range)
  return { lines: raw.flatMap(linesOf), ...extent }
}

/** The same by pieces, which cost less to read and to send. */
export function readLogPieces(folder: string, id: number, range: LogRange): LogPieces {
  const { raw, ...extent } = readRaw(folder, id, range)
  return { pieces: raw.map(({ bytes, ...rest }) => ({ ...rest, text: bytes.toString() })), ...extent }
}

function readRaw(folder: string, id: number, range: LogRange): { raw: Raw[] } & Extent {
  const { from = 0, limit = DEFAULT_BYTES } = range
  return withLog(folder, id, { raw: [], end: 0, next: 0 }, (index, bytesFile) => {
    const { end, cut, tailNumber } = extentOf(index)
    const whole = cut && { ...cut, ...linesAround(cut, tailNumber, index, bytesFile) }
    const raw: Raw[] = []
    let next = Math.min(from, end)
    for (let number = index.after(next), read = 0; number < index.count && read < limit; number += 1) {
      if (whole && next >= whole.from && next < whole.to) {
        number = tailNumber
        raw.push(cutPiece(whole, index.piece(number).at))
        next = whole.to
      }
      const { offset, length, line, ...piece } = index.piece(number)
      const all = readRange(bytesFile, offset, offset + length)
      const start = Math.max(next, offset)
      const rest = all.subarray(start - offset)
      const bytes = rest.length > limit - read ? upToLineEnd(rest, limit - read) : rest
      raw.push({ ...piece, offset: start, line: line + endsBefore(all, start - offset), bytes })
      next = start + bytes.length
      read += bytes.length
      if (bytes.length < rest.length) break
    }
    return { raw, end, next, ...(whole && { cut: whole }) }
  })
}

function withLog<T>(folder: string, id: number, none: T, read: (index: Index, bytesFile: number) => T): T {
  const paths = logPaths(folder, id)
  const indexFile = openToRead(paths.index)
  const bytesFile = openToRead(paths.bytes)
  try {
    return indexFile === undefined || bytesFile === undefined ? none : read(readIndex(indexFile), bytesFile)
  } finally {
    closeAll(indexFile, bytesFile)
  }
}

/** Where the log ends, what is cut out of it, and the number of the first record after the cut. */
function extentOf(index: Index) {
  if (index.count === 0) return { end: 0, cut: undefined, tailNumber: 0 }
  const last = index.piece(index.count - 1)
  const end = last.offset + last.length
  if (end <= HEAD_BYTES) return { end, cut: undefined, tailNumber: index.count }
  // The oldest record that lies whole in the ring; the one before it may be written over in part.
  let tailNumber = Math.max(index.headCount, index.after(end - TAIL_BYTES))
  if (index.piece(tailNumber).offset < end - TAIL_BYTES) tailNumber += 1
  const to = index.piece(tailNumber).offset
  return { end, cut: to > HEAD_BYTES ? { from: HEAD_BYTES, to } : undefined, tailNumber }
}

function linesAround(cut: { from: number }, tailNumber: number, index: Index, bytesFile: number) {
  const { offset, line } = index.piece(index.headCount - 1)
  const { lines } = countLines(readRange(bytesFile, offset, cut.from))
  return { headLines: line + lines - 1, toLine: index.piece(tailNumber).line }
}

function cutPiece(cut: LogCut, at: number): Raw {
  const bytes = Buffer.from(`… ${formatSize(cut.to - cut.from)} of output are not kept …`)
  return { at, stream: 'note', bytes, offset: cut.from, line: cut.headLines + 1, cut: true }
}

const LINE_END = 10

/** How many line ends there are before the place. */
function endsBefore(bytes: Buffer, place: number): number {
  const { lines, ended } = countLines(bytes.subarray(0, place))
  return ended ? lines : lines - 1
}

/** The whole lines among the first bytes; all of it where there is none. */
function upToLineEnd(bytes: Buffer, most: number): Buffer {
  const end = bytes.lastIndexOf(LINE_END, most - 1) + 1
  return end > 0 ? bytes.subarray(0, end) : bytes
}

function linesOf({ bytes, cut, ...rest }: Raw): LogLine[] {
  if (cut) return [{ ...rest, text: bytes.toString(), cut }]
  const lines: LogLine[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(LINE_END, from)
    const text = bytes.toString('utf8', from, end === -1 ? bytes.length : end).replace(/\r$/, '')
    const partial = end === -1 ? { partial: true as const } : {}
    lines.push({ ...rest, text, offset: rest.offset + from, line: rest.line + lines.length, ...partial })
    from = end === -1 ? bytes.length : end + 1
  }
  return lines
}
