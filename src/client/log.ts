import { messageOf, SECOND, type Clock } from '../base/index.ts'
import { isPassing, type Client } from './client.ts'

export type LogFormat = 'text' | 'jsonl'

/** A part of a log as it came; `cutBytes` are missing after it, for they were not kept. */
export type LogPiece = { bytes: Uint8Array; cutBytes: number }

type Part = LogPiece & { next: number; isWhole: boolean }

// Asked soon after news, ever later while there are none: a quiet log costs a request in two seconds.
const SOON_MS = 150
const LATEST_MS = 2 * SECOND
const SLOWER = 1.5
const LONGEST_GAP_MS = 120 * SECOND

/** What the run wrote so far, in pieces. */
export async function* readLog(client: Client, run: number, format: LogFormat): AsyncGenerator<LogPiece> {
  for (let from = 0; ;) {
    const part = await partAt(client, run, from, format)
    yield part
    if (part.next === from || part.isWhole) return
    from = part.next
  }
}

/**
 * What the run wrote and writes, until it is over. Offsets carry it over broken connections: `onGap` is told of each,
 * and after two minutes without an answer the gap's own error is thrown.
 */
export async function* followLog(
  client: Client,
  run: number,
  { format, clock, onGap }: { format: LogFormat; clock: Clock; onGap: (message: string) => void },
): AsyncGenerator<LogPiece> {
  let from = 0
  let waitMs = SOON_MS
  let gapSince: number | undefined
  for (;;) {
    try {
      const part = await partAt(client, run, from, format)
      gapSince = undefined
      if (part.next > from) yield part
      if (part.isWhole) return
      waitMs = part.next > from ? SOON_MS : Math.min(waitMs * SLOWER, LATEST_MS)
      from = part.next
    } catch (error) {
      if (!isPassing(error)) throw error
      if (gapSince === undefined) onGap(messageOf(error))
      gapSince ??= clock.now()
      if (clock.now() - gapSince > LONGEST_GAP_MS) throw error
      waitMs = Math.min(waitMs * SLOWER, LATEST_MS)
    }
    await new Promise<void>((resolve) => clock.at(clock.now() + waitMs, resolve))
  }
}

async function partAt(client: Client, run: number, from: number, format: LogFormat): Promise<Part> {
  const { data, response } = await client.GET('/runs/{id}/log', {
    params: { path: { id: run }, query: { from, format } },
    parseAs: 'arrayBuffer',
  })
  const bytes = new Uint8Array(data!)
  const header = (name: string) => Number(response.headers.get(name) ?? Number.NaN)
  const stop = from + bytes.length
  const next = response.headers.has('x-log-next') ? header('x-log-next') : stop
  const isWhole = response.headers.get('x-log-complete') === 'true' && next >= header('x-log-end')
  // Lines are told of the cut by one of their own.
  return { bytes, next, isWhole, cutBytes: format === 'text' ? next - stop : 0 }
}
