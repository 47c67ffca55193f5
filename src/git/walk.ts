import type { Commit, ObjectReader, TreeEntry } from './objects.ts'
import { git } from './spawn.ts'

export type FileEntry = { path: string; mode: string; id: string }
export type SizedEntry = FileEntry & { size: number }
export type FileChange = { path: string; before: FileEntry | undefined; after: FileEntry | undefined }

const TREE = '040000'

/** The entry at a path below a tree, or undefined. */
export async function findEntry(
  reader: ObjectReader,
  tree: string,
  path: string,
): Promise<TreeEntry | undefined> {
  let entry: TreeEntry | undefined = { mode: TREE, name: '', id: tree }
  for (const part of path.split('/')) {
    if (entry?.mode !== TREE) return undefined
    entry = (await reader.tree(entry.id)).find(({ name }) => name === part)
  }
  return entry
}

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

/** Every file below the paths at a commit, with sizes, by one `git ls-tree`: for the first index of a large repository. */
export async function listAll(gitDir: string, commit: string, paths: string[]): Promise<SizedEntry[]> {
  const output = await git(gitDir, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit, '--', ...paths])
  return output
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t')
      const [mode, , id, size] = line.slice(0, tab).split(/ +/)
      return { path: line.slice(tab + 1), mode: mode!, id: id!, size: Number(size) || 0 }
    })
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
      return entry?.mode.startsWith('100') ? (await reader.blob(entry.id)).toString('utf8') : undefined
    },
  }
}
