import { assertCan, type Located } from '../access/index.ts'
import { AppError, notFound, pageOf, type Page, type PageRequest } from '../base/index.ts'
import { outlineOf, type CatalogEntry } from '../catalog/index.ts'
import { isSlug } from '../script/index.ts'
import type { Standing } from '../../views/components/state.tsx'
import { standingOf } from '../../views/scripts/standing.ts'
import type { Doors } from './doors.ts'
import type { Standings } from './pages/standings.ts'

export type ScriptSearch = { q?: string; tag?: string; state?: Standing }

/** A script with how it stands. */
export type Found = { entry: CatalogEntry; state: Standing }

const PIECE = 100
const LONGEST_SHOWN = 200

/**
 * The scripts that the actor may see, by slug. How one stands is no column, so that is looked for piece by piece until
 * the page is full.
 */
export async function searchScripts(
  { catalog, clock }: Doors,
  standings: Standings,
  actor: Located,
  { state, limit, cursor, ...words }: ScriptSearch & PageRequest,
): Promise<Page<Found>> {
  if (cursor !== undefined && !isSlug(cursor))
    throw new AppError('invalid', `cursor '${cursor.slice(0, 40)}' is not one of this list`)
  const found: Found[] = []
  const only = actor.scripts === undefined ? {} : { only: actor.scripts }
  let next = cursor
  do {
    const piece = await catalog.list({
      ...{ ...words, ...only, limit: state === undefined ? limit + 1 : PIECE },
      ...(next === undefined ? {} : { cursor: next }),
    })
    const rows = await standings.of(piece.items.map(outlineOf))
    for (const [i, entry] of piece.items.entries()) {
      const stands = standingOf(rows[i]!, clock.now())
      if (state === undefined || stands === state) found.push({ entry, state: stands })
    }
    next = piece.nextCursor
  } while (next !== undefined && found.length <= limit)
  return pageOf(found, limit, ({ entry }) => entry.slug)
}

/** One script with how it stands. Errors: not_found. */
export async function findScript(
  { catalog, clock }: Doors,
  standings: Standings,
  actor: Located,
  slug: string,
): Promise<Found> {
  assertCan(actor, 'script.read', slug)
  const entry = await catalog.find(slug)
  if (!entry) throw notFound(`script ${slug.slice(0, LONGEST_SHOWN)}`)
  const [row] = await standings.of([outlineOf(entry)])
  return { entry, state: standingOf(row!, clock.now()) }
}
