import { LONGEST_PAGE, systemActor } from './base/index.ts'
import type { Catalog, Checkouts } from './catalog/index.ts'
import type { Repository } from './git/index.ts'
import type { Runs, ScriptAt, ScriptSource } from './run/index.ts'

// What is at a commit never changes, so the last ones asked for are kept.
const MOST_KEPT = 500

/** What runs need of the catalog and of Git. */
export function createScriptSource({
  catalog,
  checkouts,
  repository,
}: {
  catalog: Catalog
  checkouts: Checkouts
  repository: Repository
}): ScriptSource {
  const kept = new Map<string, Promise<ScriptAt | undefined>>()

  function scriptAt(slug: string, commit: string): Promise<ScriptAt | undefined> {
    const key = `${commit} ${slug}`
    const found = kept.get(key) ?? catalog.scriptAt(slug, commit)
    kept.delete(key)
    kept.set(key, found)
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!)
    const forget = () => kept.get(key) === found && kept.delete(key)
    // A commit that is not there may be pushed yet.
    void found.then((at) => at ?? forget(), forget)
    return found
  }

  return {
    scriptAt,
    async findScript(slug) {
      const [entry, head] = await Promise.all([catalog.find(slug), catalog.syncedHead()])
      if (!entry?.script || !head) return undefined
      const { script, revision, lastGood = { commit: head, revision } } = entry
      return { script, ...lastGood }
    },
    async isOnMain(commit) {
      const [found, head] = await Promise.all([repository.findCommit(commit), repository.head()])
      return found !== undefined && head !== undefined && repository.isAncestor(found.id, head)
    },
    async isOnMainLine(commit) {
      const head = await repository.head()
      return head !== undefined && repository.isFirstParent(commit, head)
    },
    async checkout({ slug, commit }) {
      const at = await scriptAt(slug, commit)
      const checkout = at && (await checkouts.open(commit, at.script.folder))
      if (!checkout) throw new Error(`${slug} is not there at commit ${commit}`)
      return checkout
    },
  }
}

/** The revisions that are to stay on disk: what runs at head, and what runs that are not over were queued with. */
export async function* revisionsInUse(catalog: Catalog, runs: Pick<Runs, 'list'>): AsyncGenerator<string> {
  for await (const { revision, lastGood } of catalog.all()) {
    yield revision
    if (lastGood) yield lastGood.revision
  }
  for (const state of ['queued', 'running'] as const) {
    let cursor: string | undefined
    do {
      const page = await runs.list(
        systemActor,
        { state },
        { limit: LONGEST_PAGE, ...(cursor ? { cursor } : {}) },
      )
      for (const { revision } of page.items) yield revision
      cursor = page.nextCursor
    } while (cursor !== undefined)
  }
}
