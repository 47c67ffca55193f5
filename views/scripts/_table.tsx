import type { FC } from 'hono/jsx'
import type { Problem } from '../../src/base/index.ts'
import { formatDuration } from '../../src/base/index.ts'
import { Button, LinkButton } from '../components/button.tsx'
import { CommitLink } from '../components/commit.tsx'
import { Act, Hidden } from '../components/form.tsx'
import { Slug } from '../components/slug.tsx'
import { StandingBadge, type RunState } from '../components/state.tsx'
import { Strip, type StripMark } from '../components/strip.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Elapsed, Moment, NextTime, Time } from '../components/time.tsx'
import { scriptHref } from './_hrefs.ts'
import { byStanding, isRunnable, standingOf } from './standing.ts'

export { scriptHref }

/** Pause and hold alike: why, and until when. */
export type Stop = { reason?: string; until?: number }

/** A script as a row of a list. */
export type ScriptRow = {
  slug: string
  description?: string
  tags: string[]
  /** Each schedule in words. */
  schedules: string[]
  /** Whether a gate is asked first. */
  gate: boolean
  /** It takes input. */
  asks?: boolean
  paused?: Stop
  hold?: Stop
  /** Why head's revision is not valid. */
  problems: Problem[]
  /** What runs, where problems keep what is at head from running. */
  lastGood?: { commit: string }
  /** The newest run, in whatever state. `at`: when it started, or was queued. */
  lastRun?: { id: number; state: RunState; at: number; durationMs?: number }
  /**
   * Set while the newest ended run did not succeed. `since`: when the first in the row failed, or, with `more`, where
   * there may have been others before, the last.
   */
  failing?: {
    count: number
    since: number
    more?: boolean
    reason?: string
    /** The newest of the runs; none where it is the gate that fails. */
    runId?: number
    gate?: boolean
  }
  nextTickAt?: number
  commit: string
  /** Up to thirty, oldest first. */
  strip?: StripMark[]
}

export type ScriptsTableProps = {
  rows: ScriptRow[]
  now: number
  csrf: string | undefined
  may: { run: boolean; pause: boolean }
  /** The address of this list, to come back to from what is done in it. */
  back: string
}

/** The scripts, what needs attention first. */
export const ScriptsTable: FC<ScriptsTableProps> = ({ rows, now, csrf, may, back }) => {
  const columns: Column<ScriptRow>[] = [
    { name: 'State', card: 'lead', cell: (row) => <StandingBadge standing={standingOf(row, now)} /> },
    { name: 'Script', card: 'body', grow: true, cell: (row) => <Name row={row} /> },
    { name: 'Schedule', roomy: true, cell: (row) => <Schedule row={row} /> },
    { name: 'Last 30', desk: true, card: 'more', cell: (row) => <LastThirty row={row} /> },
    { name: 'Last run', number: true, cell: (row) => <LastRun row={row} now={now} /> },
    { name: 'Next', number: true, card: 'end', cell: (row) => <Next row={row} now={now} /> },
    { name: 'Commit', spare: true, cell: (row) => <CommitLink id={row.commit} /> },
  ]
  if (may.run || may.pause) columns.push(actsColumn({ csrf, may, back }))
  return (
    <Table
      caption="Scripts"
      columns={columns}
      rows={byStanding(rows, now)}
      idOf={({ slug }) => `script-${slug}`}
    />
  )
}

type Acts = Pick<ScriptsTableProps, 'csrf' | 'may' | 'back'>

const actsColumn = ({ csrf, may, back }: Acts): Column<ScriptRow> => ({
  name: 'Actions',
  silent: true,
  card: 'act',
  number: true,
  cell: (row) => (
    <div class="buttons">
      {may.pause && <PauseOrResume row={row} csrf={csrf} back={back} />}
      {may.run && isRunnable(row) && <Run row={row} csrf={csrf} back={back} />}
    </div>
  ),
})

