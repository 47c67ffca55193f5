import { createHash } from 'node:crypto'
import { EMPTY_TREE, readerOf, type GitObject, type ObjectReader, type TreeEntry } from './objects.ts'

export type Overlay = { objects: ObjectReader; commit: string }

const TREE = '040000'
const FILE = '100644'

/**
 * The repository as it would be with one more commit on top of `parent`, held in memory: what is only tried, as often
 * as somebody types, leaves nothing behind in the repository. Null takes a file away, or all that is below a folder.
 */
export async function overlay(
  reader: ObjectReader,
  parent: string,
  files: Map<string, Uint8Array | null>,
): Promise<Overlay> {
  const made = new Map<string, GitObject>()

  function keep(type: GitObject['type'], content: Buffer): string {
    const id = createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
    made.set(id, { id, type, content })
    return id
  }

  async function treeWith(id: string | undefined, edits: Map<string, Uint8Array | null>): Promise<string> {
    const entries = new Map(id ? (await reader.tree(id)).map((entry) => [entry.name, entry]) : [])
    for (const [name, inside] of byFirstPart(edits)) {
      const entry = await entryWith(name, entries.get(name), inside)
      if (entry) entries.set(name, entry)
      else entries.delete(name)
    }
    return keep('tree', treeContent([...entries.values()]))
  }

  async function entryWith(name: string, old: TreeEntry | undefined, edits: Map<string, Uint8Array | null>) {
    const own = edits.get('')
    const below = new Map([...edits].filter(([path]) => path !== ''))
    const rest = own === null ? undefined : old
    if (own) return { name, mode: FILE, id: keep('blob', Buffer.from(own)) }
    if (below.size === 0) return undefined
    const id = await treeWith(rest?.mode === TREE ? rest.id : undefined, below)
    // git knows no empty folders; what was a file stays one if nothing came to lie below it.
    if (id === EMPTY_TREE) return rest?.mode === TREE ? undefined : rest
    return { name, mode: TREE, id }
  }

  const tree = await treeWith((await reader.commit(parent)).tree, files)
  const who = 'nobody <nobody@localhost> 0 +0000'
  const text = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\n`
  const commit = keep('commit', Buffer.from(text))
  const objects = readerOf({
    find: async (spec) => made.get(spec) ?? reader.find(spec),
    async info(spec) {
      const own = made.get(spec)
      return own ? { id: own.id, type: own.type, size: own.content.length } : reader.info(spec)
    },
    close: () => undefined,
  })
  return { objects, commit }
}

/** `a/b` and `a/c` → `a`: `b` and `c`; the file itself is called ''. */
function byFirstPart(edits: Map<string, Uint8Array | null>): Map<string, Map<string, Uint8Array | null>> {
  const parts = new Map<string, Map<string, Uint8Array | null>>()
  for (const [path, content] of edits) {
    const slash = path.indexOf('/')
    const name = slash < 0 ? path : path.slice(0, slash)
    const inside = parts.get(name) ?? new Map<string, Uint8Array | null>()
    parts.set(name, inside.set(slash < 0 ? '' : path.slice(slash + 1), content))
  }
  return parts
}

/** git sorts a folder as if its name ended in a slash. */
function treeContent(entries: TreeEntry[]): Buffer {
  const key = ({ mode, name }: TreeEntry) => Buffer.from(mode === TREE ? `${name}/` : name)
  const sorted = entries.toSorted((a, b) => Buffer.compare(key(a), key(b)))
  return Buffer.concat(
    sorted.flatMap(({ mode, name, id }) => [
      Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
      Buffer.from(id, 'hex'),
    ]),
  )
}
