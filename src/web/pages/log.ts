import { Hono, type Context } from 'hono'
import { compress } from 'hono/compress'
import { AppError, formatSize } from '../../base/index.ts'
import type { Located } from '../../access/index.ts'
import type { LogLine, Runs } from '../../run/index.ts'
import type { LogView } from '../../../views/runs/_log.tsx'
import { cutText } from '../../../views/words.ts'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'

const FIRST_LINES = 500
// More than so many ordinary lines, and not too many of the shortest ones.
const FIRST_BYTES = 64 * 1024
const PART_BYTES = 512 * 1024
const STREAMS = { stdout: 'out', stderr: 'err', note: 'note' } as const

/** The log of a run, for the page that shows it: all of it as text, and parts of it for the browser to draw. */
export function logPages({ runs }: Doors): Hono<Env> {
  return new Hono<Env>()
    .get('/runs/:id/log', async (c) => c.body(await wholeLog(runs, actorOf(c), runIdOf(c)), 200, TEXT))
    .get('/runs/:id/_log', compress(), async (c) =>
      c.json(await partOf(runs, actorOf(c), runIdOf(c), c.req.query('from'))),
    )
}

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }

/** Which part of a log a page shows: the lines that end before an offset, or those that begin at one; else the last. */
export type LogPlace = { before?: number; from?: number }

/** Throws invalid where the page was asked for what is no offset. */
export function logPlaceOf(c: Context<Env>): LogPlace {
  const { before, from } = c.req.query()
  if (before !== undefined) return { before: offsetOf('before', before) }
  return from === undefined ? {} : { from: offsetOf('from', from) }
}

/** Some lines as they are now, the last ones unless asked otherwise; from `next` on the browser follows. */
export async function logView(
  runs: Runs,
  actor: Located,
  id: number,
  place: LogPlace = {},
): Promise<LogView> {
  const { end: bytes } = await runs.logLines(actor, id, { from: Number.MAX_SAFE_INTEGER, limit: 0 })
  const { shown, next, end, complete, cut } = await linesAt(runs, actor, id, bytes, place)
  const [first] = shown
  const began = (await runs.logLines(actor, id, { limit: 1 })).lines[0]
  return {
    rows: shown.map((line, at) => rowOf(line, shown[at + 1]?.offset ?? next)),
    ...{ next, complete: complete && next >= end, bytes },
    before: first ? rowsBefore(first, cut) : 0,
    ...(first && first.offset > 0 ? { earlier: first.offset } : {}),
    ...(first && next < end ? { later: next } : {}),
    ...(began ? { beganAt: began.at } : {}),
  }
}

/** At most FIRST_LINES lines of the part that was asked for, and where the next ones begin. */
async function linesAt(runs: Runs, actor: Located, id: number, bytes: number, place: LogPlace) {
  if (place.from !== undefined) {
    const { lines, ...rest } = await runs.logLines(actor, id, { from: place.from, limit: FIRST_BYTES })
    const next = lines[FIRST_LINES]?.offset ?? rest.next
    return { ...rest, shown: lines.slice(0, FIRST_LINES), next }
  }
  const until = Math.min(place.before ?? Infinity, bytes)
  const from = Math.max(0, until - FIRST_BYTES)
  const limit = place.before === undefined ? Infinity : until - from
  const { lines, ...rest } = await runs.logLines(actor, id, { from, limit })
  if (place.before === undefined) return { ...rest, shown: lastOf(lines, from) }
  const earlier = lines.filter(({ offset }) => offset < until).map((line) => endedAt(line, until))
  return { ...rest, shown: lastOf(earlier, from), next: until }
}

/** The last FIRST_LINES; what is read from the middle begins within a line, which is left out unless it is all there is. */
function lastOf(lines: LogLine[], from: number): LogLine[] {
  const begun = from > 0 && lines.length > 1 && !lines[0]!.cut ? lines[0]!.line : 0
  const whole = lines.filter(({ line }) => line !== begun)
  return (whole.length > 0 ? whole : lines).slice(-FIRST_LINES)
}

/** What comes of the line before the offset: a long one may be parted by pages. */
function endedAt(line: LogLine, until: number): LogLine {
  const bytes = Buffer.from(line.text)
  if (line.cut || line.offset + bytes.length <= until) return line
  return { ...line, text: bytes.subarray(0, until - line.offset).toString(), partial: true }
}

/** How many rows of the page come before this one: lines, and one for the cut. */
function rowsBefore({ line, cut }: LogLine, gap?: { headLines: number; toLine: number }): number {
  if (!gap || cut || line <= gap.headLines) return line - 1
  return gap.headLines + 1 + line - gap.toLine
}

const rowOf = (
  { at, stream, text, offset, line, partial, cut }: LogLine,
  next: number,
): LogView['rows'][number] =>
  cut
    ? { cut: { from: offset, next } }
    : { at, stream: STREAMS[stream], text, line, ...(partial ? { partial } : {}) }

/**
 * Part of a log as the browser takes it (`views/client/log-load.ts`): `[line, at, stream, text]`, where the text may be
 * many lines; `cut` as stream is what stands for what was not kept, with its size as text.
 */
async function partOf(runs: Runs, actor: Located, id: number, asked = '0') {
  const from = offsetOf('from', asked)
  const { pieces, next, end, cut } = await runs.logPieces(actor, id, { from, limit: PART_BYTES })
  return {
    ...{ next, end },
    pieces: pieces.map(({ line, at, stream, text, cut: isCut }) =>
      isCut && cut ? [line, at, 'cut', formatSize(cut.to - cut.from)] : [line, at, STREAMS[stream], text],
    ),
  }
}

function offsetOf(name: string, asked: string): number {
  if (/^\d{1,15}$/.test(asked)) return Number(asked)
  throw new AppError('invalid', `${name}: '${asked.slice(0, 40)}' is no offset`)
}

/** All that was kept, with a line that says what was not; read as it is sent. */
async function wholeLog(runs: Runs, actor: Located, id: number): Promise<ReadableStream<Uint8Array>> {
  let from = 0
  // Asked before the answer begins, so that who may not read it is told so.
  let part = await runs.readLog(actor, id, { from, limit: PART_BYTES })
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(part.bytes)
      from += part.bytes.length
      if (part.next !== undefined) {
        controller.enqueue(Buffer.from(`\n${cutText(formatSize(part.next - from))}\n`))
        from = part.next
      }
      if (from >= part.end) return controller.close()
      part = await runs.readLog(actor, id, { from, limit: PART_BYTES })
    },
  })
}

/** The number in the path; throws not_found where it is none. */
export function runIdOf(c: Context<Env>): number {
  const text = c.req.param('id') ?? ''
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new AppError('not_found', `run ${text.slice(0, 40)} is not found`)
  return Number(text)
}
