import { AppError, notFound } from '../base/index.ts'
import { viewTree, type Repository, type TreeView } from '../git/index.ts'
import { folderOfSlug, isSlug } from '../script/index.ts'

/** Where a script stands in a tree: `scripts/a/b`, or `scripts/a/b.py` when it is a single file. */
export type Place = { path: string; single: boolean; id: string }

/** Where the script of this slug stands, if it does. */
export async function placeOf(view: TreeView, slug: string): Promise<Place | undefined> {
  // Below a script's folder everything is that script's.
  if (await scriptAbove(view, slug)) return undefined
  const path = folderOfSlug(slug)!
  const folder = await view.find(path)
  if (folder?.mode === '040000' && (await isScript(view, path))) return { path, single: false, id: folder.id }
  const file = await view.find(`${path}.py`)
  return file?.mode.startsWith('100') ? { path: `${path}.py`, single: true, id: file.id } : undefined
}

async function isScript(view: TreeView, folder: string): Promise<boolean> {
  return (await view.entries(folder)).some(({ name }) => name === 'main.py' || name === 'script.yaml')
}

/** The slug of the script in whose folder the slug's own would lie. */
export async function scriptAbove(view: TreeView, slug: string): Promise<string | undefined> {
  const parts = slug.split('.')
  for (let count = 1; count < parts.length; count += 1) {
    const above = parts.slice(0, count).join('.')
    if (await isScript(view, folderOfSlug(above)!)) return above
  }
  return undefined
}

/** The script at head; throws not_found. */
export async function findAtHead(
  repository: Repository,
  slug: string,
): Promise<{ head: string; view: TreeView; place: Place }> {
  const { head, view } = await viewHead(repository)
  return { head, view, place: await placeIn(view, slug) }
}

/** The script at head, or as it was at a commit, be it gone since; throws not_found. */
export async function findAt(
  repository: Repository,
  slug: string,
  id: string | undefined,
): Promise<{ commit: string; view: TreeView; place: Place }> {
  if (id === undefined) {
    const { head, ...found } = await findAtHead(repository, slug)
    return { commit: head, ...found }
  }
  const commit = await repository.findCommit(id)
  if (!commit) throw notFound(`commit ${id.slice(0, 40)}`)
  const view = viewTree(repository.objects, commit.tree)
  return { commit: commit.id, view, place: await placeIn(view, slug) }
}

async function placeIn(view: TreeView, slug: string): Promise<Place> {
  const place = isSlug(slug) ? await placeOf(view, slug) : undefined
  if (!place) throw notFound(`script ${slug}`)
  return place
}

/** Head and its tree. */
export async function viewHead(repository: Repository): Promise<{ head: string; view: TreeView }> {
  const head = await repository.head()
  if (!head) throw new AppError('unavailable', 'main does not exist; push to it first')
  return { head, view: viewTree(repository.objects, (await repository.objects.commit(head)).tree) }
}

/** The path in the repository; one that would leave the folder is refused. */
export function inFolder(place: Place, path: string): string {
  if (place.single) {
    if (path === nameOf(place.path)) return place.path
    throw invalid(path, 'a single-file script has one file', `name it ${nameOf(place.path)}`)
  }
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..') || path.includes('\0'))
    throw invalid(
      path,
      'the path leaves the folder of the script',
      'write it from the folder on, without .. or a first /',
    )
  return `${place.path}/${path}`
}

/** The last part of a path. */
export const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/** A mistake in what was given, as a problem. */
export function invalid(path: string, message: string, remedy: string): AppError {
  return new AppError('invalid', `${path}: ${message}; ${remedy}`, { problems: [{ path, message, remedy }] })
}
