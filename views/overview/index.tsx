import type { FC } from 'hono/jsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { RunsTable, type RunRow } from '../runs/_table.tsx'
import { Layout, type Page } from '../layout.tsx'
import { Attention } from '../scripts/_attention.tsx'
import { NoScripts } from '../scripts/index.tsx'
import { ScriptsTable, type ScriptRow } from '../scripts/_table.tsx'
import { byStanding, countsOf, headlineOf, type Counts } from '../scripts/standing.ts'

// Beyond these the page of all scripts is the better place.
export const MOST_ROWS = 50

export type OverviewProps = {
  page: Page
  /** All scripts: the headline counts them. Strips are drawn for the rows that have one. */
  rows: ScriptRow[]
  queue: { running: number; queued: number }
  /** The newest runs, running ones first. */
  recent: RunRow[]
  cloneUrl: string
  may: { run: boolean }
}

/** How things stand, what is wrong first. */
export const OverviewPage: FC<OverviewProps> = (props) => (
  <Layout page={props.page}>
    <OverviewState {...props} />
  </Layout>
)

/** All that changes on the overview, had again when a run does. */
export const OverviewState: FC<OverviewProps> = ({ page, rows, queue, recent, cloneUrl, may }) => {
  const { now, csrf } = page
  const counts = countsOf(rows, now)
  return (
    <div id="overview" class="stack" data-live="runs" data-src="/_overview">
      <Head title={headlineOf(counts)} below={<Verdict counts={counts} queue={queue} />} />
      <Attention rows={rows} now={now} />
      {rows.length === 0 ? (
        <NoScripts cloneUrl={cloneUrl} />
      ) : (
        <Sheet flush title="Scripts" aside={<a href="/scripts">All {rows.length}</a>}>
          <ScriptsTable rows={byStanding(rows, now).slice(0, MOST_ROWS)} now={now} csrf={csrf} may={may} />
        </Sheet>
      )}
      {recent.length > 0 && (
        <Sheet flush title="Last runs" aside={<a href="/runs">All runs</a>}>
          <RunsTable rows={recent} now={now} />
        </Sheet>
      )}
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
