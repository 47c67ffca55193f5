import { Hono, type Context } from 'hono'
import { assertCan, can, maySee, type Located } from '../../access/index.ts'
import type { CatalogEntry } from '../../catalog/index.ts'
import { ScriptsFragments, ScriptsPage, type ScriptsProps } from '../../../views/scripts/index.tsx'
import { standingOf } from '../../../views/scripts/standing.ts'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { pageOf } from './page.ts'
import { scriptRow } from './rows.ts'
import type { Standings } from './standings.ts'

const ROWS = 100

type Search = Record<'q' | 'tag' | 'state' | 'cursor', string | undefined>

/** The list of scripts, to search. */
export function scriptPages(doors: Doors, version: string, standings: Standings): Hono<Env> {
  return new Hono<Env>()
    .get('/scripts', async (c) => c.html(<ScriptsPage {...await listed(c)} />))
    .get('/scripts/_list', async (c) => c.html(<ScriptsFragments {...await listed(c)} />))

  async function listed(c: Context<Env>): Promise<ScriptsProps> {
    const actor = actorOf(c)
    assertCan(actor, 'script.read')
    const { q, tag, state, cursor } = c.req.query()
    const filter = { ...(q ? { q } : {}), ...(tag ? { tag } : {}), ...(state ? { state } : {}) }
    const { entries, nextCursor } = await searched(actor, { q, tag, state, cursor })
    const query = (more: Record<string, string>) => new URLSearchParams({ ...filter, ...more }).toString()
    return {
      page: pageOf(c, doors, version, { title: 'Scripts', active: 'scripts' }),
      rows: await Promise.all(entries.map((entry) => scriptRow(doors, entry))),
      total: await doors.catalog.count(),
      filter,
      cloneUrl: `${doors.publicUrl()}/scripts.git`,
      ...(nextCursor ? { nextHref: `/scripts?${query({ cursor: nextCursor })}` } : {}),
      ...(cursor ? { firstHref: `/scripts?${query({})}` } : {}),
      fragmentHref: `/scripts/_list?${query(cursor ? { cursor } : {})}`,
      may: {
        run: can(actor, 'run.enqueue'),
        pause: can(actor, 'script.pause'),
        create: can(actor, 'repository.push'),
      },
    }
  }

  /** Up to a page full of scripts; how one stands is no column to ask for, so that is looked for piece by piece. */
  async function searched(actor: Located, { q, tag, state, cursor }: Search) {
    const entries: CatalogEntry[] = []
    let next = cursor
    do {
      const page = await doors.catalog.list({
        limit: ROWS,
        ...(q ? { q } : {}),
        ...(tag ? { tag } : {}),
        ...(next ? { cursor: next } : {}),
      })
      for (const entry of page.items) {
        const isSeen = maySee(actor, entry.slug)
        if (isSeen && (!state || standingOf(await standings.of(entry), doors.clock.now()) === state))
          entries.push(entry)
      }
      next = page.nextCursor
    } while (state && next && entries.length < ROWS)
    return { entries, nextCursor: next }
  }
}
