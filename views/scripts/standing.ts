import type { Standing } from '../components/state.tsx'
import type { ScriptRow } from './_table.tsx'

// Later than this a due moment counts as late; less is the scheduler's ordinary work.
const LATE_AFTER_MS = 60_000

/** Every way in which a script can stand; what is wrong comes first. */
export const EVERY_STANDING = [
  'invalid',
  'failing',
  'late',
  'running',
  'held',
  'paused',
  'waiting',
  'healthy',
] as const satisfies Standing[]
const ORDER: readonly Standing[] = EVERY_STANDING

/** How a script stands; what is wrong outranks what goes on. */
export function standingOf(row: ScriptRow, now: number): Standing {
  if (row.problems.length > 0) return 'invalid'
  if (row.failing) return 'failing'
  if (row.hold) return 'held'
  if (row.lastRun?.state === 'running') return 'running'
  if (row.paused) return 'paused'
  if (row.nextTickAt !== undefined && row.nextTickAt < now - LATE_AFTER_MS) return 'late'
  return row.lastRun ? 'healthy' : 'waiting'
}

/** Whether there is a revision of it that can be run. */
export const isRunnable = ({ problems, lastGood }: Pick<ScriptRow, 'problems' | 'lastGood'>): boolean =>
  problems.length === 0 || lastGood !== undefined

export type Counts = Record<Standing, number>

/** How many scripts stand in each way. */
export function countsOf(rows: ScriptRow[], now: number): Counts {
  const counts = Object.fromEntries(ORDER.map((standing) => [standing, 0])) as Counts
  for (const row of rows) counts[standingOf(row, now)] += 1
  return counts
}

/** Whether a person has to look at it. */
export const needsAttention = (standing: Standing): boolean =>
  standing === 'invalid' || standing === 'failing' || standing === 'late'

/** The rows, what needs attention first, otherwise by slug. */
export function byStanding(rows: ScriptRow[], now: number): ScriptRow[] {
  const ranked = rows.map((row) => ({ row, rank: rankOf(standingOf(row, now)) }))
  ranked.sort((a, b) => a.rank - b.rank || (a.row.slug < b.row.slug ? -1 : 1))
  return ranked.map(({ row }) => row)
}

const rankOf = (standing: Standing): number =>
  needsAttention(standing) ? ORDER.indexOf(standing) : ORDER.length

/** One sentence that says how things stand. */
export function headlineOf(counts: Counts): string {
  const total = ORDER.reduce((sum, standing) => sum + counts[standing], 0)
  const wrong = ORDER.filter((standing) => needsAttention(standing) && counts[standing] > 0)
  const attention = wrong.reduce((sum, standing) => sum + counts[standing], 0)
  if (total === 0) return 'There are no scripts yet'
  if (attention === 0)
    return counts.paused + counts.held === total ? 'All scripts are paused' : 'Nothing needs attention'
  if (wrong.length > 1) return `${attention} scripts need attention`
  return attention === 1 ? `One script is ${wrong[0]}` : `${attention} scripts are ${wrong[0]}`
}
