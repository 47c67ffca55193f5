import { Hono, type Context } from 'hono'
import { assertCan, can, maySee } from '../../access/index.ts'
import { OverviewPage, OverviewState, type OverviewProps } from '../../../views/overview/index.tsx'
import { SystemPage } from '../../../views/system/index.tsx'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { pageOf } from './page.ts'
import { runRow, scriptRow } from './rows.ts'

const RECENT = 12

/** How things stand, and the server's own state. */
export function overviewPages(doors: Doors, version: string): Hono<Env> {
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
          environments={can(actorOf(c), 'environment.read') ? await doors.environments.list() : []}
        />,
      )
    })

  async function overview(c: Context<Env>): Promise<OverviewProps> {
    const actor = actorOf(c)
    assertCan(actor, 'script.read')
    const rows = []
    for await (const entry of doors.catalog.all())
      if (maySee(actor, entry.slug)) rows.push(await scriptRow(doors, actor, entry))
    const { items } = await doors.runs.list(actor, {}, { limit: RECENT })
    const { queue } = await doors.status()
    return {
      page: pageOf(c, doors, version, { title: 'Overview', active: 'overview' }),
      rows,
      queue,
      recent: items.map(runRow).sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running')),
      cloneUrl: `${doors.publicUrl()}/scripts.git`,
      may: { run: can(actor, 'run.enqueue') },
    }
  }
}
