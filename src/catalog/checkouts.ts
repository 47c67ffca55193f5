import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { listFiles, viewTree, type Repository } from '../git/index.ts'

export type Checkout = {
  /** Holds the script's folder as it is at the commit; for a single file, that file alone. */
  codeFolder: string
  /** Holds lib/ as it is at the commit; an empty folder where there is none. */
  libFolder: string
}

export type Checkouts = { open(commit: string, folder: string): Promise<Checkout | undefined> }

/**
 * Puts a script's code on disk, once for each tree id: what is there never changes and serves every run of the same
 * revision. Written beside and renamed, so that half a checkout is never used.
 */
export function createCheckouts({ repository, root }: { repository: Repository; root: string }): Checkouts {
  const underway = new Map<string, Promise<string>>()

  function once(key: string, write: (folder: string) => Promise<void>): Promise<string> {
    const folder = join(root, key)
    if (existsSync(folder)) return Promise.resolve(folder)
    let making = underway.get(key)
    if (!making) {
      making = make(folder, write).finally(() => underway.delete(key))
      underway.set(key, making)
    }
    return making
  }

  async function make(folder: string, write: (folder: string) => Promise<void>): Promise<string> {
    const beside = join(root, `.${randomUUID()}`)
    try {
      await mkdir(beside, { recursive: true, mode: 0o755 })
      await write(beside)
      await rename(beside, folder)
    } finally {
      await rm(beside, { recursive: true, force: true })
    }
    return folder
  }

  async function writeTree(tree: string, folder: string): Promise<void> {
    for (const file of await listFiles(repository.objects, tree)) {
      // Links and submodules are refused at push; what an older history holds of them is left out.
      if (!file.mode.startsWith('100')) continue
      const path = join(folder, file.path)
      await mkdir(dirname(path), { recursive: true, mode: 0o755 })
      await writeFile(path, await repository.objects.blob(file.id), {
        mode: file.mode === '100755' ? 0o755 : 0o644,
      })
    }
  }

  return {
    async open(commit, folder) {
      const found = await repository.findCommit(commit)
      const view = viewTree(repository.objects, found?.tree)
      const [code, lib] = await Promise.all([view.find(folder), view.find('lib')])
      if (!code) return undefined
      const codeFolder =
        code.mode === '040000'
          ? await once(code.id, (to) => writeTree(code.id, to))
          : await once(`${code.id}-${basename(folder)}`, async (to) => {
              await writeFile(join(to, basename(folder)), await repository.objects.blob(code.id), {
                mode: 0o644,
              })
            })
      const libFolder =
        lib?.mode === '040000'
          ? await once(lib.id, (to) => writeTree(lib.id, to))
          : await once('none', () => Promise.resolve())
      return { codeFolder, libFolder }
    },
  }
}
