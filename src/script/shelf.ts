import type { Problem } from '../base/index.ts'
import type { ScriptPlace } from './place.ts'
import { readScript, textsNeeded, type Defaults, type Script } from './read.ts'

/** What stands at a place: a script, or the problems that keep it from being one. */
export type Reading = { place: ScriptPlace; script?: Script; problems: Problem[] }

/** Reads the scripts at all the places; `text` gives a file of the same tree, and is asked once for each path. */
export async function readPlaces(
  places: ScriptPlace[],
  text: (path: string) => Promise<string | undefined>,
  server: Defaults,
): Promise<Reading[]> {
  const shared = new Map<string, Promise<string | undefined>>()
  const load = (path: string) => {
    let known = shared.get(path)
    if (!known) shared.set(path, (known = text(path)))
    return known
  }
  return Promise.all(
    places.map(async (place) => {
      const texts = new Map(
        await Promise.all(textsNeeded(place).map(async (path) => [path, await load(path)] as const)),
      )
      return { place, ...readScript(place, (path) => texts.get(path), server) }
    }),
  )
}
