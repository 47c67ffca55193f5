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

/** The last lines as they are now; from `next` on the browser follows. */
export async function logView(runs: Runs, actor: Located, id: number): Promise<LogView> {
  const { end: bytes } = await runs.logLines(actor, id, { from: Number.MAX_SAFE_INTEGER, limit: 0 })
  const from = Math.max(0, bytes - FIRST_BYTES)
  const { lines, end, next, complete, cut } = await runs.logLines(actor, id, { from, limit: Infinity })
  // What is read from the middle begins within a line.
  const begun = from > 0 && lines.length > 1 && !lines[0]!.cut ? lines[0]!.line : 0
  const whole = lines.filter(({ line }) => line !== begun)
  const shown = (whole.length > 0 ? whole : lines).slice(-FIRST_LINES)
  const [first] = shown
  const began = (await runs.logLines(actor, id, { limit: 1 })).lines[0]
  return {
    rows: shown.map((line, at) => rowOf(line, shown[at + 1]?.offset ?? next)),
    ...{ next, complete: complete && next >= end, bytes },
    before: first ? rowsBefore(first, cut) : 0,
    ...(began ? { beganAt: began.at } : {}),
  }
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
  if (!/^\d{1,15}$/.test(asked)) throw new AppError('invalid', `from: '${asked.slice(0, 40)}' is no offset`)
  const from = Number(asked)
  const { pieces, next, end, cut } = await runs.logPieces(actor, id, { from, limit: PART_BYTES })
  return {
    ...{ next, end },
    pieces: pieces.map(({ line, at, stream, text, cut: isCut }) =>
      isCut && cut ? [line, at, 'cut', formatSize(cut.to - cut.from)] : [line, at, STREAMS[stream], text],
    ),
  }
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
