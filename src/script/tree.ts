import { formatSize } from '../base/index.ts'
import type { Problem } from '../base/index.ts'
import type { TreeFile } from './place.ts'

export const MOST_FILES = 500
export const LARGEST_FILE = 2 ** 20

const SYMLINK = '120000'
const SUBMODULE = '160000'
// What Linux takes for one name and for a whole path, less some room for the folders it is checked out to.
const LONGEST_NAME = 255
const LONGEST_PATH = 1024

/** What is wrong with the files below `scripts/` and `lib/`, whatever script they belong to. */
export function treeProblems(files: TreeFile[]): Problem[] {
  const odd = files.filter(
    ({ path, mode, size }) => size > LARGEST_FILE || !/^100/.test(mode) || !path.includes('/'),
  )
  const badNames = files.filter(({ path }) => !isPlain(path))
  return [...odd.flatMap(fileProblem), ...nameProblems(badNames), ...caseTwins(files)]
}

function fileProblem({ path, mode, size }: TreeFile): Problem[] {
  if (path === 'scripts' || path === 'lib')
    return [{ path, message: `${path} must be a folder`, remedy: 'remove or rename it' }]
  if (mode === SYMLINK)
    return [{ path, message: 'symbolic links are not allowed', remedy: 'commit the file itself' }]
  if (mode === SUBMODULE)
    return [{ path, message: 'submodules are not allowed', remedy: 'commit its files themselves' }]
  if (size <= LARGEST_FILE) return []
  const message = `the file has ${(size / LARGEST_FILE).toFixed(1)} MiB, and at most ${formatSize(LARGEST_FILE)} is allowed`
  return [{ path, message, remedy: 'keep data elsewhere, such as in $SXS_STATE_DIR' }]
}

// A path of at most so many plain characters has no wrong name in it; nearly every path is of this kind.
const PLAIN_BELOW = 200
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_./ -]*$/

/** Each name that cannot stay, once, however many files lie below it. */
function nameProblems(files: TreeFile[]): Problem[] {
  const seen = new Set<string>()
  return files.flatMap(({ path }) => {
    const parts = path.split('/')
    const found = parts.findIndex((part) => wrongName(part))
    const fault = found >= 0 ? wrongName(parts[found]!) : longPath(path)
    const place = found >= 0 ? parts.slice(0, found + 1).join('/') : path
    if (!fault || seen.has(place)) return []
    seen.add(place)
    return [{ path: place, message: fault[0], remedy: fault[1] }]
  })
}

function isPlain(path: string): boolean {
  return (
    path.length < PLAIN_BELOW &&
    !path.includes('/.') &&
    !path.includes('/-') &&
    !path.includes('//') &&
    PLAIN.test(path)
  )
}

function longPath(path: string): [message: string, remedy: string] | undefined {
  if (path.length <= LONGEST_PATH) return undefined
  return [`the path is longer than ${LONGEST_PATH} characters`, 'use shorter or fewer folders']
}

// Line and paragraph separators and the marks that reverse the direction of text hide what a name is.
const HIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu

function wrongName(part: string): [message: string, remedy: string] | undefined {
  const rename = 'rename it'
  if (part.includes('\ufffd')) return ['the name is not valid UTF-8', rename]
  if (HIDDEN.test(part)) return ['the name holds control characters', rename]
  if (part.includes('\\')) return ['the name holds a backslash', rename]
  if (part.startsWith('-')) return ["the name begins with '-', so that it reads like an option", rename]
  if (part === '' || part === '.' || part === '..')
    return ['the name is not one that git can check out', rename]
  // What git refuses itself when it checks out: short names of Windows, and characters that a Mac's disk leaves out.
  if (/^git~\d+$/i.test(part) || /^\.git/i.test(part.replace(IGNORABLE, '')) !== /^\.git/i.test(part))
    return ['the name is one that git calls unsafe', rename]
  if (/^\.git/i.test(part) && part !== '.gitignore' && part !== '.gitkeep')
    return ["of names that begin with '.git' only .gitignore and .gitkeep are allowed", 'remove or rename it']
  if (Buffer.byteLength(part) > LONGEST_NAME)
    return [`the name is longer than ${LONGEST_NAME} bytes`, 'shorten it']
  return undefined
}

/** Names in one folder that differ in case alone, and so cannot be checked out everywhere. */
function caseTwins(files: TreeFile[]): Problem[] {
  const problems: Problem[] = []
  const names = new Map<string, string>()
  const seenFolders = new Set<string>()
  const add = (path: string) => {
    const slash = path.lastIndexOf('/') + 1
    const key = path.slice(0, slash) + folded(path.slice(slash))
    const twin = names.get(key)
    if (twin === undefined) names.set(key, path)
    else if (twin !== path)
      problems.push({ path, message: twinText(path, twin), remedy: 'rename one of them' })
  }
  const addFolder = (folder: string) => {
    if (seenFolders.has(folder)) return
    seenFolders.add(folder)
    const slash = folder.lastIndexOf('/')
    if (slash > 0) addFolder(folder.slice(0, slash))
    add(folder)
  }
  for (const { path } of files) {
    const slash = path.lastIndexOf('/')
    if (slash > 0) addFolder(path.slice(0, slash))
    add(path)
  }
  return problems
}

const ASCII = /^[ -~]*$/

function twinText(path: string, twin: string): string {
  const what = path.toLowerCase() === twin.toLowerCase() ? 'case' : 'the composition of its letters'
  return `it differs from ${twin} in ${what} alone`
}

function folded(name: string): string {
  return (ASCII.test(name) ? name : name.normalize('NFC')).toLowerCase()
}
