import { Hono, type Context } from 'hono'
import { assertCan, can, maySee } from '../../access/index.ts'
import type { Outline } from '../../catalog/index.ts'
import { ScriptsFragments, ScriptsPage, type ScriptsProps } from '../../../views/scripts/index.tsx'
import { EVERY_STANDING } from '../../../views/scripts/standing.ts'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { searchScripts, type ScriptSearch } from '../search.ts'
import { pageOf } from './page.ts'
import { scriptRows } from './rows.ts'
import type { Standings } from './standings.ts'

const ROWS = 50

/** The list of scripts, to search. */
export function scriptPages(doors: Doors, version: string, standings: Standings): Hono<Env> {
  return new Hono<Env>()
    .get('/scripts', async (c) => c.html(<ScriptsPage {...await listed(c)} />))
    .get('/scripts/_list', async (c) => c.html(<ScriptsFragments {...await listed(c)} />))

  async function listed(c: Context<Env>): Promise<ScriptsProps> {
    const actor = actorOf(c)
    assertCan(actor, 'script.read')
    const { cursor, ...asked } = c.req.query()
    const { filter, wanted, errors } = readScriptsFilter(asked)
    const page = { limit: ROWS, ...(cursor ? { cursor } : {}) }
    const { items, nextCursor } = await searchScripts(doors, standings, actor, { ...wanted, ...page })
    const query = (more: Record<string, string>) => new URLSearchParams({ ...filter, ...more }).toString()
    const all = (await doors.catalog.outlines()).filter(({ slug }) => maySee(actor, slug))
    const here = query(cursor ? { cursor } : {})
    return {
      page: pageOf(c, doors, version, { title: 'Scripts', active: 'scripts' }),
      rows: await scriptRows(
        doors,
        items.map(({ entry }) => entry),
      ),
      ...{ total: all.length, tags: tagsOf(all) },
      ...{ filter, errors },
      cloneUrl: `${doors.publicUrl()}/scripts.git`,
      ...(nextCursor ? { nextHref: `/scripts?${query({ cursor: nextCursor })}` } : {}),
      ...(cursor ? { firstHref: `/scripts?${query({})}` } : {}),
      ...{ href: here ? `/scripts?${here}` : '/scripts', fragmentHref: `/scripts/_list?${here}` },
      may: {
        run: can(actor, 'run.enqueue'),
        pause: can(actor, 'script.pause'),
        create: can(actor, 'repository.push'),
      },
    }
  }
}

/** The tags by name, with how many scripts have each. */
function tagsOf(outlines: Outline[]): ScriptsProps['tags'] {
  const counts = new Map<string, number>()
  for (const tag of outlines.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What an address asks of the list: as the form shows it again, and as the search takes it; see `readRunsFilter`. */
function readScriptsFilter({ q, tag, state }: Record<string, string>) {
  const known = EVERY_STANDING.find((one) => one === state)
  const words: ScriptSearch = { ...(q ? { q } : {}), ...(tag ? { tag } : {}) }
  return {
    filter: { ...words, ...(state ? { state } : {}) },
    wanted: { ...words, ...(known ? { state: known } : {}) },
    errors: state && !known ? { state: 'no script stands like this; choose one' } : {},
  }
}
