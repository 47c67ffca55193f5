import type { Problem } from '../base/index.ts'
import { isSlug, isSlugPart, slugOf, slugPartLike } from './slug.ts'
import { MOST_FILES, treeProblems } from './tree.ts'

/** A file of a commit's tree; `path` is the one in the repository, `scripts/hello/main.py`. */
export type TreeFile = { path: string; mode: string; id: string; size: number }

/** Where a script is: `folder` is `scripts/hello`, or `scripts/hello.py` when it is a single file. */
export type ScriptPlace = { slug: string; folder: string; single: boolean; files: TreeFile[] }

/**
 * The scripts among the files below `scripts/` and `lib/`, by slug, and what is wrong with those trees.
 * A path that is not UTF-8 comes with U+FFFD in it. Places with a wrong slug are not given, and each slug is given once.
 */
export function findScripts(files: TreeFile[]): { places: ScriptPlace[]; problems: Problem[] } {
  const problems = treeProblems(files)
  const entries = entryFolders(files)
  const places = new Map<string, ScriptPlace>()
  const homes = new Map<string, string | undefined>()
  for (const file of files) {
    if (!file.path.startsWith('scripts/')) continue
    const parent = file.path.slice(0, file.path.lastIndexOf('/'))
    if (!homes.has(parent)) homes.set(parent, homeOf(parent, entries))
    const home = homes.get(parent)
    if (home !== undefined) addFile(places, home, false, file)
    else if (isCode(file.path)) addFile(places, file.path, true, file)
    else if (/\/(script\.yaml|trigger\.py)$/.test(file.path)) problems.push(lonely(file.path))
  }
  const found = [...places.values()]
  problems.push(...found.flatMap(countProblem), ...found.flatMap(slugProblem), ...twinProblems(found))
  const valid = new Map(found.filter(({ slug }) => isSlug(slug)).map((place) => [place.slug, place]))
  return {
    places: [...valid.values()].sort((a, b) => (a.slug < b.slug ? -1 : a.slug > b.slug ? 1 : 0)),
    problems: problems.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
  }
}

/** The folders that an entry file or a manifest makes a script, were there none above them. */
function entryFolders(files: TreeFile[]): Set<string> {
  const folders = new Set<string>()
  for (const { path } of files)
    if (path.endsWith('/main.py') || path.endsWith('/script.yaml'))
      folders.add(path.slice(0, path.lastIndexOf('/')))
  // A script has a name, which `scripts/` itself has not.
  folders.delete('scripts')
  return folders
}

/** The outermost of the folder and those above it that is a script. */
function homeOf(folder: string, entries: Set<string>): string | undefined {
  for (let end = folder.indexOf('/', 'scripts/'.length); end >= 0; end = folder.indexOf('/', end + 1))
    if (entries.has(folder.slice(0, end))) return folder.slice(0, end)
  return entries.has(folder) ? folder : undefined
}

function isCode(path: string): boolean {
  return path.endsWith('.py') && !path.endsWith('/trigger.py')
}

function addFile(places: Map<string, ScriptPlace>, folder: string, single: boolean, file: TreeFile): void {
  const place = places.get(folder)
  if (place) place.files.push(file)
  else places.set(folder, { slug: slugWithin(folder), folder, single, files: [file] })
}

// A dot inside a part would make two different paths one slug.
function slugWithin(folder: string): string {
  const parts = folder.replace(/\.py$/, '').split('/').slice(1)
  return parts.some((part) => part.includes('.')) ? '' : slugOf(folder)
}

function lonely(path: string): Problem {
  return path.endsWith('.py')
    ? { path, message: 'a gate without a script', remedy: 'add a main.py beside it, or give it another name' }
    : { path, message: 'a manifest without a script', remedy: 'move it into the folder of its script' }
}

function countProblem({ folder, files }: ScriptPlace): Problem[] {
  if (files.length <= MOST_FILES) return []
  const message = `the script has ${files.length} files, and at most ${MOST_FILES} are allowed`
  return [{ path: folder, message, remedy: 'keep data elsewhere, such as in $SXS_STATE_DIR' }]
}

function slugProblem({ slug, folder, single }: ScriptPlace): Problem[] {
  if (isSlug(slug)) return []
  const parts = (single ? folder.slice(0, -'.py'.length) : folder).split('/').slice(1)
  const bad = parts.filter((part) => !isSlugPart(part))
  if (bad.length === 0)
    return [
      { path: folder, message: `the slug '${slug}' is too long`, remedy: 'use shorter or fewer folders' },
    ]
  const better = parts.map((part) => (isSlugPart(part) ? part : slugPartLike(part)))
  const rename = better.includes(undefined)
    ? 'rename it: a-z, 0-9, _ and -, beginning with a letter or digit, at most 63'
    : `rename it to scripts/${better.join('/')}${single ? '.py' : ''}`
  const remedy = single ? `${rename}, or move it to lib/ if it is no script` : rename
  return [{ path: folder, message: `'${bad.join("', '")}' cannot be part of a slug`, remedy }]
}

function twinProblems(places: ScriptPlace[]): Problem[] {
  const folders = new Map<string, string>()
  return places.flatMap(({ slug, folder }) => {
    const other = folders.get(slug)
    folders.set(slug, folder)
    if (other === undefined || !isSlug(slug)) return []
    const message = `the slug ${slug} is also that of ${other}`
    return [{ path: folder, message, remedy: 'rename or delete one of them' }]
  })
}
