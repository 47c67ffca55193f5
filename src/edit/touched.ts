import type { ObjectReader, TreeEntry } from '../git/index.ts'
import { isSlug, slugOf } from '../script/index.ts'

/** The scripts that a commit changed, by slug; `more`: there are others. `elsewhere`: it changed what is no script's. */
export type Touched = { scripts: string[]; more: boolean; elsewhere: boolean }

// A list names a few; a first commit may have ten thousand.
const MOST_NAMED = 12
const FOLDER = '040000'

type Entries = Map<string, TreeEntry>

/**
 * Compares two root trees (absent: an empty one) down to the folders that are scripts, in either of them. No file is
 * read, and nothing of what is equal. Only scripts of which `counts` is true are named.
 */
export async function touchedBetween(
  reader: ObjectReader,
  before: string | undefined,
  after: string,
  counts: (slug: string) => boolean = () => true,
): Promise<Touched> {
  const slugs: string[] = []

  async function entriesOf(id: string | undefined): Promise<Entries> {
    return new Map(id ? (await reader.tree(id)).map((entry) => [entry.name, entry]) : [])
  }

  async function walk(folder: string, old: Entries, now: Entries): Promise<void> {
    for (const name of differing(old, now)) {
      if (slugs.length > MOST_NAMED) return
      const [a, b] = [old.get(name), now.get(name)]
      if (isFile(a) || isFile(b)) add(`${folder}/${name}`, /\.py$/.test(name))
      if (isFolder(a) || isFolder(b)) await enter(`${folder}/${name}`, a, b)
    }
  }

  async function enter(path: string, a: TreeEntry | undefined, b: TreeEntry | undefined): Promise<void> {
    const [old, now] = await Promise.all(
      [a, b].map((entry) => entriesOf(isFolder(entry) ? entry.id : undefined)),
    )
    if (isScript(old!) || isScript(now!)) add(path, true)
    else await walk(path, old!, now!)
  }

  function add(path: string, isOne: boolean): void {
    const slug = slugOf(path)
    if (isOne && isSlug(slug) && counts(slug) && !slugs.includes(slug)) slugs.push(slug)
  }

  const [old, now] = await Promise.all([entriesOf(before), entriesOf(after)])
  const [a, b] = [old.get('scripts'), now.get('scripts')]
  if (a?.id !== b?.id) await enter('scripts', a, b)
  return {
    scripts: slugs.slice(0, MOST_NAMED),
    more: slugs.length > MOST_NAMED,
    elsewhere: differing(old, now).some((name) => name !== 'scripts'),
  }
}

const differing = (old: Entries, now: Entries): string[] =>
  [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .filter((name) => old.get(name)?.id !== now.get(name)?.id)

const isFolder = (entry: TreeEntry | undefined): entry is TreeEntry => entry?.mode === FOLDER
const isFile = (entry: TreeEntry | undefined): boolean => entry?.mode.startsWith('100') === true
const isScript = (entries: Entries): boolean =>
  isFile(entries.get('main.py')) || isFile(entries.get('script.yaml'))
