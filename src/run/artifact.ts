import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
} from 'node:fs'
import { join } from 'node:path'

const MOST_ARTIFACTS = 1000
const DEEPEST = 32
// In UTF-16; so many are a name for any file system.
const LONGEST_HIDDEN = 80

/** A file that a run left to keep; `name` is its path below the run's folder, with slashes. */
export type Artifact = { name: string; bytes: number }

/**
 * The regular files below the folder, by name; links are neither listed nor followed. `dropped` counts what is too many.
 * With `mask`, files whose names it changes are renamed.
 */
export function listArtifacts(
  folder: string,
  mask: (name: string) => string = (name) => name,
): { artifacts: Artifact[]; dropped: number } {
  const artifacts: Artifact[] = []
  let dropped = 0
  const walk = (below: string, depth: number) => {
    for (const entry of readFolder(join(folder, below))) {
      const name = below ? `${below}/${entry.name}` : entry.name
      // A name that is no UTF-8 cannot be asked for again.
      if (entry.name.includes('\ufffd')) dropped += 1
      else if (entry.isDirectory() && depth < DEEPEST) walk(name, depth + 1)
      else if (!entry.isFile()) continue
      else {
        const bytes = artifacts.length < MOST_ARTIFACTS ? sizeOf(join(folder, name)) : undefined
        const shown = bytes === undefined ? undefined : hideName(folder, name, mask(name))
        if (bytes === undefined || shown === undefined) dropped += 1
        else artifacts.push({ name: shown, bytes })
      }
    }
  }
  walk('', 0)
  return { artifacts: artifacts.sort((a, b) => (a.name < b.name ? -1 : 1)), dropped }
}

/** Lies in the folder itself then, which is no link, whatever the script has made of those below it. */
function hideName(folder: string, name: string, masked: string): string | undefined {
  if (masked === name) return name
  const flat = masked.replaceAll('/', '-').slice(-LONGEST_HIDDEN)
  for (let count = 1; ; count += 1) {
    const hidden = count === 1 ? flat : `${count}-${flat}`
    if (lstatSync(join(folder, hidden), { throwIfNoEntry: false })) continue
    return unlessForbidden(() => {
      renameSync(join(folder, name), join(folder, hidden))
      return hidden
    })
  }
}

// A script may leave folders that nobody may read, or not look into.
const readFolder = (path: string) => unlessForbidden(() => readdirSync(path, { withFileTypes: true })) ?? []
const sizeOf = (path: string) => unlessForbidden(() => lstatSync(path).size)

function unlessForbidden<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined
    throw error
  }
}

/** Removes the folder if nothing is in it. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY') throw error
  }
}

/**
 * The path of an artifact to read, once it is certain that it is a regular file inside the folder and no link leads
 * there; undefined otherwise.
 */
export function findArtifact(folder: string, name: string): { path: string; bytes: number } | undefined {
  const path = join(folder, name)
  try {
    // The name is a path without links exactly when resolving it changes nothing.
    if (realpathSync(path) !== join(realpathSync(folder), name)) return undefined
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const found = fstatSync(fd)
      return found.isFile() ? { path, bytes: found.size } : undefined
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (
      ['ERR_INVALID_ARG_VALUE', 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EACCES', 'ENXIO'].includes(
        code ?? '',
      )
    )
      return undefined
    throw error
  }
}
