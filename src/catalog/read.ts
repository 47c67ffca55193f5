import type { Problem } from '../base/index.ts'
import { planOf, scan } from '../change/index.ts'
import {
  firstParents,
  gitRecords,
  listAll,
  listFiles,
  viewTree,
  type Commit,
  type Repository,
} from '../git/index.ts'
import {
  findScripts,
  folderOfSlug,
  readPlaces,
  type Defaults,
  type Reading,
  type Script,
  type Texts,
} from '../script/index.ts'
import type { CatalogEntry, CatalogRebuild, CatalogWrite } from './store.ts'

const PIECE = 250

/** Reads every script at `head`, in pieces: for the first index, and after the index was thrown away. */
export async function readWhole(
  { gitDir, objects }: Repository,
  head: Commit,
  server: Defaults,
): Promise<CatalogRebuild> {
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
      yield readings.map((reading) => {
        const { folder, single, files } = reading.place
        const treeId = single ? files[0]!.id : trees.get(folder)!
        return entryOf(reading, treeId, libTree, touched(folder), problems)
      })
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
      return entryOf(
        reading,
        await treeIdOf(scanned.tree, reading.place.folder),
        libTree,
        touch,
        scanned.problems,
      )
    }),
  )
  const removed = [...scanned.before.keys()].filter((slug) => !scanned.after.has(slug))
  const { renamed } = planOf(scanned.before, scanned.after, new Map(), scanned.library)
  const pairs = renamed.map(({ before: { slug }, after }) => ({ from: slug, to: after.script.slug }))
  return { head: head.id, libTree, entries, removed, renamed: pairs }
}

/** One script at any commit. */
export async function readOne(
  repository: Repository,
  id: string,
  slug: string,
  server: Defaults,
): Promise<{ script: Script; commit: string; revision: string } | undefined> {
  const { objects } = repository
  const path = folderOfSlug(slug)
  const commit = await repository.findCommit(id)
  if (!path || !commit) return undefined
  const view = viewTree(objects, commit.tree)
  const [folder, file] = await Promise.all([view.find(path), view.find(`${path}.py`)])
  const inside = folder?.mode === '040000' ? await listFiles(objects, folder.id, `${path}/`) : []
  const own = file ? [{ path: `${path}.py`, mode: file.mode, id: file.id }] : []
  const { places } = findScripts([...inside, ...own].map((one) => ({ ...one, size: 0 })))
  const [reading] = await readPlaces(
    places.filter((place) => place.slug === slug),
    view.texts,
    server,
  )
  if (!reading?.script || reading.problems.length > 0) return undefined
  const tree = await treeIdOf(view, reading.place.folder)
  return { script: reading.script, commit: commit.id, revision: `${tree}-${await treeIdOf(view, 'lib')}` }
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

/** What git calls an empty tree: the lib/ of a repository that has none. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

async function treeIdOf(view: ReturnType<typeof viewTree>, path: string): Promise<string> {
  return (await view.find(path))?.id ?? EMPTY_TREE
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