type ActProps = { row: ScriptRow; csrf: string | undefined; back: string }

/** What takes input is asked for it on the script's own page; all else runs at once, and the list stays. */
const Run: FC<ActProps> = ({ row: { slug, asks }, csrf, back }) =>
  asks ? (
    <LinkButton small href={`${scriptHref(slug)}#run`} label={`Run ${slug}`}>
      Run
    </LinkButton>
  ) : (
    <Act action={`${scriptHref(slug)}/runs`} csrf={csrf} stay>
      <Hidden name="next" value={back} />
      <Button small label={`Run ${slug}`}>
        Run
      </Button>
    </Act>
  )

/** A pause has a reason, so it is asked for; going on has none. What has no schedule has nothing to pause. */
const PauseOrResume: FC<ActProps> = ({ row, csrf, back }) => {
  const { slug, paused, schedules, problems } = row
  if (paused)
    return (
      <Act action={`${scriptHref(slug)}/resume`} csrf={csrf} stay>
        <Hidden name="next" value={back} />
        <Button small label={`Resume ${slug}`}>
          Resume
        </Button>
      </Act>
    )
  if (schedules.length === 0 || problems.length > 0) return null
  return (
    <LinkButton
      small
      asks
      href={`${scriptHref(slug)}/pause?next=${encodeURIComponent(back)}`}
      label={`Pause ${slug}`}
    >
      Pause
    </LinkButton>
  )
}

const LastThirty: FC<{ row: ScriptRow }> = ({ row: { strip = [] } }) =>
  strip.length > 0 ? <Strip marks={strip} /> : <span class="quiet in-row">–</span>

const Name: FC<{ row: ScriptRow }> = ({ row: { slug, description, paused, hold, tags } }) => {
  const stop = hold ?? paused
  return (
    <>
      <a class="name" href={scriptHref(slug)}>
        <Slug slug={slug} />
      </a>
      <span class="under">
        {stop?.reason ? `${hold ? 'Held' : 'Paused'}: ${stop.reason}` : description}
        {tags.map((tag) => (
          <>
            {' '}
            <a class="tag" href={`/scripts?tag=${encodeURIComponent(tag)}`}>
              {tag}
            </a>
          </>
        ))}
      </span>
    </>
  )
}

const Schedule: FC<{ row: ScriptRow }> = ({ row: { schedules, gate, problems } }) => (
  <>
    {schedules[0] ?? <span class="quiet">{problems.length > 0 ? '–' : 'only by hand'}</span>}
    {schedules.length > 1 && <span class="quiet"> and {schedules.length - 1} more</span>}
    {gate && <span class="under">asks its gate first</span>}
  </>
)

const LastRun: FC<{ row: ScriptRow; now: number }> = ({ row: { lastRun }, now }) => {
  if (!lastRun) return <span class="quiet">never</span>
  return (
    <a href={`/runs/${lastRun.id}`}>
      {lastRun.state === 'running' ? (
        <>
          running <Elapsed since={lastRun.at} now={now} />
        </>
      ) : (
        <Time at={lastRun.at} now={now} />
      )}
      {lastRun.durationMs !== undefined && <span class="under">{formatDuration(lastRun.durationMs)}</span>}
    </a>
  )
}

const Next: FC<{ row: ScriptRow; now: number }> = ({ row: { nextTickAt, paused, hold }, now }) => {
  const stop = hold ?? paused
  if (stop)
    return (
      <span class="quiet">
        {stop.until === undefined ? (
          <span class="in-row">–</span>
        ) : (
          <>
            until <Moment at={stop.until} now={now} />
          </>
        )}
      </span>
    )
  if (nextTickAt === undefined) return <span class="quiet in-row">–</span>
  return (
    <>
      {/* On a card no heading says what the time is of. */}
      <span class="in-card">next </span>
      <NextTime at={nextTickAt} now={now} />
    </>
  )
}
