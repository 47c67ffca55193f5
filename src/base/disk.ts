import { existsSync, mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Of the file system that the folder is on: all there is, and what a program without privileges may still take. */
export async function diskSpace(folder: string): Promise<{ totalBytes: number; freeBytes: number }> {
  const { blocks, bavail, bsize } = await statfs(folder)
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
}

/**
 * Makes the folder and those above it, where they are not there. mkdirSync's own `recursive` never comes back where a
 * folder cannot be made for want of a reason, as below /proc.
 */
export function makeFolder(path: string, mode: number): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path), mode)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
