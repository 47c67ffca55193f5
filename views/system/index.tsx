import type { FC } from 'hono/jsx'
import { formatSize } from '../../src/base/index.ts'
import { Alert } from '../components/alert.tsx'
import { CommitId } from '../components/commit.tsx'
import { Empty } from '../components/empty.tsx'
import { Facts } from '../components/facts.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { EnvironmentBadge, TierBadge, type EnvironmentState, type Tier } from '../components/state.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { Layout, type Page } from '../layout.tsx'

export type EnvironmentRow = {
  key: string
  python: string
  lock: string
  state: EnvironmentState
  message?: string
  usedAt?: number
  bytes?: number
}

export type SystemProps = {
  page: Page
  versions: { server: string; node: string; git: string; pythons: string[] }
  startedAt: number
  isolation: { tier: Tier; reason: string }
  /** `indexed` lags behind `head` only while a sync goes on. Absent: nothing is committed. */
  head?: string
  indexed?: string
  queue: { running: number; queued: number; workers: number }
  environments: EnvironmentRow[]
}

/** What the server is and how it does. */
export const SystemPage: FC<SystemProps> = ({
  page,
  versions,
  startedAt,
  isolation,
  head,
  indexed,
  queue,
  environments,
}) => (
  <Layout page={page}>
    <div class="stack">
      <Head
        title="System"
        actions={<a href="/api/docs">Reference of the REST API</a>}
        below={<p class="verdict">{sentenceOf(queue, head === indexed)}</p>}
      />
      {isolation.tier === 'none' && (
        <Alert tone="warn">
          <b>Scripts run without isolation.</b> {isolation.reason}
        </Alert>
      )}
      <Sheet title="Server">
        <Facts
          facts={[
            { name: 'ScriptExecuterServer', value: versions.server },
            { name: 'Started', value: <Time at={startedAt} now={page.now} /> },
            { name: 'Node', value: versions.node },
            { name: 'Git', value: versions.git },
            { name: 'Python', value: versions.pythons.join(', ') || 'none found' },
            { name: 'Workers', value: String(queue.workers) },
            { name: 'Head', value: head ? <CommitId id={head} /> : 'nothing committed' },
            { name: 'Indexed', value: indexed && <CommitId id={indexed} /> },
            {
              name: 'Isolation',
              wide: true,
              value: (
                <>
                  <TierBadge tier={isolation.tier} /> <span class="quiet">{isolation.reason}</span>
                </>
              ),
            },
          ]}
        />
      </Sheet>
      <Sheet title="Environments" flush aside={<span class="quiet">{environments.length}</span>}>
        {environments.length > 0 ? (
          <Table caption="Environments" columns={columnsAt(page.now)} rows={environments} />
        ) : (
          <Empty title="None built yet">
            <p>The first script with requirements, or the first run, builds one.</p>
          </Empty>
        )}
      </Sheet>
    </div>
  </Layout>
)

function sentenceOf({ running, queued, workers }: SystemProps['queue'], synced: boolean): string {
  const work = running === 0 ? `None of ${workers} workers is busy` : `${running} of ${workers} workers busy`
  return `${work}, ${queued === 0 ? 'none' : queued} waiting. ${synced ? 'The catalog is at head' : 'The catalog is catching up with head'}.`
}

const columnsAt = (now: number): Column<EnvironmentRow>[] => [
  { name: 'State', card: 'lead', cell: ({ state }) => <EnvironmentBadge state={state} /> },
  {
    name: 'Environment',
    card: 'body',
    grow: true,
    cell: ({ key, message }) => (
      <>
        <CommitId id={key} />
        {message && <span class="under reason">{message}</span>}
      </>
    ),
  },
  { name: 'Python', card: 'act', cell: ({ python }) => python },
  { name: 'Lock', cell: ({ lock }) => <CommitId id={lock} /> },
  { name: 'Size', number: true, cell: ({ bytes }) => (bytes === undefined ? '' : formatSize(bytes)) },
  {
    name: 'Used',
    number: true,
    card: 'end',
    cell: ({ usedAt }) =>
      usedAt === undefined ? <span class="quiet">never</span> : <Time at={usedAt} now={now} />,
  },
]
