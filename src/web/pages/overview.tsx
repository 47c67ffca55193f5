import { Hono, type Context } from 'hono'
import { assertCan, can, type Located } from '../../access/index.ts'
import { MOST_ROWS, OverviewPage, OverviewState, type OverviewProps } from '../../../views/overview/index.tsx'
import { byStanding } from '../../../views/scripts/standing.ts'
import type { RunRow } from '../../../views/runs/_table.tsx'
import type { ScriptRow } from '../../../views/scripts/_table.tsx'
import { SystemPage } from '../../../views/system/index.tsx'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { pageOf } from './page.ts'
import { usefulLine } from './history.ts'
import { runRow, scriptRow } from './rows.ts'
import type { Standings } from './standings.ts'

const RECENT = 12

/** How things stand, and the server's own state. */
export function overviewPages(doors: Doors, version: string, standings: Standings): Hono<Env> {
  return new Hono<Env>()
    .get('/', async (c) => c.html(<OverviewPage {...await overview(c)} />))
    .get('/_overview', async (c) => c.html(<OverviewState {...await overview(c)} />))
    .get('/system', async (c) => {
      assertCan(actorOf(c), 'status.read')
      const {
        version: server,
        node,
        git,
        pythons,
        isolation,
        head,
        indexedCommit,
        queue,
        startedAt,
      } = await doors.status()
      return c.html(
        <SystemPage
          page={pageOf(c, doors, version, { title: 'System', active: 'system' })}
          versions={{ server, node, git, pythons }}
          startedAt={Date.parse(startedAt)}
          isolation={{ tier: doors.isolation.tier, reason: isolation.refusal ?? isolation.reason }}
          {...(head ? { head } : {})}
          {...(indexedCommit ? { indexed: indexedCommit } : {})}
          queue={queue}
          environments={can(actorOf(c), 'environment.read') ? await environmentRows() : []}
        />,
      )
    })

  async function environmentRows() {
    const rows = await doors.environments.list()
    return rows.map((row) => (row.message === undefined ? row : { ...row, message: usefulLine(row.message) }))
  }

  async function overview(c: Context<Env>): Promise<OverviewProps> {
    const actor = actorOf(c)
    assertCan(actor, 'script.read')
    const { queue } = await doors.status()
    return {
      page: pageOf(c, doors, version, { title: 'Overview', active: 'overview' }),
      rows: await whole(await standings.all(actor)),
      queue,
      recent: await recent(actor),
      cloneUrl: `${doors.publicUrl()}/scripts.git`,
      may: { run: can(actor, 'run.enqueue') },
    }
  }

  /** The rows that are shown, with all that is shown of them; the others are only counted. */
  async function whole(rows: ScriptRow[]): Promise<ScriptRow[]> {
    const shown = new Set(
      byStanding(rows, doors.clock.now())
        .slice(0, MOST_ROWS)
        .map(({ slug }) => slug),
    )
    return Promise.all(
      rows.map(async (row) => {
        const entry = shown.has(row.slug) ? await doors.catalog.find(row.slug) : undefined
        return entry ? scriptRow(doors, entry) : row
      }),
    )
  }

  /** What runs, and then what ran last. */
  async function recent(actor: Located): Promise<RunRow[]> {
    const [running, last] = await Promise.all([
      doors.runs.list(actor, { state: 'running' }, { limit: RECENT }),
      doors.runs.list(actor, {}, { limit: RECENT }),
    ])
    const others = last.items.filter(({ state }) => state !== 'running')
    return [...running.items, ...others].slice(0, RECENT).map(runRow)
  }
}
