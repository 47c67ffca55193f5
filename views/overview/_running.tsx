import type { FC } from 'hono/jsx'
import { Button } from '../components/button.tsx'
import { Empty } from '../components/empty.tsx'
import { Act } from '../components/form.tsx'
import { Sheet } from '../components/sheet.tsx'
import { Slug } from '../components/slug.tsx'
import { RunBadge } from '../components/state.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Elapsed, NextTime } from '../components/time.tsx'
import { CauseWords, type RunRow } from '../runs/_table.tsx'

type Props = {
  runs: RunRow[]
  queue: { running: number; queued: number; workers: number }
  now: number
  csrf: string | undefined
  may: { cancel: boolean }
}

/** What runs and what waits, each to be cancelled on the spot. */
export const RunningNow: FC<Props> = ({ runs, queue, now, csrf, may }) => {
  const more = queue.running + queue.queued - runs.length
  return (
    <Sheet flush title="Running now" aside={<span class="quiet">{workersText(queue)}</span>}>
      {runs.length === 0 ? (
        <Empty title="Nothing is running">
          <p>Runs stand here while they go on.</p>
        </Empty>
      ) : (
        <Table
          caption="Running now"
          columns={columnsOf(now, csrf, may.cancel)}
          rows={runs}
          idOf={({ id }) => `going-${id}`}
        />
      )}
      {more > 0 && runs.length > 0 && (
        <p class="sheet-note">
          and <a href="/runs?state=queued">{`${more} more`}</a>
        </p>
      )}
    </Sheet>
  )
}

function columnsOf(now: number, csrf: string | undefined, mayCancel: boolean): Column<RunRow>[] {
  const columns: Column<RunRow>[] = [
    { name: 'State', card: 'lead', cell: ({ state }) => <RunBadge state={state} /> },
    {
      name: 'Run',
      card: 'body',
      grow: true,
      cell: ({ id, slug }) => (
        <>
          <a class="name" href={`/runs/${id}`}>
            <Slug slug={slug} />
          </a>{' '}
          <span class="quiet">{`#${id}`}</span>
        </>
      ),
    },
    { name: 'Cause', cell: (run) => <CauseWords run={run} /> },
    {
      name: 'For',
      number: true,
      card: 'end',
      cell: ({ startedAt, queuedAt, notBefore }) =>
        notBefore !== undefined && notBefore > now ? (
          <NextTime at={notBefore} now={now} />
        ) : (
          <Elapsed since={startedAt ?? queuedAt} now={now} />
        ),
    },
  ]
  const cancel: Column<RunRow> = {
    name: 'Cancel',
    silent: true,
    number: true,
    card: 'act',
    cell: ({ id, slug }) => (
      <Act action={`/runs/${id}/cancel`} csrf={csrf} stay>
        <Button small kind="danger" label={`Cancel run ${id} of ${slug}`}>
          Cancel
        </Button>
      </Act>
    ),
  }
  return mayCancel ? [...columns, cancel] : columns
}

const workersText = ({ running, workers }: Props['queue']) =>
  running === 0 ? `${workers} workers free` : `${running} of ${workers} workers busy`
