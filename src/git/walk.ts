import type { Commit, ObjectReader, TreeEntry } from './objects.ts'
import { gitRecords } from './records.ts'

export type FileEntry = { path: string; mode: string; id: string }
export type SizedEntry = FileEntry & { size: number }
export type FileChange = { path: string; before: FileEntry | undefined; after: FileEntry | undefined }

const TREE = '040000'

/** Every file below a tree, its path beginning with `prefix`. Submodules and links count as files, by their mode. */
export async function listFiles(reader: ObjectReader, tree: string, prefix = ''): Promise<FileEntry[]> {
  const entries = await reader.tree(tree)
  const parts = await Promise.all(
    entries.map(async ({ mode, name, id }) => {
      const path = prefix + name
      return mode === TREE ? listFiles(reader, id, `${path}/`) : [{ path, mode, id }]
    }),
  )
  return parts.flat()
}

/** The same with sizes; a submodule's is 0. */
export async function withSizes(reader: ObjectReader, files: FileEntry[]): Promise<SizedEntry[]> {
  return Promise.all(files.map(async (file) => ({ ...file, size: (await reader.info(file.id))?.size ?? 0 })))
}

/** All that lies below the paths at a commit, by one `git ls-tree`: for the first index of a large repository. */
export async function listAll(
  gitDir: string,
  commit: string,
  paths: string[],
): Promise<{ files: SizedEntry[]; trees: Map<string, string> }> {
  const files: SizedEntry[] = []
  const trees = new Map<string, string>()
  const args = ['ls-tree', '-r', '-t', '-z', '-l', '--full-tree', commit, '--', ...paths]
  for await (const records of gitRecords(gitDir, args))
    for (const record of records) {
      // `<mode> <type> <id> <size, padded to 7>\t<path>`
      const mode = record.slice(0, 6)
      const tab = record.indexOf('\t')
      const start = record.indexOf(' ', 7) + 1
      const end = record.indexOf(' ', start)
      const [id, path] = [record.slice(start, end), record.slice(tab + 1)]
      if (mode === TREE) trees.set(path, id)
      else files.push({ path, mode, id, size: Number(record.slice(end, tab)) || 0 })
    }
  return { files, trees }
}

/** The files that differ between two trees; subtrees with equal ids are not read. */
export async function diffTrees(
  reader: ObjectReader,
  before: string | undefined,
  after: string | undefined,
  prefix = '',
): Promise<FileChange[]> {
  if (before === after) return []
  const [old, now] = await Promise.all([entriesOf(reader, before), entriesOf(reader, after)])
  const names = [...new Set([...old.keys(), ...now.keys()])].sort()
  const parts = await Promise.all(
    names.map((name) => diffEntries(reader, old.get(name), now.get(name), prefix + name)),
  )
  return parts.flat()
}

async function entriesOf(reader: ObjectReader, tree: string | undefined): Promise<Map<string, TreeEntry>> {
  return new Map(tree ? (await reader.tree(tree)).map((entry) => [entry.name, entry]) : [])
}

async function diffEntries(
  reader: ObjectReader,
  old: TreeEntry | undefined,
  now: TreeEntry | undefined,
  path: string,
): Promise<FileChange[]> {
  if (old?.id === now?.id && old?.mode === now?.mode) return []
  const treeOf = (entry?: TreeEntry) => (entry?.mode === TREE ? entry.id : undefined)
  const fileOf = (entry?: TreeEntry) =>
    entry && entry.mode !== TREE ? { path, mode: entry.mode, id: entry.id } : undefined
  const inside = await diffTrees(reader, treeOf(old), treeOf(now), `${path}/`)
  const before = fileOf(old)
  const after = fileOf(now)
  return before || after ? [{ path, before, after }, ...inside] : inside
}

/** Commits from `id` back along first parents, `id` first, as far as they are asked for. */
export async function* firstParents(reader: ObjectReader, id: string): AsyncGenerator<Commit> {
  let next: string | undefined = id
  while (next) {
    const commit: Commit = await reader.commit(next)
    yield commit
    next = commit.parents[0]
  }
}

/** One tree, read by paths; what was read is remembered, so keep it only as long as a question lasts. */
export type TreeView = {
  /** The entries of the folder, or none where there is no such folder; `''` is the tree itself. */
  entries(path: string): Promise<TreeEntry[]>
  find(path: string): Promise<TreeEntry | undefined>
  /** The file's content as UTF-8, or undefined where there is no such file. */
  text(path: string): Promise<string | undefined>
  /** The same for many, by path; without those that are not there. */
  texts(paths: readonly string[]): Promise<Map<string, string>>
}

const FEW = 50

export function viewTree(reader: ObjectReader, tree: string | undefined): TreeView {
  const folders = new Map<string, Promise<TreeEntry[]>>()
  const byName = new WeakMap<TreeEntry[], Map<string, TreeEntry>>()

  /** By a map where there are many: ten thousand scripts may lie in one folder, and each is asked for. */
  function entryNamed(entries: TreeEntry[], name: string): TreeEntry | undefined {
    if (entries.length < FEW) return entries.find((entry) => entry.name === name)
    let names = byName.get(entries)
    if (!names) byName.set(entries, (names = new Map(entries.map((entry) => [entry.name, entry]))))
    return names.get(name)
  }

  function entries(path: string): Promise<TreeEntry[]> {
    let known = folders.get(path)
    if (!known) {
      known = path === '' ? (tree ? reader.tree(tree) : Promise.resolve([])) : folderAt(path)
      folders.set(path, known)
    }
    return known
  }

  async function folderAt(path: string): Promise<TreeEntry[]> {
    const entry = await find(path)
    return entry?.mode === TREE ? reader.tree(entry.id) : []
  }

  async function find(path: string): Promise<TreeEntry | undefined> {
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    return entryNamed(await entries(path.slice(0, Math.max(0, slash))), name)
  }

  return {
    entries,
    find,
    async text(path) {
      const entry = await find(path)
      return isFile(entry) ? (await reader.blob(entry.id)).toString('utf8') : undefined
    },
    async texts(paths) {
      const found = await Promise.all(paths.map(async (path) => [path, await find(path)] as const))
      const files = found.flatMap(([path, entry]) => (isFile(entry) ? [[path, entry.id] as const] : []))
      const texts = await reader.texts([...new Set(files.map(([, id]) => id))])
      return new Map(files.map(([path, id]) => [path, texts.get(id)!]))
    },
  }
}

const isFile = (entry: TreeEntry | undefined): entry is TreeEntry => entry?.mode.startsWith('100') ?? false
