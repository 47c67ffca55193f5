import { pageOf, type Bus, type Log, type Page, type PageRequest } from '../base/index.ts'
import type { Commit, Repository } from '../git/index.ts'
import type { Defaults, Script } from '../script/index.ts'
import { readOne } from './read-one.ts'
import { readChanged, readWhole } from './read.ts'
import type { CatalogEntry, CatalogFilter, CatalogStore, Outline } from './store.ts'

/** What a sync changed. */
export type Synced = {
  head: string
  /** When main began to point at head, milliseconds. */
  since: number
  /** Whether everything was read anew; then ask the catalog for `entries`, which may be too much to hand on at once. */
  whole: boolean
  entries: CatalogEntry[]
  removed: string[]
  renamed: { from: string; to: string }[]
  /** Whether lib/ changed, and with it every revision. */
  library: boolean
}

export type Catalog = {
  /** Makes the catalog equal to head and gives what changed; undefined where there was nothing to do. */
  sync(): Promise<Synced | undefined>
  /** Throws the catalog away and reads it again. */
  rebuild(): Promise<Synced | undefined>
  find(slug: string): Promise<CatalogEntry | undefined>
  /** The script as it is at any commit; undefined where there is none, or it is not valid there. */
  scriptAt(
    slug: string,
    commit: string,
  ): Promise<{ script: Script; commit: string; revision: string } | undefined>
  list(request: PageRequest & CatalogFilter): Promise<Page<CatalogEntry>>
  /** Every entry, in pieces, by slug. */
  all(): AsyncGenerator<CatalogEntry>
  /** As much as is asked of all scripts at once, by slug; read once for each head. */
  outlines(): Promise<Outline[]>
  count(): Promise<number>
  /** The commit that the catalog equals. */
  syncedHead(): Promise<string | undefined>
}

type Dependencies = {
  repository: Repository
  store: CatalogStore
  server: Defaults
  bus: Bus
  log: Log
  /** Hands on what a sync changed, before the next one begins. */
  synced: (synced: Synced) => Promise<void>
}

const PIECE = 100

/** The index of all scripts at head. Syncs run one after another. */
export function createCatalog({
  repository,
  store,
  server,
  bus,
  log,
  synced: handOn,
}: Dependencies): Catalog {
  let last: Promise<unknown> = Promise.resolve()
  let outlines: Promise<Outline[]> | undefined

  async function syncTo(whole: boolean): Promise<Synced | undefined> {
    const [id, synced] = await Promise.all([repository.head(), store.readMeta('taken')])
    if (!id || (id === synced && !whole)) return undefined
    const head = await repository.objects.commit(id)
    const before = whole || !synced ? undefined : await repository.findCommit(synced)
    const libBefore = await store.readMeta('libTree')
    const changed = before && (await readChanged(repository, before, head, server, store.find))
    const { entries = [], renamed = [] } = changed ?? {}
    const removed = changed?.removed ?? []
    if (changed) await store.write(changed)
    else removed.push(...(await readAnew(head)))
    outlines = undefined
    const since = (await repository.inForceSince(id)) ?? head.at
    const library = libBefore !== (await store.readMeta('libTree'))
    const result: Synced = { head: id, since, whole: !changed, entries, removed, renamed, library }
    await handOn(result)
    // Last: if this was cut off anywhere before, the next sync finds the same difference, and hands it on, again.
    await store.noteTaken(id)
    for (const { slug } of entries) bus.announce({ topic: 'script', slug })
    bus.announce({ topic: 'head', commit: id })
    const scripts = changed ? entries.length : await store.count()
    log.info({ head: id, scripts, removed: removed.length, whole: !changed }, 'synced')
    return result
  }

  /** Puts all that is at head in the place of what was known; gives the scripts that were known and are gone. */
  async function readAnew(head: Commit): Promise<string[]> {
    const known = await store.slugs()
    await store.rebuild(await readWhole(repository, head, server))
    const now = new Set(await store.slugs())
    return known.filter((slug) => !now.has(slug))
  }

  function forget(error: unknown): never {
    outlines = undefined
    throw error
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
    scriptAt: (slug, commit) => readOne(repository, commit, slug, server),
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
    outlines: () => (outlines ??= store.outlines().catch(forget)),
    count: () => store.count(),
    syncedHead: () => store.readMeta('head'),
  }
}
