import { systemActor } from '../../base/index.ts'
import { outlineOf, type CatalogEntry, type Outline } from '../../catalog/index.ts'
import type { RunMark, RunSummary } from '../../run/index.ts'
import type { Tick, TickMark } from '../../schedule/index.ts'
import { describeSchedule, type Script } from '../../script/index.ts'
import type { RunRow } from '../../../views/runs/_table.tsx'
import type { TickView } from '../../../views/scripts/_ticks.tsx'
import type { ScriptRow } from '../../../views/scripts/_table.tsx'
import { plainText } from '../../../views/words.ts'
import type { Doors } from '../doors.ts'
import { failingOf, HISTORY, lastRunOf, reasonOf, stripOf } from './history.ts'

/** Scripts as the lists show them, in their order, with their last thirty runs and ticks; for who may see them. */
export async function scriptRows(doors: Doors, entries: CatalogEntry[]): Promise<ScriptRow[]> {
  const histories = await historiesOf(
    doors,
    entries.map(({ slug }) => slug),
  )
  return entries.map((entry) => scriptRow(doors, entry, histories.get(entry.slug)!))
}

function scriptRow(doors: Doors, entry: CatalogEntry, history: History): ScriptRow {
  const { script } = entry
  const { description, tags = [], schedules = [] } = script?.manifest ?? {}
  return {
    ...standingRow(doors, outlineOf(entry), history),
    ...(description === undefined ? {} : { description: plainText(description) }),
    tags,
    schedules: schedules.map(describeSchedule),
    gate: script?.gate !== undefined,
    ...(script?.manifest.inputSchema === undefined ? {} : { asks: true }),
    strip: stripOf(history.runs, history.ticks),
  }
}

/** What its runs and ticks say of how a script stands. */
export type Health = Pick<ScriptRow, 'lastRun' | 'failing'>

/** No more of a script than how it stands. */
export function standingRow(
  doors: Doors,
  { slug, problems, commit, lastGood, paused: pause }: Outline,
  { lastRun, failing }: Health,
): ScriptRow {
  const nextTickAt = doors.nextTickAt(slug)
  const paused = pausedNow(pause, doors.clock.now())
  // Made a thousand times for one page, so of one piece.
  const row: ScriptRow = { slug, problems, commit, tags: [], schedules: [], gate: false }
  if (lastGood) row.lastGood = lastGood
  if (paused) row.paused = paused
  if (lastRun) row.lastRun = lastRun
  if (failing) row.failing = failing
  if (nextTickAt !== undefined) row.nextTickAt = nextTickAt
  return row
}

/** The newest runs, newest first, and the newest ticks, oldest first, and what they say. */
export type History = Health & { runs: RunMark[]; ticks: TickMark[] }

/** Of each script, by three queries however many they are. */
export async function historiesOf({ runs, ticks }: Doors, slugs: string[]): Promise<Map<string, History>> {
  const [marks, tickMarks] = await Promise.all([
    runs.marks(systemActor, slugs, HISTORY),
    ticks.last30(systemActor, slugs),
  ])
  const found = new Map(slugs.map((slug) => [slug, of(marks.get(slug) ?? [], tickMarks.get(slug) ?? [])]))
  const failing = [...found.values()].flatMap((one) => one.failing ?? [])
  const failed = await runs.some(
    systemActor,
    failing.flatMap(({ runId }) => runId ?? []),
  )
  const reasons = new Map(failed.map((run) => [run.id, reasonOf(run)]))
  for (const one of failing) {
    const reason = one.runId === undefined ? undefined : reasons.get(one.runId)
    if (reason) one.reason = reason
  }
  return found

  function of(runs: RunMark[], ticks: TickMark[]): History {
    const [lastRun, failing] = [lastRunOf(runs), failingOf(runs, ticks)]
    return { runs, ticks, ...(lastRun ? { lastRun } : {}), ...(failing ? { failing } : {}) }
  }
}

export function runRow(run: RunSummary): RunRow {
  const { id, script, state, cause, actor, commit, attempt } = run
  const reason = reasonOf(run)
  return {
    ...{ id, slug: script, state, cause, commit, attempt },
    ...(cause === 'tick' ? {} : { actor }),
    queuedAt: Date.parse(run.queuedAt),
    ...(state === 'queued' && run.notBefore ? { notBefore: Date.parse(run.notBefore) } : {}),
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
function pausedNow(paused: Outline['paused'], now: number): ScriptRow['paused'] {
  if (!paused || (paused.until !== undefined && paused.until <= now)) return undefined
  return { ...paused, ...(paused.reason === undefined ? {} : { reason: plainText(paused.reason) }) }
}
