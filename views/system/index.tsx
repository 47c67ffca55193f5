import type { FC } from 'hono/jsx'
import { formatSize } from '../../src/base/index.ts'
import { CommitId, CommitLink } from '../components/commit.tsx'
import { Empty } from '../components/empty.tsx'
import { Facts, type Fact } from '../components/facts.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { EnvironmentBadge, TierBadge, type EnvironmentState, type Tier } from '../components/state.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { Layout, type Page } from '../layout.tsx'
import { Attention, type ServerTrouble } from '../scripts/_attention.tsx'

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
  disk: { totalBytes: number; freeBytes: number; reserveBytes: number }
  trouble: ServerTrouble[]
  environments: EnvironmentRow[]
}

/** What the server is and how it does. */
export const SystemPage: FC<SystemProps> = (props) => (
  <Layout page={props.page}>
    <SystemState {...props} />
  </Layout>
)

/** All of it, had again when something changes. */
export const SystemState: FC<SystemProps> = (props) => {
  const { page, versions, isolation, head, indexed, queue, environments } = props
  return (
    <div id="system" class="stack" data-live="runs" data-src="/_system">
      <Head
        title="System"
        actions={<a href="/api/docs">Reference of the REST API</a>}
        below={<p class="verdict">{sentenceOf(queue, head === indexed)}</p>}
      />
      <Attention rows={[]} now={page.now} trouble={props.trouble} here />
      <Sheet title="Now">
        <Facts facts={nowFacts(props)} />
      </Sheet>
      <Sheet title="Isolation">
        <p>
          <TierBadge tier={isolation.tier} /> <span class="quiet">{isolation.reason}</span>
        </p>
        <p class="under">{TIER_WORDS[isolation.tier]}</p>
      </Sheet>
      <Sheet title="Versions">
        <Facts
          facts={[
            { name: 'ScriptExecuterServer', value: versions.server },
            { name: 'Node', value: versions.node },
            { name: 'Git', value: versions.git },
            { name: 'Python', wide: true, value: versions.pythons.join(', ') || 'none found' },
          ]}
        />
      </Sheet>
      <Sheet title="Environments" flush aside={<span class="quiet">{sumText(environments)}</span>}>
        {environments.length > 0 ? (
          <Table
            caption="Environments"
            columns={columnsAt(page.now)}
            rows={environments}
            idOf={({ key }) => `environment-${key}`}
          />
        ) : (
          <Empty title="None built yet">
            <p>The first script with requirements, or the first run, builds one.</p>
          </Empty>
        )}
      </Sheet>
    </div>
  )
}

const nowFacts = ({ page, queue, disk, head, indexed, startedAt }: SystemProps): Fact[] => [
  { name: 'Started', value: <Time at={startedAt} now={page.now} /> },
  { name: 'Workers busy', value: `${queue.running} of ${queue.workers}` },
  { name: 'Waiting', value: <a href="/runs?state=queued">{String(queue.queued)}</a> },
  { name: 'Head', value: head ? <CommitLink id={head} /> : 'nothing committed' },
  { name: 'Indexed', value: indexed && <CommitLink id={indexed} /> },
  {
    name: 'Disk',
    value: (
      <>
        {formatSize(disk.freeBytes)} free
        <span class="under">
          of {formatSize(disk.totalBytes)}; {formatSize(disk.reserveBytes)} are the reserve
        </span>
      </>
    ),
  },
]

const TIER_WORDS: Record<Tier, string> = {
  namespace:
    'A run sees its own files, processes and, where its manifest says so, no network; nothing of the server.',
  landlock: 'The kernel keeps a run to its own files; it shares processes and network with others.',
  uid: 'Each script runs as a user of its own; it shares processes, network and readable files with others.',
  none: 'A run may do all that the server may. Run only scripts that you trust like the server itself.',
}

function sentenceOf({ running, queued, workers }: SystemProps['queue'], synced: boolean): string {
  const work = running === 0 ? `None of ${workers} workers is busy` : `${running} of ${workers} workers busy`
  return `${work}, ${queued === 0 ? 'none' : queued} waiting. ${synced ? 'The catalog is at head' : 'The catalog is catching up with head'}.`
}

function sumText(environments: EnvironmentRow[]): string {
  const bytes = environments.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
  return bytes === 0 ? String(environments.length) : `${environments.length}, ${formatSize(bytes)}`
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
