import type { FC } from 'hono/jsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { RunsTable, type RunRow } from '../runs/_table.tsx'
import { HeadNow, Layout, type Page } from '../layout.tsx'
import { Attention, type ServerTrouble } from '../scripts/_attention.tsx'
import { NoScripts } from '../scripts/index.tsx'
import type { ScriptRow } from '../scripts/_table.tsx'
import { countsOf, headlineOf, type Counts } from '../scripts/standing.ts'
import { LastCommits, type CommitRow } from './_commits.tsx'
import { NextMoments, type NextRow } from './_next.tsx'
import { RunningNow } from './_running.tsx'

export type OverviewProps = {
  page: Page
  /** All scripts: the headline counts them. */
  rows: ScriptRow[]
  queue: { running: number; queued: number; workers: number }
  /** What runs now, and after it what waits. */
  going: RunRow[]
  /** The newest runs that are over. */
  recent: RunRow[]
  /** The scripts that are due next, the soonest first. */
  next: NextRow[]
  /** The newest of main. */
  commits: CommitRow[]
  /** What is wrong with the server itself. */
  trouble: ServerTrouble[]
  cloneUrl: string
  may: { cancel: boolean }
}

/** How things stand: what is wrong first, then what goes on, what comes, and what changed. */
export const OverviewPage: FC<OverviewProps> = (props) => (
  <Layout page={props.page}>
    <OverviewState {...props} />
  </Layout>
)

/** The answer to `/_overview`. */
export const OverviewFragments: FC<OverviewProps> = (props) => (
  <>
    <OverviewState {...props} />
    <HeadNow {...props.page} />
  </>
)

/** All that changes on the overview, had again when a run does or main moves. */
const OverviewState: FC<OverviewProps> = (props) => {
  const { page, rows, queue, going, recent, next, commits, trouble, cloneUrl, may } = props
  const { now, csrf } = page
  const counts = countsOf(rows, now)
  return (
    <div id="overview" class="stack" data-live="runs" data-src="/_overview">
      <Head title={headlineOf(counts)} below={<Verdict counts={counts} queue={queue} />} />
      <Attention rows={rows} now={now} trouble={trouble} />
      {rows.length === 0 && <NoScripts cloneUrl={cloneUrl} />}
      <div class="grid">
        <div class="stack">
          <RunningNow runs={going} queue={queue} now={now} csrf={csrf} may={may} />
          {recent.length > 0 && (
            <Sheet flush title="Last runs" aside={<a href="/runs">All runs</a>}>
              <RunsTable rows={recent} now={now} />
            </Sheet>
          )}
        </div>
        <div class="stack">
          <NextMoments rows={next} now={now} />
          <LastCommits commits={commits} now={now} />
        </div>
      </div>
    </div>
  )
}

const Verdict: FC<{ counts: Counts; queue: OverviewProps['queue'] }> = ({ counts, queue }) => {
  const wrong = [
    [counts.invalid, 'invalid'],
    [counts.failing, 'failing'],
    [counts.late, 'late'],
    [counts.held, 'held'],
  ] as const
  const rest = [
    [counts.paused, 'paused'],
    [counts.waiting, 'not run yet'],
    [counts.healthy + counts.running, 'healthy'],
  ] as const
  const parts = [
    ...wrong.filter(([count]) => count > 0).map(([count, word]) => <b>{`${count} ${word}`}</b>),
    ...rest.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`),
  ]
  return (
    <p class="verdict">
      {parts.map((part, i) => (
        <>
          {i > 0 && ', '}
          {part}
        </>
      ))}
      {parts.length > 0 && '. '}
      {queue.running === 0 ? 'Nothing running' : `${queue.running} running`},{' '}
      {queue.queued === 0 ? 'none waiting' : `${queue.queued} waiting`}.
    </p>
  )
}
