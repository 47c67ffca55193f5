import { readSync } from 'node:fs'
import { formatSize } from '../base/index.ts'
import {
  closeAll,
  HEAD_BYTES,
  logPaths,
  openToRead,
  placeOf,
  readIndex,
  TAIL_BYTES,
  type Index,
  type Stream,
} from './log-file.ts'

const DEFAULT_BYTES = 256 * 1024

/**
 * A part of a log. `end` is the length of the whole log so far. Where the cut follows, `next` is the offset at which
 * to read on; else that is `from + bytes.length`.
 */
export type LogPart = { bytes: Buffer; end: number; next?: number }

/**
 * One line. `offset` is where it begins; `partial` says that no line end followed it; the line with `cut` stands in
 * place of what was not kept.
 */
export type LogLine = {
  at: number
  stream: Stream
  text: string
  offset: number
  partial?: true
  cut?: true
}

/** Lines of a log, and the offset at which to read on. */
export type LogLines = { lines: LogLine[]; end: number; next: number }

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

/** Reads the lines from the offset on, which is 0 or the `next` of an answer before, up to about `limit` bytes. */
export function readLogLines(
  folder: string,
  id: number,
  { from = 0, limit = DEFAULT_BYTES }: { from?: number; limit?: number },
): LogLines {
  return withLog(folder, id, { lines: [], end: 0, next: 0 }, (index, bytesFile) => {
    const { end, cut, tailNumber } = extentOf(index)
    const lines: LogLine[] = []
    let next = Math.min(from, end)
    for (let number = index.after(next), read = 0; number < index.count && read < limit; number += 1) {
      if (cut && next >= cut.from && next < cut.to) {
        number = tailNumber
        lines.push(cutLine(cut, index.piece(number).at))
        next = cut.to
      }
      const { offset, length, stream, at } = index.piece(number)
      const bytes = readRange(bytesFile, Math.max(next, offset), offset + length)
      next = offset + length
      for (const line of splitLines(bytes, next - bytes.length)) lines.push({ at, stream, ...line })
      read += bytes.length
    }
    return { lines, end, next }
  })
}

/** How long the log is, in bytes as written. */
export function logEnd(folder: string, id: number): number {
  return withLog(folder, id, 0, (index) => extentOf(index).end)
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

function cutLine(cut: { from: number; to: number }, at: number): LogLine {
  const text = `… ${formatSize(cut.to - cut.from)} of output are not kept …`
  return { at, stream: 'note', text, offset: cut.from, cut: true }
}

/** The bytes from one offset to another, which may lie on both sides of the ring's end. */
function readRange(bytesFile: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from)
  for (let done = 0; done < bytes.length;) {
    const offset = from + done
    const seam = offset < HEAD_BYTES ? HEAD_BYTES - offset : TAIL_BYTES - ((offset - HEAD_BYTES) % TAIL_BYTES)
    const read = readSync(bytesFile, bytes, done, Math.min(bytes.length - done, seam), placeOf(offset))
    if (read === 0) throw new Error(`a log ends at ${offset}, before its index does`)
    done += read
  }
  return bytes
}

const LINE_END = 10

function splitLines(bytes: Buffer, start: number): { text: string; offset: number; partial?: true }[] {
  const lines: { text: string; offset: number; partial?: true }[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(LINE_END, from)
    const text = bytes.toString('utf8', from, end === -1 ? bytes.length : end).replace(/\r$/, '')
    lines.push({ text, offset: start + from, ...(end === -1 ? { partial: true as const } : {}) })
    from = end === -1 ? bytes.length : end + 1
  }
  return lines
}
