import { statfs } from 'node:fs/promises'

/** Of the file system that the folder is on: all there is, and what a program without privileges may still take. */
export async function diskSpace(folder: string): Promise<{ totalBytes: number; freeBytes: number }> {
  const { blocks, bavail, bsize } = await statfs(folder)
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
}
