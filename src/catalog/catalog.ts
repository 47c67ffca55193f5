import { pageOf, type Bus, type Log, type Page, type PageRequest } from '../base/index.ts'
import type { Repository } from '../git/index.ts'
import type { Defaults } from '../script/index.ts'
import { readChanged, readWhole } from './read.ts'
import type { CatalogEntry, CatalogStore } from './store.ts'

/** What a sync changed. */
export type Synced = {
  head: string
  /** When main began to point at head, milliseconds. */
  since: number
  /** Whether everything was read anew. */
  whole: boolean
  entries: CatalogEntry[]
  removed: string[]
}

export type Catalog = {
  /** Makes the catalog equal to head and gives what changed; undefined where there was nothing to do. */
  sync(): Promise<Synced | undefined>
  /** Throws the catalog away and reads it again. */
  rebuild(): Promise<Synced | undefined>
  find(slug: string): Promise<CatalogEntry | undefined>
  list(request: PageRequest & { q?: string; tag?: string }): Promise<Page<CatalogEntry>>
  /** Every entry, in pieces, by slug. */
  all(): AsyncGenerator<CatalogEntry>
  count(): Promise<number>
  /** The commit that the catalog equals. */
  syncedHead(): Promise<string | undefined>
}

type Dependencies = { repository: Repository; store: CatalogStore; server: Defaults; bus: Bus; log: Log }

const PIECE = 500

/** The index of all scripts at head. Syncs run one after another; asking for several at once does one more. */
export function createCatalog({ repository, store, server, bus, log }: Dependencies): Catalog {
  let last: Promise<unknown> = Promise.resolve()

  async function syncTo(whole: boolean): Promise<Synced | undefined> {
    const [id, synced] = await Promise.all([repository.head(), store.readMeta('head')])
    if (!id || (id === synced && !whole)) return undefined
    const head = await repository.objects.commit(id)
    const before = whole || !synced ? undefined : await repository.findCommit(synced)
    const write = before
      ? await readChanged(repository, before, head, server, store.find)
      : await readWhole(repository, head, server)
    await store.write(write)
    const since = (await repository.inForceSince(id)) ?? head.at
    for (const { slug } of write.entries.filter(() => !write.whole)) bus.announce({ topic: 'script', slug })
    bus.announce({ topic: 'head', commit: id })
    log.info(
      { head: id, scripts: write.entries.length, removed: write.removed.length, whole: write.whole },
      'synced',
    )
    return { head: id, since, whole: write.whole, entries: write.entries, removed: write.removed }
  }

  function queue(whole: boolean): Promise<Synced | undefined> {
    const next = last.then(() => syncTo(whole))
    last = next.catch(() => undefined)
    return next
  }

  return {
    sync: () => queue(false),
    rebuild: () => queue(true),
    find: (slug) => store.find(slug),
    async list({ limit, ...rest }) {
      return pageOf(await store.list({ limit: limit + 1, ...rest }), limit, ({ slug }) => slug)
    },
    async *all() {
      let cursor: string | undefined
      do {
        const entries = await store.list({ limit: PIECE, ...(cursor === undefined ? {} : { cursor }) })
        yield* entries
        cursor = entries.length === PIECE ? entries.at(-1)!.slug : undefined
      } while (cursor !== undefined)
    },
    count: () => store.count(),
    syncedHead: () => store.readMeta('head'),
  }
}
