import { EMPTY_TREE, listFiles, viewTree, type Repository, type TreeView } from '../git/index.ts'
import { findScripts, folderOfSlug, readPlaces, type Defaults, type Script } from '../script/index.ts'

/** One script as it is at any commit; undefined where there is none, or it is not valid there. */
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

/** The id of the tree or file at the path; of an empty tree where there is none, as of the lib/ that most have not. */
export async function treeIdOf(view: TreeView, path: string): Promise<string> {
  return (await view.find(path))?.id ?? EMPTY_TREE
}
