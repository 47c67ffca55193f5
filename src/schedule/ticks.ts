import { AppError, pageOf, type Actor, type Page, type PageRequest } from '../base/index.ts'
import type { TickStore } from './store.ts'
import type { Tick, TickMark, TickPlace, TickRange } from './tick.ts'

/** The verbs over the tick ledger. */
export type Ticks = {
  /**
   * A script's ticks, newest first: those that reach into `from` (with it) to `to` (without it), Unix milliseconds.
   * Throws `invalid` for a cursor that is none.
   */
  list(actor: Actor, slug: string, request: TickRange & PageRequest): Promise<Page<Tick>>
  /** The newest 30 rows of each script, oldest first; nothing of scripts that the actor may not see. */
  last30(actor: Actor, slugs: string[]): Promise<Map<string, TickMark[]>>
  /** How many moments came to what since this server started, of all scripts. */
  counts: TickStore['counts']
}

/** `may` is the policy: it throws where the actor may not read the script's ticks. */
export function createTicks(store: TickStore, may: (actor: Actor, slug: string) => void): Ticks {
  return {
    counts: () => store.counts(),
    async list(actor, slug, { from, to, outcome, limit, cursor }) {
      may(actor, slug)
      const after = cursor === undefined ? undefined : placeOf(cursor)
      const rows = await store.list(slug, { from, to, outcome }, limit + 1, after)
      return pageOf(rows, limit, (row) => `${row.scheduledAt}-${row.id}`)
    },
    async last30(actor, slugs) {
      const seen = slugs.filter((slug) => {
        try {
          may(actor, slug)
          return true
        } catch (error) {
          if (error instanceof AppError) return false
          throw error
        }
      })
      return store.newest(seen, 30)
    },
  }
}

function placeOf(cursor: string): TickPlace {
  const [, scheduledAt, id] = /^(-?\d{1,15})-(\d{1,15})$/.exec(cursor) ?? []
  if (id === undefined)
    throw new AppError('invalid', `cursor '${cursor.slice(0, 40)}' is not one of this list`)
  return { scheduledAt: Number(scheduledAt), id: Number(id) }
}
