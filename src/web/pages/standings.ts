import { maySee, type Located } from '../../access/index.ts'
import { MINUTE } from '../../base/index.ts'
import type { Outline } from '../../catalog/index.ts'
import type { ScriptRow } from '../../../views/scripts/_table.tsx'
import type { Doors } from '../doors.ts'
import { historiesOf, standingRow, type Health } from './rows.ts'

// News may be lost; then what is remembered is wrong for no longer than this.
const REMEMBERED_MS = 5 * MINUTE
// The databases answer at once, so that only a pause lets others have their turn.
const SCRIPTS_A_TURN = 50

/** How scripts stand, many of them at once. */
export type Standings = {
  /** A row for every script that the actor may see, with no more in it than how it stands. */
  all(actor: Located): Promise<ScriptRow[]>
  /** The scripts', in their order. */
  of(outlines: Outline[]): Promise<ScriptRow[]>
}

type Remembered = { health: Health; at: number }

/** Remembers what the record said of each script until it is told of a run or tick of it. */
export function createStandings(doors: Doors): Standings {
  const remembered = new Map<string, Remembered>()
  // What is being read; news of a script that came meanwhile takes it out again.
  const reading = new Set<Set<string>>()
  const forget = ({ slug }: { slug: string }) => {
    remembered.delete(slug)
    for (const slugs of reading) slugs.delete(slug)
  }
  doors.bus.on('run', forget)
  doors.bus.on('tick', forget)
  doors.bus.on('script', forget)

  async function read(slugs: string[], at: number): Promise<Map<string, Health>> {
    const unmoved = new Set(slugs)
    reading.add(unmoved)
    try {
      const found = await historiesOf(doors, slugs)
      const healths = new Map([...found].map(([slug, history]) => [slug, healthOf(history)]))
      for (const slug of unmoved) remembered.set(slug, { health: healths.get(slug)!, at })
      return healths
    } finally {
      reading.delete(unmoved)
    }
  }

  async function healths(slugs: string[]): Promise<Map<string, Health>> {
    const now = doors.clock.now()
    const found = new Map<string, Health>()
    const missing: string[] = []
    for (const slug of slugs) {
      const known = remembered.get(slug)
      if (known && now - known.at < REMEMBERED_MS) found.set(slug, known.health)
      else missing.push(slug)
    }
    for (let i = 0; i < missing.length; i += SCRIPTS_A_TURN) {
      if (i > 0) await new Promise<void>((go) => setImmediate(go))
      for (const [slug, health] of await read(missing.slice(i, i + SCRIPTS_A_TURN), now))
        found.set(slug, health)
    }
    return found
  }

  async function of(outlines: Outline[]): Promise<ScriptRow[]> {
    const known = await healths(outlines.map(({ slug }) => slug))
    return outlines.map((outline) => standingRow(doors, outline, known.get(outline.slug)!))
  }

  return {
    of,
    all: async (actor) => of((await doors.catalog.outlines()).filter(({ slug }) => maySee(actor, slug))),
  }
}

const healthOf = ({ lastRun, failing }: Health): Health => ({
  ...(lastRun ? { lastRun } : {}),
  ...(failing ? { failing } : {}),
})
