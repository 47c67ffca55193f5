import { once } from 'node:events'
import { AppError, formatSize, systemClock } from '../base/index.ts'
import { answerOf, followLog, readLog, type Client, type LogPiece } from '../client/index.ts'
import { warn } from './output.ts'
import { assertScript } from './scripts.ts'

/**
 * `logs`: writes the log of a run to standard output as the script wrote it, or as JSON lines; `follow` goes on until
 * the run is over. In place of a number a script's slug may stand, for its newest run.
 */
export async function printLog(
  client: Client,
  named: string,
  { follow, json }: { follow?: boolean; json?: boolean },
): Promise<void> {
  const id = /^[1-9]\d{0,14}$/.test(named) ? Number(named) : await newestRun(client, named)
  const written = await writeAll(piecesOf(client, id, { follow: follow ?? false, json: json ?? false }))
  if (written === 0 && !follow)
    warn(`run ${id} has written nothing so far; sxs logs -f ${id} waits for what it writes`)
}

async function newestRun(client: Client, script: string): Promise<number> {
  const query = { script, limit: 1 }
  const { items } = await answerOf(client.GET('/runs', { params: { query } }))
  if (items[0]) return items[0].id
  await assertScript(client, script)
  throw new AppError('not_found', `${script} has not run yet; sxs trigger ${script} --follow runs it`)
}

/** The pieces of the log, once or until the run is over; what breaks the connection is told on standard error. */
export function piecesOf(
  client: Client,
  id: number,
  { follow, json }: { follow: boolean; json: boolean },
): AsyncGenerator<LogPiece> {
  const format = json ? 'jsonl' : 'text'
  if (!follow) return readLog(client, id, format)
  const onGap = (message: string) => warn(`${message}; the log goes on from here when it answers`)
  return followLog(client, id, { format, clock: systemClock, onGap })
}

/** Writes the pieces no faster than they are taken; gives how many bytes it were. */
export async function writeAll(pieces: AsyncGenerator<LogPiece>): Promise<number> {
  let written = 0
  for await (const { bytes, cutBytes } of pieces) {
    written += bytes.length
    if (bytes.length > 0 && !process.stdout.write(bytes)) await once(process.stdout, 'drain')
    if (cutBytes > 0) warn(`${formatSize(cutBytes)} of the log are not kept here`)
  }
  return written
}
