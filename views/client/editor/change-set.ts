/** A file as the editor has it: null stands for a file that is taken away. */
export type Text = string | null
export type FileState = { path: string; kind: 'same' | 'changed' | 'added' | 'removed' }
/** What is kept until it is committed. */
export type Draft = { base: string; files: Record<string, Text>; at: number }

export type ChangeSet = {
  /** Every file: those of the base in their order, then the new ones. */
  states(): FileState[]
  /** The text as it stands; undefined where it was not read yet. */
  textOf(path: string): Text | undefined
  learn(path: string, text: string): void
  write(path: string, text: string): void
  remove(path: string): void
  /** Back to how it is at the base. */
  restore(path: string): void
  rename(from: string, to: string): void
  /** Only what differs from the base: the change set of a commit. */
  edits(): Record<string, Text>
  isEmpty(): boolean
}

/** The edits of a script that has the files `paths`. Knows nothing of page or server. */
export function createChangeSet(paths: string[], draft: Record<string, Text> = {}): ChangeSet {
  const known = new Set(paths)
  const originals = new Map<string, string>()
  const edits = new Map<string, Text>(Object.entries(draft))

  const write = (path: string, text: string): void => {
    if (originals.get(path) === text) edits.delete(path)
    else edits.set(path, text)
  }
  const remove = (path: string): void => {
    if (known.has(path)) edits.set(path, null)
    else edits.delete(path)
  }
  const kindOf = (path: string): FileState['kind'] => {
    const edit = edits.get(path)
    if (edit === undefined) return 'same'
    if (edit === null) return 'removed'
    return known.has(path) ? 'changed' : 'added'
  }

  return {
    states: () => [...new Set([...paths, ...edits.keys()])].map((path) => ({ path, kind: kindOf(path) })),
    textOf: (path) => (edits.has(path) ? edits.get(path) : originals.get(path)),
    learn(path, text) {
      originals.set(path, text)
      if (edits.get(path) === text) edits.delete(path)
    },
    write,
    remove,
    restore: (path) => void edits.delete(path),
    rename(from, to) {
      const text = edits.get(from) ?? originals.get(from)
      if (text === undefined || from === to) return
      remove(from)
      write(to, text)
    },
    edits: () => Object.fromEntries(edits),
    isEmpty: () => edits.size === 0,
  }
}

/** The subject of a commit that nobody named otherwise, as the server would write it. */
export function subjectOf(slug: string, edits: Record<string, Text>): string {
  const paths = Object.keys(edits)
  return `Edit ${slug}: ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' …' : ''}`
}
