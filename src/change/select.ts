import { listFiles, type FileChange, type FileEntry, type ObjectReader, type TreeView } from '../git/index.ts'

const FOLDER = '040000'
const ENTRIES = ['main.py', 'script.yaml']

/** Whether something that every script reads has changed. */
export const touchesAll = (changes: FileChange[]): boolean =>
  changes.some(({ path }) => path === 'sxs.yaml' || path === 'scripts/requirements.txt')

/** The files of one tree that bear on a change of it: those of the scripts it touches, and what their names may clash with. */
export type Selection = { of(view: TreeView): Promise<FileEntry[]> }

/**
 * Selects the files that decide what the changes mean, the same in both trees: a folder that is a script in either is
 * taken whole, and of what lies beside it only names that could be taken for a changed one. So a push costs what it
 * changes, however many scripts there are.
 */
export function selectFiles(reader: ObjectReader, views: TreeView[], changes: FileChange[]): Selection {
  const isScript = async (folder: string) => {
    const found = views.map(async (view) => (await view.entries(folder)).some(isEntry))
    return folder !== 'scripts' && (await Promise.all(found)).includes(true)
  }

  async function within(view: TreeView, folder: string, rests: string[]): Promise<FileEntry[]> {
    // A folder's requirements are those of all scripts below it.
    const whole = rests.includes('requirements.txt') || (await isScript(folder))
    const names = new Set(rests.map((rest) => nameOf(firstOf(rest))))
    const chosen = (await view.entries(folder)).filter(({ name }) => whole || names.has(nameOf(name)))
    const lists = chosen.map(async ({ mode, name, id }) => {
      const path = `${folder}/${name}`
      if (mode !== FOLDER) return [{ path, mode, id }]
      const below = rests.flatMap((rest) =>
        rest.startsWith(`${name}/`) ? [rest.slice(name.length + 1)] : [],
      )
      // What only looks like a changed name (in another case, or the folder beside a file) is a clash: all of it shows.
      return whole || below.length === 0 ? listFiles(reader, id, `${path}/`) : within(view, path, below)
    })
    return (await Promise.all(lists)).flat()
  }

  const rests = changes.flatMap(({ path }) =>
    path.startsWith('scripts/') ? [path.slice('scripts/'.length)] : [],
  )
  const folders = [
    ...(touchesAll(changes) ? ['scripts'] : []),
    ...(changes.some(({ path }) => path.startsWith('lib/')) ? ['lib'] : []),
  ]
  return {
    async of(view) {
      const wholes = folders.map(async (name) => {
        const entry = await view.find(name)
        return entry?.mode === FOLDER ? listFiles(reader, entry.id, `${name}/`) : []
      })
      const scripts = touchesAll(changes) ? [] : [within(view, 'scripts', rests)]
      return (await Promise.all([...wholes, ...scripts])).flat()
    },
  }
}

const isEntry = ({ mode, name }: { mode: string; name: string }) => mode !== FOLDER && ENTRIES.includes(name)

const firstOf = (path: string) => path.split('/', 1)[0]!

/** `a.py` and the folder `a` would be the same script, so they are looked at together; so are names that differ in case. */
const nameOf = (entry: string) => entry.replace(/\.py$/, '').normalize('NFC').toLowerCase()
