import { viewTree, type Commit, type Repository } from '../git/index.ts'
import { folderOfSlug, type Defaults } from '../script/index.ts'
import { readOne } from './read-one.ts'
import type { CatalogEntry } from './store.ts'

// A script that was wrong for longer than this is looked into by a person.
const MOST_TRIED = 200

/**
 * The entry with its script's last good revision, where it is not valid at `head` but was, on main, before. A push
 * refuses what is not valid; but an upstream may bring it, or a newer server may ask more of a script.
 */
export async function withLastGood(
  repository: Repository,
  head: Commit,
  server: Defaults,
  entry: CatalogEntry,
): Promise<CatalogEntry> {
  const path = folderOfSlug(entry.slug)
  if (entry.script || !path) return entry
  const paths = [path, `${path}.py`]
  const asked = { from: head.id, paths: [...paths, 'sxs.yaml'], limit: MOST_TRIED }
  for (const { parents } of await repository.log(asked)) {
    const before = parents[0] && (await repository.objects.commit(parents[0]))
    if (!before) break
    const view = viewTree(repository.objects, before.tree)
    const found = await Promise.all(paths.map((one) => view.find(one)))
    // Before it came, or while it was gone, there is nothing that could go on.
    if (!found.some(Boolean)) break
    const good = await readOne(repository, before.id, entry.slug, server)
    if (good)
      return { ...entry, script: good.script, lastGood: { commit: good.commit, revision: good.revision } }
  }
  return entry
}

/** The same where the entry before is known, as it was at the commit `before`: what ran goes on. */
export function goOnAs(entry: CatalogEntry, old: CatalogEntry | undefined, before: Commit): CatalogEntry {
  if (entry.script || !old?.script) return entry
  return {
    ...entry,
    script: old.script,
    lastGood: old.lastGood ?? { commit: before.id, revision: old.revision },
  }
}
