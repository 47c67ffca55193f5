import { randomUUID } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HOUR, type Clock } from '../base/index.ts'
import { listFiles, viewTree, type Repository } from '../git/index.ts'

export type Checkout = {
  /** Holds the script's folder as it is at the commit; for a single file, that file alone. */
  codeFolder: string
  /** Holds lib/ as it is at the commit; an empty folder where there is none. */
  libFolder: string
}

export type Checkouts = {
  open(commit: string, folder: string): Promise<Checkout | undefined>
  /** Deletes those that no revision in use needs and nobody opened within the hour; gives how many. */
  prune(revisionsInUse: () => AsyncIterable<string>): Promise<number>
}

// A checkout that was just opened may be that of a run which the list of those in use came too early for.
const KEPT_OPEN = HOUR
const BESIDE = '.'

/**
 * Puts a script's code on disk, once for each tree id: what is there never changes and serves every run of the same
 * revision. Written beside and renamed, so that half a checkout is never used.
 */
export function createCheckouts({
  repository,
  root,
  clock,
}: {
  repository: Repository
  root: string
  clock: Clock
}): Checkouts {
  const underway = new Map<string, Promise<string>>()
  const openedAt = new Map<string, number>()
  // Of what begins so: what is being made or taken away now. The rest was left by a server that was killed.
  const ours = new Set<string>()

  function besideOf(): string {
    const name = BESIDE + randomUUID()
    ours.add(name)
    return join(root, name)
  }

  async function takeAway(beside: string): Promise<void> {
    await rm(beside, { recursive: true, force: true })
    ours.delete(basename(beside))
  }

  function once(key: string, write: (folder: string) => Promise<void>): Promise<string> {
    const folder = join(root, key)
    openedAt.set(key, clock.now())
    if (existsSync(folder)) return Promise.resolve(folder)
    let making = underway.get(key)
    if (!making) {
      making = make(folder, write).finally(() => underway.delete(key))
      underway.set(key, making)
    }
    return making
  }

  async function make(folder: string, write: (folder: string) => Promise<void>): Promise<string> {
    const beside = besideOf()
    try {
      await mkdir(beside, { recursive: true, mode: 0o755 })
      await write(beside)
      await rename(beside, folder)
    } finally {
      await takeAway(beside)
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

    async prune(revisionsInUse) {
      const names = existsSync(root) ? await readdir(root) : []
      const inUse = new Set<string>()
      for await (const revision of revisionsInUse()) for (const id of revision.split('-')) inUse.add(id)
      let pruned = 0
      for (const name of names) {
        if (name.startsWith(BESIDE)) {
          if (!ours.has(name)) await takeAway(join(root, name))
          continue
        }
        // `<tree>`, `<blob>-<name of the file>`, or `none`.
        const isKept = name === 'none' || inUse.has(name.split('-', 1)[0]!) || underway.has(name)
        const recently = (openedAt.get(name) ?? -Infinity) >= clock.now() - KEPT_OPEN
        if (isKept || recently) continue
        // In one turn with the question, so that nobody is given it in between.
        const beside = besideOf()
        renameSync(join(root, name), beside)
        openedAt.delete(name)
        await takeAway(beside)
        pruned += 1
      }
      return pruned
    },
  }
}
