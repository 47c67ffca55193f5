import type { Problem } from '../base/index.ts'
import type { ScriptPlace } from './place.ts'
import { readScript, textsNeeded, type Defaults, type Script } from './read.ts'

/** What stands at a place: a script, or the problems that keep it from being one. */
export type Reading = { place: ScriptPlace; script?: Script; problems: Problem[] }

/** Texts of files by path; without those that are not there. */
export type Texts = ReadonlyMap<string, string>

/** Reads the scripts at all the places; `texts` gives files of the same tree, and is asked once for all of them. */
export async function readPlaces(
  places: ScriptPlace[],
  texts: (paths: string[]) => Promise<Texts>,
  server: Defaults,
): Promise<Reading[]> {
  const found = await texts([...new Set(places.flatMap(textsNeeded))])
  return places.map((place) => ({ place, ...readScript(place, (path) => found.get(path), server) }))
}
