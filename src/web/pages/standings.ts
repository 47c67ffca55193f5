import { maySee, type Located } from '../../access/index.ts'
import { MINUTE } from '../../base/index.ts'
import type { CatalogEntry } from '../../catalog/index.ts'
import type { ScriptRow } from '../../../views/scripts/_table.tsx'
import type { Doors } from '../doors.ts'
import { failingOf, lastRunOf } from './history.ts'
import { historyOf, standingRow, type Health } from './rows.ts'

// News may be lost; then what is remembered is wrong for no longer than this.
const REMEMBERED_MS = 5 * MINUTE
// The databases answer at once, so that only a pause lets others have their turn.
const ROWS_A_TURN = 50

/** How scripts stand, many of them at once. */
export type Standings = {
  /** A row for every script that the actor may see, with no more in it than how it stands. */
  all(actor: Located): Promise<ScriptRow[]>
  /** The entry's. */
  of(entry: CatalogEntry): Promise<ScriptRow>
}

/** Remembers what the record said of each script until it is told of a run or tick of it. */
export function createStandings(doors: Doors): Standings {
  const remembered = new Map<string, { health: Promise<Health>; at: number }>()
  const forget = ({ slug }: { slug: string }) => void remembered.delete(slug)
  doors.bus.on('run', forget)
  doors.bus.on('tick', forget)
  doors.bus.on('script', forget)

  function healthOf(slug: string): Promise<Health> {
    const found = remembered.get(slug)
    const now = doors.clock.now()
    if (found && now - found.at < REMEMBERED_MS) return found.health
    const health = readHealth(doors, slug)
    remembered.set(slug, { health, at: now })
    health.catch(() => remembered.delete(slug))
    return health
  }

  const of = async (entry: CatalogEntry) => standingRow(doors, entry, await healthOf(entry.slug))

  return {
    of,
    async all(actor) {
      const rows: ScriptRow[] = []
      for await (const entry of doors.catalog.all()) {
        if (!maySee(actor, entry.slug)) continue
        rows.push(await of(entry))
        if (rows.length % ROWS_A_TURN === 0) await new Promise<void>((go) => setImmediate(go))
      }
      return rows
    },
  }
}

async function readHealth(doors: Doors, slug: string): Promise<Health> {
  const { runs, ticks } = await historyOf(doors, slug)
  const lastRun = lastRunOf(runs)
  const failing = failingOf(runs, ticks)
  return { ...(lastRun ? { lastRun } : {}), ...(failing ? { failing } : {}) }
}
