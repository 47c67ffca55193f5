import { systemActor } from '../../base/index.ts'
import type { CatalogEntry } from '../../catalog/index.ts'
import type { RunSummary } from '../../run/index.ts'
import type { Tick } from '../../schedule/index.ts'
import { describeSchedule, type Script } from '../../script/index.ts'
import type { RunRow } from '../../../views/runs/_table.tsx'
import type { TickView } from '../../../views/scripts/_ticks.tsx'
import type { ScriptRow } from '../../../views/scripts/_table.tsx'
import { plainText } from '../../../views/words.ts'
import type { Doors } from '../doors.ts'
import { failingOf, HISTORY, lastRunOf, reasonOf, stripOf } from './history.ts'

/** A script as the lists show it, with its last thirty runs and ticks; for who may see it. */
export async function scriptRow(doors: Doors, entry: CatalogEntry): Promise<ScriptRow> {
  const { script } = entry
  const { runs, ticks } = await historyOf(doors, entry.slug)
  return {
    ...standingRow(doors, entry, { lastRun: lastRunOf(runs), failing: failingOf(runs, ticks) }),
    ...(script?.manifest.description === undefined
      ? {}
      : { description: plainText(script.manifest.description) }),
    tags: script?.manifest.tags ?? [],
    schedules: (script?.manifest.schedules ?? []).map(describeSchedule),
    gate: script?.gate !== undefined,
    strip: stripOf(runs, ticks),
  }
}

/** What its runs and ticks say of how a script stands. */
export type Health = Pick<ScriptRow, 'lastRun' | 'failing'>

/** No more of a script than how it stands. */
export function standingRow(
  doors: Doors,
  { slug, script, problems, commit, lastGood }: CatalogEntry,
  { lastRun, failing }: { [member in keyof Health]?: Health[member] | undefined },
): ScriptRow {
  const nextTickAt = doors.nextTickAt(slug)
  const paused = pausedNow(script, doors.clock.now())
  return {
    ...{ slug, problems, commit, tags: [], schedules: [], gate: false },
    ...(lastGood ? { lastGood } : {}),
    ...(paused ? { paused } : {}),
    ...(lastRun ? { lastRun } : {}),
    ...(failing ? { failing } : {}),
    ...(nextTickAt === undefined ? {} : { nextTickAt }),
  }
}

/** The newest runs, newest first, and the newest ticks, oldest first. */
export async function historyOf(doors: Doors, slug: string): Promise<{ runs: RunSummary[]; ticks: Tick[] }> {
  const { items } = await doors.runs.list(systemActor, { script: slug }, { limit: HISTORY })
  const ticks = await doors.ticks.last30(systemActor, [slug])
  return { runs: items, ticks: ticks.get(slug) ?? [] }
}

export function runRow(run: RunSummary): RunRow {
  const { id, script, state, cause, actor, commit, attempt } = run
  const reason = reasonOf(run)
  return {
    ...{ id, slug: script, state, cause, commit, attempt },
    ...(cause === 'tick' ? {} : { actor }),
    queuedAt: Date.parse(run.queuedAt),
    ...(run.startedAt ? { startedAt: Date.parse(run.startedAt) } : {}),
    ...(run.endedAt ? { endedAt: Date.parse(run.endedAt) } : {}),
    ...(reason ? { reason } : {}),
  }
}

export function tickView(tick: Tick, script: Script | undefined): TickView {
  const { scheduledAt, until, count, outcome, reason, runId, lateMs, scheduleId } = tick
  const schedule = script?.manifest.schedules.find(({ id }) => id === scheduleId)
  return {
    scheduledAt,
    schedule: schedule ? describeSchedule(schedule) : 'a schedule that is no more',
    outcome,
    ...(reason ? { reason: TICK_REASONS[reason] ?? plainText(reason) } : {}),
    ...(runId === undefined ? {} : { runId }),
    ...(lateMs === undefined ? {} : { lateMs }),
    ...(count > 1 ? { until, count } : {}),
  }
}

const TICK_REASONS: Record<string, string> = {
  overlap: 'the run before was still going on',
  paused: 'it was paused',
  down: 'the server was down',
  late: 'the server came too late to it',
}

/** A pause that has ended by itself is none. */
function pausedNow(script: Script | undefined, now: number): ScriptRow['paused'] {
  const paused = script?.manifest.paused
  if (!paused || (paused.until !== undefined && paused.until <= now)) return undefined
  return { ...paused, ...(paused.reason === undefined ? {} : { reason: plainText(paused.reason) }) }
}
