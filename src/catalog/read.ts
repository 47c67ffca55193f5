import type { Problem } from '../base/index.ts'
import { planOf, scan } from '../change/index.ts'
import {
  firstParents,
  git,
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
} from '../script/index.ts'
import type { CatalogEntry, CatalogWrite } from './store.ts'

const PIECE = 250

/** Reads every script at `head`: for the first index, and after the index was thrown away. */
export async function readWhole(
  repository: Repository,
  head: Commit,
  server: Defaults,
): Promise<CatalogWrite> {
  const { gitDir, objects } = repository
  const files = await listAll(gitDir, head.id, ['scripts', 'lib', 'sxs.yaml'])
  const { places, problems } = findScripts(files)
  const ids = new Map(files.filter(({ mode }) => mode.startsWith('100')).map(({ path, id }) => [path, id]))
  const text = async (path: string) => {
    const id = ids.get(path)
    return id && (await objects.blob(id)).toString('utf8')
  }
  const touching = lastTouches(gitDir, head.id, new Set(places.map(({ folder }) => folder)))
  // It is awaited below; until then a failure is not unhandled.
  touching.catch(() => undefined)
  const view = viewTree(objects, head.tree)
  const libTree = await treeIdOf(view, 'lib')
  const readings: { reading: Reading; treeId: string }[] = []
  // In pieces, so that the texts of ten thousand scripts are not in memory together; git reads one ahead.
  const readPiece = (at: number) => readPlaces(places.slice(at, at + PIECE), text, server)
  let next = readPiece(0)
  for (let at = PIECE; at < places.length + PIECE; at += PIECE) {
    const piece = next
    next = readPiece(at)
    for (const reading of await piece)
      readings.push({ reading, treeId: await treeIdOf(view, reading.place.folder) })
  }
  await next
  const touched = await touching
  const entries = readings.map(({ reading, treeId }) => {
    const touch = touched.get(reading.place.folder) ?? { commit: head.id, at: head.at }
    return entryOf(reading, treeId, libTree, touch, problems)
  })
  return { head: head.id, libTree, whole: true, entries, removed: [], renamed: [] }
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
  return { head: head.id, libTree, whole: false, entries, removed, renamed: pairs }
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
    view.text,
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

/** For each folder the newest first-parent commit that touched it, by one pass of `git log`; `open` is used up. */
async function lastTouches(gitDir: string, head: string, open: Set<string>): Promise<Map<string, Touch>> {
  const format = ['--first-parent', '--diff-merges=first-parent', '--name-only', '-z', '--format=%x01%H %ct']
  const output = await git(gitDir, ['log', ...format, '--no-renames', head, '--', 'scripts'])
  const touches = new Map<string, Touch>()
  for (const block of output.toString('utf8').split('\x01')) {
    if (open.size === 0) break
    const [title = '', ...paths] = block.split('\0')
    const [commit, seconds] = title.split(' ')
    for (const path of paths.map((one) => one.replace(/^\n/, ''))) {
      for (const folder of upwards(path)) {
        if (!open.delete(folder)) continue
        touches.set(folder, { commit: commit!, at: Number(seconds) * 1000 })
      }
    }
  }
  return touches
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
