import { timeText } from '../base/index.ts'
import type { Tier } from '../isolation/index.ts'
import type { Artifact } from './artifact.ts'
import { describeOutcome, type Outcome } from './outcome.ts'
import type { RunState } from './state.ts'
import type { RunRow, RunSummaryRow } from './store.ts'

export const CAUSES = ['tick', 'manual', 'api', 'webhook', 'after', 'check', 'rerun'] as const

/** Why a run exists. */
export type Cause = (typeof CAUSES)[number]

/** What the script raised, or why the run failed otherwise; the traceback has the user's frames only. */
export type RunError = { type: string; message: string; traceback?: string }

/** A run as lists and the API show it. Times are RFC 3339 in UTC. */
export type RunSummary = {
  id: number
  script: string
  commit: string
  revision: string
  cause: Cause
  actor: string
  state: RunState
  outcome?: Outcome
  /** The outcome in words. */
  summary?: string
  scheduledAt?: string
  /** Not before this time, of a run that waits for it or for its next attempt. */
  notBefore?: string
  queuedAt: string
  startedAt?: string
  endedAt?: string
  durationMs?: number
  attempt: number
  isolation?: Tier
  error?: RunError
  peakMemoryBytes?: number
  logBytes: number
}

/** As much of a run as a mark in a strip tells of it. Times are Unix milliseconds. */
export type RunMark = {
  id: number
  state: RunState
  revision: string
  queuedAt: number
  startedAt: number | undefined
  endedAt: number | undefined
}

/** One run with all that is recorded of it. */
export type Run = RunSummary & {
  /** Id of the lock that it ran with, shortened. */
  lock?: string
  python?: string
  /** Key of its environment. */
  environment?: string
  scheduleId?: string
  input: Record<string, unknown>
  /** The same as the JSON text that came in, which holds the digits that `input` cannot. */
  inputJson: string
  /** Absent where the script returned None. */
  result?: unknown
  resultJson?: string
  artifacts: Artifact[]
}

/** A run to be made. */
export type NewRun = {
  slug: string
  commit: string
  revision: string
  cause: Cause
  actor: string
  queuedAt: number
  scheduleId?: string
  scheduledAt?: number
  notBefore?: number
  force?: boolean
  /** JSON text of an object. */
  input?: string
  idempotencyKey?: string
}

const LOCK_CHARACTERS = 12

/** The row as the outside sees it. */
export function runOf(row: RunRow): Run {
  return {
    ...summaryOf(row),
    ...present({
      lock: row.lock?.slice(0, LOCK_CHARACTERS),
      python: row.python,
      environment: row.environment,
      scheduleId: row.scheduleId,
      result: JSON.parse(row.result ?? 'null') as unknown,
      resultJson: row.result === 'null' ? undefined : row.result,
    }),
    input: JSON.parse(row.input ?? '{}') as Record<string, unknown>,
    inputJson: row.input ?? '{}',
    artifacts: (row.artifacts as Artifact[] | null) ?? [],
  }
}

/** The row without what may be large. */
export function summaryOf(row: RunSummaryRow): RunSummary {
  const outcome = row.outcome as Outcome | null
  return {
    id: row.id,
    script: row.slug,
    commit: row.commit,
    revision: row.revision,
    cause: row.cause as Cause,
    actor: row.actor,
    state: row.state as RunState,
    ...present({
      outcome,
      summary: outcome ? describeOutcome(outcome) : undefined,
      scheduledAt: textOf(row.scheduledAt),
      notBefore: textOf(row.notBefore),
      startedAt: textOf(row.startedAt),
      endedAt: textOf(row.endedAt),
      durationMs: row.startedAt !== null && row.endedAt !== null ? row.endedAt - row.startedAt : undefined,
      isolation: row.isolation as Tier | null,
      error: row.error as RunError | null,
      peakMemoryBytes: row.peakMemoryBytes,
    }),
    queuedAt: timeText(row.queuedAt),
    attempt: row.attempt,
    logBytes: row.logBytes,
  }
}

const textOf = (at: number | null) => (at === null ? undefined : timeText(at))

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> }

/** The members that have a value. */
function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  ) as Present<T>
}
