import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives the work a folder of its own in place of the data folder, which a running server may be using; gone at the end. */
export async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sxs-look-'))
  try {
    // As the data folder is: what runs under another uid passes through it.
    chmodSync(folder, 0o711)
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
