import type { Bus, Clock, Log } from '../base/index.ts'
import { errorOf } from './call.ts'
import { openLog } from './log.ts'
import { describeOutcome, type Outcome } from './outcome.ts'
import type { Queue } from './queue.ts'
import { nextAttempt } from './retry.ts'
import type { ScriptSource } from './source.ts'
import { next } from './state.ts'
import type { RunRow, RunStore } from './store.ts'

const ROWS_AT_ONCE = 500

export type RescuerDeps = {
  store: RunStore
  source: ScriptSource
  queue: Queue
  clock: Clock
  bus: Bus
  log: Log
  logsFolder: string
}

/**
 * Puts in order what the server before left: runs that were running are lost, or queued again where the manifest asks
 * for retries, and all that is queued is taken up in order. Call it once at start, before anything new is queued: one
 * server holds the data folder, so nothing that runs can be another's.
 */
export async function rescue(deps: RescuerDeps): Promise<{ lost: number; queued: number }> {
  let lost = 0
  for await (const row of inState(deps.store, 'running')) {
    await giveUp(row, deps)
    lost += 1
  }
  let queued = 0
  for await (const row of inState(deps.store, 'queued')) {
    deps.queue.enqueue(row.id)
    queued += 1
  }
  if (lost > 0) deps.log.warn({ lost, queued }, 'the server before stopped while runs were running')
  return { lost, queued }
}

async function* inState(store: RunStore, state: 'running' | 'queued'): AsyncGenerator<RunRow> {
  for (let after = 0; ;) {
    const rows = await store.inState(state, after, ROWS_AT_ONCE)
    yield* rows
    if (rows.length < ROWS_AT_ONCE) return
    after = rows.at(-1)!.id
  }
}

async function giveUp(row: RunRow, { store, source, clock, bus, logsFolder, log }: RescuerDeps) {
  const outcome: Outcome = { kind: 'lost', reason: 'the server stopped while it ran' }
  const runLog = openLog(row.id, { folder: logsFolder, clock, bus })
  try {
    runLog.note(describeOutcome(outcome))
    const at = await source.scriptAt(row.slug, row.commit).catch((error: unknown) => {
      log.error({ run: row.id, err: error }, 'the script of a lost run could not be read')
      return undefined
    })
    const again = at && nextAttempt(at.script.manifest.retries, row.attempt, outcome)
    const error = errorOf(outcome)!
    const logBytes = runLog.bytes()
    if (again) {
      const { attempt, delayMs } = again
      await store.requeue(row.id, { attempt, notBefore: clock.now() + delayMs, outcome, error, logBytes })
    } else {
      const state = next('running', { kind: 'ended', outcome })
      await store.end(row, 'running', { state, outcome, error, endedAt: clock.now(), logBytes })
    }
  } finally {
    runLog.close()
  }
}
