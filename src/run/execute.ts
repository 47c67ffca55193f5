import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { timeText } from '../base/index.ts'
import type { Verdict } from './answer.ts'
import { listArtifacts, removeIfEmpty, type Artifact } from './artifact.ts'
import { callHarness, errorOf } from './call.ts'
import type { LogSink } from './log.ts'
import { stateOf } from './outcome.ts'
import { handFolder, prepareScript, type PrepareDeps } from './prepare.ts'
import type { Quotas } from './quota.ts'
import type { Cause } from './run.ts'
import type { ScriptAt } from './source.ts'
import type { Stop } from './stop.ts'
import type { RunRow, EnvironmentUsed } from './store.ts'

export type ExecuteDeps = PrepareDeps & { harness: string; quotas: Quotas }

/** How an attempt ended; `data` only where the run succeeded and left it other than it was. */
export type AttemptEnd = Verdict & Partial<EnvironmentUsed> & { artifacts: Artifact[] }

/** Carries out one attempt of a claimed run, from its environment to its artifacts. Records nothing but that environment. */
export async function executeAttempt(
  row: RunRow,
  at: ScriptAt | undefined,
  deps: ExecuteDeps,
  log: LogSink,
  stop: Stop,
): Promise<AttemptEnd> {
  if (!at)
    return without({ kind: 'refused', reason: `${row.slug} is no valid script at commit ${row.commit}` })
  const prepared = await prepareScript(at, deps, log, stop)
  if ('outcome' in prepared) return without(prepared.outcome)
  const { environment } = prepared
  const folder = artifactsFolder(deps.dataDir, row.id)
  const [artifacts, before] = await Promise.all([
    handFolder(folder, prepared.number, deps.isolation),
    deps.store.data(row.slug),
  ])
  if (stop.outcome()) return without(stop.outcome()!)
  const used = {
    lock: environment.lock.id,
    python: environment.python.version,
    environment: environment.key,
  }
  // Where that fails (a full disk), the script is not left alone for it: it is recorded with the end once more.
  // A turn later: the write holds up the whole server, and what starts meanwhile still has to be told how.
  const noted = turn()
    .then(() => deps.store.noteEnvironment(row.id, used))
    .catch(() => undefined)
  const calling = callHarness(
    {
      phase: 'main',
      script: at.script,
      checkout: prepared.checkout,
      environment,
      folders: { harness: deps.harness, state: prepared.state, artifacts },
      number: prepared.number,
      quotas: deps.quotas,
      secrets: prepared.secrets,
      facts: {
        id: row.id,
        commit: row.commit,
        cause: row.cause as Cause,
        ...(row.scheduledAt === null ? {} : { scheduledAt: timeText(row.scheduledAt) }),
        startedAt: timeText(row.startedAt!),
        attempt: row.attempt,
        input: row.input ?? '{}',
      },
      data: before.json,
      timeoutMs: at.script.manifest.timeoutMs,
      sink: log,
      stop,
    },
    deps.isolation,
    deps.clock,
  )
  const [{ data, ...verdict }] = await Promise.all([calling, noted])
  const kept = stateOf(verdict.outcome) === 'succeeded' && data !== undefined && data !== before.json
  const left = listArtifacts(folder, prepared.secrets?.masking.text)
  if (left.dropped > 0) log.note(`${left.dropped} more files are not kept as artifacts`)
  if (left.artifacts.length === 0) removeIfEmpty(folder)
  return { ...verdict, ...used, ...(kept ? { data } : {}), artifacts: left.artifacts }
}

/** Where the artifacts of a run lie, a thousand runs to a folder. */
export const artifactsFolder = (dataDir: string, id: number): string =>
  join(dataDir, 'artifacts', String(Math.floor(id / 1000)), String(id))

function without(outcome: Verdict['outcome']): AttemptEnd {
  const error = errorOf(outcome)
  return { outcome, ...(error ? { error } : {}), artifacts: [] }
}
