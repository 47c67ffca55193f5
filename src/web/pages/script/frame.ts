import type { Context } from 'hono'
import { notFound } from '../../../base/index.ts'
import { assertCan, can, type Located } from '../../../access/index.ts'
import type { CatalogEntry } from '../../../catalog/index.ts'
import type { ScriptFrame } from '../../../../views/scripts/_frame.tsx'
import type { Doors } from '../../doors.ts'
import { actorOf, type Env } from '../../identity.ts'
import { pageOf } from '../page.ts'
import { scriptRows } from '../rows.ts'

export type Found = { actor: Located; entry: CatalogEntry }

/** What the pages of a script have in common. */
export type Frames = {
  /** The script of the address; throws not_found. */
  found(c: Context<Env>): Promise<Found>
  /** What every page of it is shown with. */
  of(c: Context<Env>, found: Found, title?: string): Promise<ScriptFrame>
  /** The same of a script that is not on main any more. */
  ofGone(c: Context<Env>, slug: string, commit: string): ScriptFrame
}

export function createFrames(doors: Doors, version: string): Frames {
  const page = (c: Context<Env>, slug: string, title?: string) =>
    pageOf(c, doors, version, { title: title ? `${title} · ${slug}` : slug, active: 'scripts' })

  return {
    async found(c) {
      const actor = actorOf(c)
      const slug = c.req.param('slug') ?? ''
      assertCan(actor, 'script.read', slug)
      const entry = await doors.catalog.find(slug)
      if (!entry) throw notFound(`script ${slug}`)
      return { actor, entry }
    },

    async of(c, { actor, entry }, title) {
      const { slug, script } = entry
      return {
        page: page(c, slug, title),
        script: (await scriptRows(doors, [entry]))[0]!,
        asks: script?.manifest.inputSchema !== undefined,
        may: {
          run: can(actor, 'run.enqueue', slug),
          edit: can(actor, 'script.edit', slug),
          pause: can(actor, 'script.pause', slug),
        },
      }
    },

    ofGone: (c, slug, commit) => ({
      page: page(c, slug, 'Code'),
      script: { slug, commit, tags: [], schedules: [], gate: false, problems: [] },
      asks: false,
      may: { run: false, edit: false, pause: false },
      gone: true,
    }),
  }
}
