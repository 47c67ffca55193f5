import type { Problem } from '../base/index.ts'
import {
  diffTrees,
  viewTree,
  withSizes,
  type FileChange,
  type FileEntry,
  type ObjectReader,
  type TreeView,
} from '../git/index.ts'
import {
  findScripts,
  LARGEST_FILE,
  readDefaultsFile,
  readPlaces,
  type Defaults,
  type Reading,
} from '../script/index.ts'
import { selectFiles, touchesAll, type Selection } from './select.ts'

/** What differs between two trees, read as scripts: only what changed is looked at. */
export type Scan = {
  /** Changed files below scripts/ and lib/, and sxs.yaml. */
  changes: FileChange[]
  before: Map<string, Reading>
  after: Map<string, Reading>
  /** What is wrong with the changed paths and files themselves, and with sxs.yaml. */
  problems: Problem[]
  library: boolean
  /** Files that were not read, for their size; they are among the problems. */
  large: Set<string>
  tree: TreeView
}

const LAID_OUT = ['scripts', 'lib', 'sxs.yaml']

/** Compares two root trees; `before` is absent for a first commit. */
export async function scan(
  reader: ObjectReader,
  before: string | undefined,
  after: string,
  server: Defaults,
): Promise<Scan> {
  const [old, now] = [viewTree(reader, before), viewTree(reader, after)]
  const changes = await changesOf(reader, old, now)
  const selection = selectFiles(reader, [old, now], changes)
  const changed = new Set(changes.filter((change) => change.after).map(({ path }) => path))
  const [oldFiles, nowFiles] = await Promise.all([filesIn(old, selection), filesIn(now, selection)])
  const oldPlaces = findScripts(unsized(oldFiles)).places
  const sized = await withSizes(
    reader,
    nowFiles.filter(({ path }) => changed.has(path)),
  )
  const found = findScripts([...unsized(nowFiles.filter(({ path }) => !changed.has(path))), ...sized])

  // What is too large is a problem already, and is not read: it may be larger than memory.
  const large = new Set(sized.filter(({ size }) => size > LARGEST_FILE).map(({ path }) => path))
  const tree: TreeView = {
    ...now,
    text: async (path) => (large.has(path) ? undefined : now.text(path)),
    texts: (paths) => now.texts(paths.filter((path) => !large.has(path))),
  }

  const slugs = affected(changes, oldPlaces, found.places)
  const choose = <T extends { slug: string }>(places: T[]) => places.filter(({ slug }) => slugs.has(slug))
  const [readBefore, readAfter] = await Promise.all([
    readPlaces(choose(oldPlaces), old.texts, server),
    readPlaces(choose(found.places), tree.texts, server),
  ])
  return {
    changes,
    before: bySlug(readBefore),
    after: bySlug(readAfter),
    problems: [
      ...found.problems.filter(({ path }) => changes.some((change) => isAtOrBelow(change.path, path))),
      ...(changed.has('sxs.yaml')
        ? readDefaultsFile((await tree.text('sxs.yaml')) ?? '', server.timezone).problems
        : []),
    ],
    library: changes.some(({ path }) => path.startsWith('lib/')),
    large,
    tree,
  }
}

async function changesOf(reader: ObjectReader, old: TreeView, now: TreeView): Promise<FileChange[]> {
  const parts = await Promise.all(
    LAID_OUT.map(async (name) => {
      const [a, b] = await Promise.all([old.find(name), now.find(name)])
      if (a?.id === b?.id && a?.mode === b?.mode) return []
      const treeOf = (entry?: { mode: string; id: string }) =>
        entry?.mode === '040000' ? entry.id : undefined
      const fileOf = (entry?: { mode: string; id: string }) =>
        entry && entry.mode !== '040000' ? { path: name, mode: entry.mode, id: entry.id } : undefined
      const own: FileChange[] =
        fileOf(a) || fileOf(b) ? [{ path: name, before: fileOf(a), after: fileOf(b) }] : []
      return [...own, ...(await diffTrees(reader, treeOf(a), treeOf(b), `${name}/`))]
    }),
  )
  return parts.flat()
}

async function filesIn(view: TreeView, selection: Selection): Promise<FileEntry[]> {
  const laidOut = LAID_OUT.map(async (name) => {
    const entry = await view.find(name)
    return entry && entry.mode !== '040000' ? [{ path: name, mode: entry.mode, id: entry.id }] : []
  })
  return (await Promise.all([selection.of(view), ...laidOut])).flat()
}

/** Sizes are only asked where they can be too large: in files that changed. */
const unsized = (files: FileEntry[]) => files.map((file) => ({ ...file, size: 0 }))

type Placed = { slug: string; folder: string }

/** Slugs that came, went, hold a changed file, or read a changed file further up. */
function affected(changes: FileChange[], before: Placed[], after: Placed[]): Set<string> {
  const [old, now] = [before, after].map(
    (places) => new Map(places.map((place) => [place.slug, place.folder])),
  )
  const everyone = touchesAll(changes)
  const above = changes.map(({ path }) => path).filter((path) => path.endsWith('/requirements.txt'))
  const touches = ({ slug, folder }: Placed) =>
    everyone ||
    old!.get(slug) !== now!.get(slug) ||
    changes.some(({ path }) => isAtOrBelow(path, folder)) ||
    above.some((path) => folder.startsWith(path.slice(0, -'requirements.txt'.length)))
  return new Set([...before, ...after].filter(touches).map(({ slug }) => slug))
}

const isAtOrBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)

const bySlug = (readings: Reading[]) => new Map(readings.map((reading) => [reading.place.slug, reading]))
