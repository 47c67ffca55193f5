import type { Calling, Reading, Script } from '../script/index.ts'

/** A script as a change finds or leaves it. */
export type Planned = { script: Script; calling?: Calling }

/** What a change does to the scripts of main. */
export type Plan = {
  added: Planned[]
  changed: { before: Script; after: Planned }[]
  removed: Script[]
  renamed: { before: Script; after: Planned }[]
  library: boolean
}

/**
 * Compares readings before and after. A script that went and one that came with the same entry file, byte for byte,
 * are one script under a new name.
 */
export function planOf(
  before: Map<string, Reading>,
  after: Map<string, Reading>,
  callings: Map<string, Calling>,
  library: boolean,
): Plan {
  const planned = (script: Script): Planned => {
    const calling = callings.get(script.slug)
    return calling ? { script, calling } : { script }
  }
  const gone = scriptsOf(before).filter(({ slug }) => !after.has(slug))
  const come = scriptsOf(after).filter(({ slug }) => !before.has(slug))
  const renamed: Plan['renamed'] = []
  for (const script of [...come]) {
    const id = entryId(after.get(script.slug)!)
    const twin = gone.find(({ slug }) => id !== undefined && entryId(before.get(slug)!) === id)
    if (!twin) continue
    gone.splice(gone.indexOf(twin), 1)
    come.splice(come.indexOf(script), 1)
    renamed.push({ before: twin, after: planned(script) })
  }
  return {
    added: come.map(planned),
    changed: scriptsOf(after).flatMap((script) => {
      const old = before.get(script.slug)?.script
      return old ? [{ before: old, after: planned(script) }] : []
    }),
    removed: gone,
    renamed,
    library,
  }
}

/** Every slug that the plan names, old names too. */
export function slugsOf(plan: Plan): string[] {
  return [
    ...plan.added.map(({ script }) => script.slug),
    ...plan.changed.map(({ before }) => before.slug),
    ...plan.removed.map(({ slug }) => slug),
    ...plan.renamed.flatMap(({ before, after }) => [before.slug, after.script.slug]),
  ]
}

const scriptsOf = (readings: Map<string, Reading>) =>
  [...readings.values()].flatMap(({ script }) => (script ? [script] : []))

function entryId({ place, script }: Reading): string | undefined {
  return place.files.find(({ path }) => path === script?.entry)?.id
}
