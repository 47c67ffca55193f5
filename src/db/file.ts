import { chmodSync, closeSync, openSync, statSync } from 'node:fs'

/** The path as the client takes it; as it is, `a%20b` would be the folder `a b`, and `a?b` none at all. */
export const urlOf = (path: string): string => `file:${path.split('/').map(encodeURIComponent).join('/')}`

/**
 * Makes the file, where it is absent, so that nobody but the server reads it. SQLite gives its -wal and -shm the same
 * mode; those of an earlier version are closed as well.
 */
export function makePrivate(path: string): void {
  try {
    // Never opens what is there: closing it would let go of the locks that this process has on it.
    closeSync(openSync(path, 'ax', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found && (found.mode & 0o077) !== 0) chmodSync(file, 0o600)
  }
}
