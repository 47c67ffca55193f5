import type { Problem } from '../base/index.ts'
import { planOf, scan } from '../change/index.ts'
import {
  EMPTY_TREE,
  firstParents,
  gitRecords,
  listAll,
  viewTree,
  type Commit,
  type Repository,
} from '../git/index.ts'
import { findScripts, readPlaces, type Defaults, type Reading, type Texts } from '../script/index.ts'
import { goOnAs, withLastGood } from './last-good.ts'
import { treeIdOf } from './read-one.ts'
import type { CatalogEntry, CatalogRebuild, CatalogWrite } from './store.ts'

const PIECE = 250

/** Reads every script at `head`, in pieces: for the first index, and after the index was thrown away. */
export async function readWhole(
  repository: Repository,
  head: Commit,
  server: Defaults,
): Promise<CatalogRebuild> {
  const { gitDir, objects } = repository
  const touching = lastTouches(gitDir, head)
  // It is awaited below; until then a failure is not unhandled.
  touching.catch(() => undefined)
  const { files, trees } = await listAll(gitDir, head.id, ['scripts', 'lib', 'sxs.yaml'])
  const { places, problems } = findScripts(files)
  const ids = new Map(files.flatMap(({ path, mode, id }) => (mode.startsWith('100') ? [[path, id]] : [])))
  const libTree = trees.get('lib') ?? EMPTY_TREE
  const touched = await touching

  async function texts(paths: string[]): Promise<Texts> {
    const known = paths.filter((path) => ids.has(path))
    const byId = await objects.texts([...new Set(known.map((path) => ids.get(path)!))])
    return new Map(known.map((path) => [path, byId.get(ids.get(path)!)!]))
  }

  // So that the texts of ten thousand scripts are not in memory together; git reads one piece ahead.
  async function* pieces(): AsyncGenerator<CatalogEntry[]> {
    const readAt = (at: number) => readPlaces(places.slice(at, at + PIECE), texts, server)
    let next = readAt(0)
    for (let at = PIECE; at < places.length + PIECE; at += PIECE) {
      const readings = await next
      next = readAt(at)
      next.catch(() => undefined)
      const entries = readings.map((reading) => {
        const { folder, single, files } = reading.place
        const treeId = single ? files[0]!.id : trees.get(folder)!
        return entryOf(reading, treeId, libTree, touched(folder), problems)
      })
      // One after another: each that is not valid looks back over the history, and there are few of them.
      for (const [at, entry] of entries.entries())
        entries[at] = await withLastGood(repository, head, server, entry)
      yield entries
    }
  }

  return { head: head.id, libTree, pieces: pieces() }
}

/** Reads what differs between the two commits. */
export async function readChanged(
  repository: Repository,
  before: Commit,
  head: Commit,
  server: Defaults,
  known: (slug: string) => Promise<CatalogEntry | undefined>,
): Promise<CatalogWrite> {
  const { objects } = repository
  const scanned = await scan(objects, before.tree, head.tree, server)
  const libTree = await treeIdOf(scanned.tree, 'lib')
  const touched = await touchesSince(
    repository,
    before.id,
    head.id,
    [...scanned.after.values()].map(({ place }) => place.folder),
  )
  const entries = await Promise.all(
    [...scanned.after.values()].map(async (reading) => {
      const old = await known(reading.place.slug)
      const touch = touched.get(reading.place.folder) ??
        (old && { commit: old.commit, at: old.committedAt }) ?? { commit: head.id, at: head.at }
      const treeId = await treeIdOf(scanned.tree, reading.place.folder)
      return goOnAs(entryOf(reading, treeId, libTree, touch, scanned.problems), old, before)
    }),
  )
  const removed = [...scanned.before.keys()].filter((slug) => !scanned.after.has(slug))
  const { renamed } = planOf(scanned.before, scanned.after, new Map(), scanned.library)
  const pairs = renamed.map(({ before: { slug }, after }) => ({ from: slug, to: after.script.slug }))
  return { head: head.id, libTree, entries, removed, renamed: pairs }
}

type Touch = { commit: string; at: number }

function entryOf(
  reading: Reading,
  treeId: string,
  libTree: string,
  touch: Touch,
  others: Problem[],
): CatalogEntry {
  const { place, script } = reading
  const own =
    others.length === 0
      ? others
      : others.filter(({ path }) => path === place.folder || path.startsWith(`${place.folder}/`))
  const problems = [...reading.problems, ...own]
  return {
    slug: place.slug,
    folder: place.folder,
    treeId,
    revision: `${treeId}-${libTree}`,
    commit: touch.commit,
    committedAt: touch.at,
    ...(script && problems.length === 0 ? { script } : {}),
    problems,
  }
}

/**
 * For each folder the newest first-parent commit that touched it, by one pass of `git log`. The first commit's files
 * are not listed: what no later one touched came with it.
 */
async function lastTouches(gitDir: string, head: Commit): Promise<(folder: string) => Touch> {
  const format = ['--first-parent', '--diff-merges=first-parent', '--name-only', '-z', '--format=%x01%H %ct']
  const log = ['-c', 'log.showRoot=false', 'log', ...format, '--no-renames', head.id, '--', 'scripts']
  const touches = new Map<string, Touch>()
  let touch: Touch = { commit: head.id, at: head.at }
  for await (const records of gitRecords(gitDir, log))
    for (const record of records) {
      if (record.startsWith('\x01')) {
        const [commit, seconds] = record.slice(1).split(' ')
        touch = { commit: commit!, at: Number(seconds) * 1000 }
        continue
      }
      for (const folder of upwards(record.replace(/^\n/, '')))
        if (!touches.has(folder)) touches.set(folder, touch)
    }
  const first = touch
  return (folder) => touches.get(folder) ?? first
}

/** The same for a few folders and the commits after `before`: trees are compared, nothing is spawned. */
async function touchesSince(
  { objects }: Repository,
  before: string,
  head: string,
  folders: string[],
): Promise<Map<string, Touch>> {
  const open = new Set(folders)
  const touches = new Map<string, Touch>()
  for await (const commit of firstParents(objects, head)) {
    if (commit.id === before || open.size === 0) break
    const parent = commit.parents[0]
    const [now, then] = [
      viewTree(objects, commit.tree),
      viewTree(objects, parent ? (await objects.commit(parent)).tree : undefined),
    ]
    for (const folder of [...open]) {
      const [a, b] = await Promise.all([now.find(folder), then.find(folder)])
      if (a?.id === b?.id) continue
      open.delete(folder)
      touches.set(folder, { commit: commit.id, at: commit.at })
    }
  }
  return touches
}

function upwards(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, at) => parts.slice(0, at + 1).join('/')).slice(1)
}
