import type { Located } from '../../access/index.ts'
import type { CatalogEntry } from '../../catalog/index.ts'
import type { RunSummary } from '../../run/index.ts'
import type { Tick } from '../../schedule/index.ts'
import { describeSchedule, type Script } from '../../script/index.ts'
import type { StripMark } from '../../../views/components/strip.tsx'
import type { RunRow } from '../../../views/runs/_table.tsx'
import type { TickView } from '../../../views/scripts/_activity.tsx'
import type { ScriptRow } from '../../../views/scripts/_table.tsx'
import type { Doors } from '../doors.ts'

const STRIP = 30

/** A script as the lists show it, with its last thirty runs. */
export async function scriptRow(doors: Doors, actor: Located, entry: CatalogEntry): Promise<ScriptRow> {
  const { items } = await doors.runs.list(actor, { script: entry.slug }, { limit: STRIP })
  const { script } = entry
  const nextTickAt = doors.nextTickAt(entry.slug)
  const failing = failingOf(items)
  const last = items[0]
  return {
    slug: entry.slug,
    ...(script?.manifest.description === undefined ? {} : { description: script.manifest.description }),
    tags: script?.manifest.tags ?? [],
    schedules: (script?.manifest.schedules ?? []).map(describeSchedule),
    gate: script?.gate !== undefined,
    ...(script && script.manifest.paused !== false ? { paused: script.manifest.paused } : {}),
    problems: entry.problems,
    ...(last ? { lastRun: lastRunOf(last) } : {}),
    ...(failing ? { failing } : {}),
    ...(nextTickAt === undefined ? {} : { nextTickAt }),
    commit: entry.commit,
    strip: stripOf(items),
  }
}

export function runRow(run: RunSummary): RunRow {
  const { id, script, state, cause, actor, commit, attempt, error, summary } = run
  const reason = error ? `${error.type}${error.message ? `: ${error.message}` : ''}` : summary
  return {
    ...{ id, slug: script, state, cause, commit, attempt },
    ...(cause === 'tick' ? {} : { actor }),
    queuedAt: Date.parse(run.queuedAt),
    ...(run.startedAt ? { startedAt: Date.parse(run.startedAt) } : {}),
    ...(run.endedAt ? { endedAt: Date.parse(run.endedAt) } : {}),
    ...(state !== 'succeeded' && reason ? { reason: reason.split('\n')[0]! } : {}),
  }
}

export function tickView(tick: Tick, script: Script | undefined): TickView {
  const { scheduledAt, until, count, outcome, reason, runId, lateMs, scheduleId } = tick
  const schedule = script?.manifest.schedules.find(({ id }) => id === scheduleId)
  return {
    scheduledAt,
    schedule: schedule ? describeSchedule(schedule) : 'a schedule that is no more',
    outcome,
    ...(reason ? { reason } : {}),
    ...(runId === undefined ? {} : { runId }),
    ...(lateMs === undefined ? {} : { lateMs }),
    ...(count > 1 ? { until, count } : {}),
  }
}

function lastRunOf({
  id,
  state,
  queuedAt,
  startedAt,
  durationMs,
}: RunSummary): NonNullable<ScriptRow['lastRun']> {
  return {
    id,
    state,
    at: Date.parse(startedAt ?? queuedAt),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
}

const FAILED = new Set(['failed', 'timed-out', 'lost'])

/** The failures since the last run that did not fail; cancelled and gated ones say nothing either way. */
function failingOf(runs: RunSummary[]): ScriptRow['failing'] {
  const told = runs.filter(({ state }) => FAILED.has(state) || state === 'succeeded')
  const end = told.findIndex(({ state }) => state === 'succeeded')
  const failed = end < 0 ? told : told.slice(0, end)
  const [newest] = failed
  if (!newest) return undefined
  const reason = runRow(newest).reason
  return {
    count: failed.length,
    since: Date.parse(failed.at(-1)!.queuedAt),
    runId: newest.id,
    ...(reason ? { reason } : {}),
  }
}

function stripOf(runs: RunSummary[]): StripMark[] {
  const marks: Partial<Record<RunSummary['state'], StripMark['outcome']>> = {
    succeeded: 'succeeded',
    running: 'running',
    gated: 'gated',
    cancelled: 'skipped',
  }
  return runs
    .filter(({ state }) => state !== 'queued')
    .toReversed()
    .map(({ state, durationMs, commit }, at, all) => ({
      outcome: marks[state] ?? 'failed',
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(at > 0 && all[at - 1]!.commit !== commit ? { changed: true } : {}),
    }))
}
