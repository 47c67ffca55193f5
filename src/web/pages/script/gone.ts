import type { Context } from 'hono'
import { can, maySee, type Located } from '../../../access/index.ts'
import { isSlug } from '../../../script/index.ts'
import type { GoneProps } from '../../../../views/scripts/gone.tsx'
import type { Doors } from '../../doors.ts'
import { actorOf, type Env } from '../../identity.ts'
import { messageOf } from '../message.ts'
import { pageOf } from '../page.ts'

const MOST_SIMILAR = 3

/** What there is to say of a slug without a script; undefined where the script is there, and something else is missing. */
export async function goneProps(
  c: Context<Env>,
  doors: Doors,
  version: string,
  slug: string,
): Promise<GoneProps | undefined> {
  const actor = actorOf(c)
  if (!isSlug(slug) || !maySee(actor, slug) || (await doors.catalog.find(slug))) return undefined
  const last = await lastOf(doors, actor, slug)
  return {
    page: pageOf(c, doors, version, { title: slug, active: 'scripts' }),
    slug,
    ...(last ? { last } : {}),
    similar: await similarTo(doors, actor, slug),
    may: { create: can(actor, 'script.edit', slug) },
  }
}

async function lastOf(doors: Doors, actor: Located, slug: string): Promise<GoneProps['last']> {
  const found = await doors.history.revisions(actor, slug, { limit: 1 }).catch(() => undefined)
  const [commit] = found?.items ?? []
  if (!commit) return undefined
  const { id, at, author, parents } = commit
  const [before] = parents
  return { id, at, author: author.name, subject: messageOf(commit).subject, ...(before ? { before } : {}) }
}

/** Scripts with the same last part, for one that moved, or the same beginning. */
async function similarTo({ catalog }: Doors, actor: Located, slug: string): Promise<string[]> {
  const parts = slug.split('.')
  const words = [parts.at(-1)!, parts.slice(0, -1).join('.')].filter((word) => word.length > 2)
  const lists = await Promise.all(words.map((q) => catalog.list({ q, limit: MOST_SIMILAR })))
  const slugs = lists.flatMap(({ items }) => items.map((entry) => entry.slug))
  return [...new Set(slugs)].filter((one) => maySee(actor, one)).slice(0, MOST_SIMILAR)
}
