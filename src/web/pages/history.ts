import type { RunMark, RunSummary } from '../../run/index.ts'
import type { TickMark } from '../../schedule/index.ts'
import type { StripMark } from '../../../views/components/strip.tsx'
import type { ScriptRow } from '../../../views/scripts/_table.tsx'
import { plainText } from '../../../views/words.ts'

/** So many runs and ticks say how a script stands. */
export const HISTORY = 30

const FAILED = new Set(['failed', 'timed-out', 'lost'])
const LONGEST_REASON = 300

type Failing = NonNullable<ScriptRow['failing']>

/** The newest run as lists show it. */
export function lastRunOf([last]: RunMark[]): ScriptRow['lastRun'] {
  if (!last) return undefined
  const { id, state, queuedAt, startedAt } = last
  return { ...{ id, state, at: startedAt ?? queuedAt }, ...durationOf(last) }
}

const durationOf = ({ startedAt, endedAt }: RunMark): { durationMs?: number } =>
  startedAt === undefined || endedAt === undefined ? {} : { durationMs: endedAt - startedAt }

/**
 * Why the script stands as failing, if it does: its gate fails, or its runs do, whose reason is the
 * newest one's own. Runs newest first, ticks oldest first.
 */
export const failingOf = (runs: RunMark[], ticks: TickMark[]): Failing | undefined =>
  failingGate(ticks) ?? failingRuns(runs)

/** The failures since the last run that did not fail; cancelled and gated ones say nothing either way. */
function failingRuns(runs: RunMark[]): Failing | undefined {
  const told = runs.filter(({ state }) => FAILED.has(state) || state === 'succeeded')
  const end = told.findIndex(({ state }) => state === 'succeeded')
  const failed = end < 0 ? told : told.slice(0, end)
  const [newest] = failed
  if (!newest) return undefined
  const more = end < 0 && runs.length >= HISTORY
  return {
    count: failed.length,
    since: (more ? newest : failed.at(-1)!).queuedAt,
    runId: newest.id,
    ...(more ? { more } : {}),
  }
}

/** The ticks in a row at which the gate could not say yes or no. */
function failingGate(ticks: TickMark[]): Failing | undefined {
  const asked = ticks.filter(({ outcome }) => ['gated', 'ran', 'gate-failed'].includes(outcome)).toReversed()
  const end = asked.findIndex(({ outcome }) => outcome !== 'gate-failed')
  const failed = end < 0 ? asked : asked.slice(0, end)
  const [newest] = failed
  if (!newest) return undefined
  const more = end < 0 && ticks.length >= HISTORY
  return {
    gate: true,
    count: failed.reduce((sum, { count }) => sum + count, 0),
    since: more ? newest.until : failed.at(-1)!.scheduledAt,
    ...(more ? { more } : {}),
    ...(newest.reason ? { reason: plainText(newest.reason) } : {}),
  }
}

const RUN_MARKS: Partial<Record<RunMark['state'], StripMark['outcome']>> = {
  succeeded: 'succeeded',
  running: 'running',
  gated: 'gated',
  cancelled: 'skipped',
}
const TICK_MARKS: Partial<Record<TickMark['outcome'], StripMark['outcome']>> = {
  gated: 'gated',
  skipped: 'skipped',
  missed: 'missed',
  'gate-failed': 'failed',
  refused: 'failed',
}

type Moment = { at: number; outcome: StripMark['outcome']; durationMs?: number; revision?: string }

/** The last runs, and the due moments that came to none, oldest first. */
export function stripOf(runs: RunMark[], ticks: TickMark[]): StripMark[] {
  const ran = runs
    .filter(({ state }) => state !== 'queued')
    .map((run): Moment => ({
      at: run.queuedAt,
      outcome: RUN_MARKS[run.state] ?? 'failed',
      ...durationOf(run),
      revision: run.revision,
    }))
  const others = ticks.flatMap(({ outcome, until }): Moment[] => {
    const mark = TICK_MARKS[outcome]
    return mark ? [{ at: until, outcome: mark }] : []
  })
  const moments = [...ran, ...others].sort((a, b) => a.at - b.at).slice(-HISTORY)
  let before: string | undefined
  return moments.map(({ outcome, durationMs, revision }) => {
    const changed = before !== undefined && revision !== undefined && revision !== before
    before = revision ?? before
    return {
      outcome,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(changed ? { changed } : {}),
    }
  })
}

/** In one line, why the run did not succeed. */
export function reasonOf({ state, outcome, error, summary }: RunSummary): string | undefined {
  if (state === 'succeeded' || !outcome || !summary) return undefined
  const more =
    outcome.kind === 'raised' && error
      ? [error.type, error.message]
      : outcome.kind === 'no-environment'
        ? [summary, usefulLine(outcome.message)]
        : [summary]
  const text = more.filter(Boolean).join(': ')
  return plainText(text.split('\n')[0]!.slice(0, LONGEST_REASON))
}

/** Of an installer's words the first that name an error: what stands before says only how often it tried. */
export function usefulLine(message: string): string {
  const lines = message.split('\n')
  return (lines.find((line) => !/^(WARNING|INFO|DEBUG)\b/.test(line)) ?? lines[0]!).replace(
    /^(ERROR|error): /,
    '',
  )
}
