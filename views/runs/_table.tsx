import type { FC } from 'hono/jsx'
import { formatDuration } from '../../src/base/index.ts'
import { CommitLink } from '../components/commit.tsx'
import { Slug } from '../components/slug.tsx'
import { RunBadge, type RunState } from '../components/state.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Elapsed, Time } from '../components/time.tsx'

export type Cause = 'tick' | 'manual' | 'api' | 'webhook' | 'after' | 'check' | 'rerun'

/** A run as a row of a list. */
export type RunRow = {
  id: number
  slug: string
  state: RunState
  cause: Cause
  /** The name of who asked for it; not said for ticks. */
  actor?: string
  commit: string
  queuedAt: number
  /** It is not begun before this time: asked for so, or between two attempts. */
  notBefore?: number
  startedAt?: number
  endedAt?: number
  attempt: number
  /** In one line, why it did not succeed: `KeyError: 'due_date'`, `exit code 3`. */
  reason?: string
}

/** Runs, newest first; `one` leaves out the script, where all are of one. */
export const RunsTable: FC<{ rows: RunRow[]; now: number; one?: boolean }> = ({ rows, now, one }) => {
  const columns: Column<RunRow>[] = [
    { name: 'State', card: 'lead', cell: ({ state }) => <RunBadge state={state} /> },
    { name: 'Run', card: 'body', grow: true, cell: (run) => <Name run={run} one={one} /> },
    { name: 'Cause', cell: (run) => <CauseWords run={run} /> },
    { name: 'Commit', cell: ({ commit }) => <CommitLink id={commit} /> },
    { name: 'Duration', number: true, card: 'act', cell: (run) => <Duration run={run} now={now} /> },
    {
      name: 'Started',
      number: true,
      card: 'end',
      cell: ({ startedAt, queuedAt }) => <Time at={startedAt ?? queuedAt} now={now} />,
    },
  ]
  return <Table caption="Runs" columns={columns} rows={rows} idOf={({ id }) => `run-${id}`} />
}

const Name: FC<{ run: RunRow; one: boolean | undefined }> = ({ run: { id, slug, reason, attempt }, one }) => (
  <>
    <a class="name" href={`/runs/${id}`}>
      {one ? `Run ${id}` : <Slug slug={slug} />}
    </a>{' '}
    {!one && <span class="quiet">{`#${id}`}</span>}{' '}
    {attempt > 1 && <span class="tag">attempt {attempt}</span>}
    {reason && <span class="under reason">{reason}</span>}
  </>
)

/** `tick`, `manual by ada`. */
export const CauseWords: FC<{ run: Pick<RunRow, 'cause' | 'actor'> }> = ({ run: { cause, actor } }) => (
  <>
    {cause} {actor && cause !== 'tick' && <span class="quiet in-one">by {actor}</span>}
  </>
)

/** How long it took, or has been going on; `–` when it never started. */
export const Duration: FC<{ run: RunRow; now: number }> = ({ run: { startedAt, endedAt, state }, now }) => {
  if (startedAt === undefined) return <span class="quiet">–</span>
  if (state === 'running') return <Elapsed since={startedAt} now={now} />
  return endedAt === undefined ? <span class="quiet">–</span> : <>{formatDuration(endedAt - startedAt)}</>
}

/** Where a list of one script's runs leads on. */
export const runsOfHref = (slug: string) => `/runs?script=${encodeURIComponent(slug)}`
