import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inTurns, timed, type Comparison } from './measure.ts'
import { startPlainBackend } from './plain-backend.ts'
import { git, makeRepository } from './repository.ts'
import { folderOf } from './script-files.ts'
import { startServer } from './server.ts'

const SCRIPTS = 1000
const PAIRS = 30
const WARM_UP = 3

/**
 * Pushes of one changed file by the git program, as its user waits for them: to the server, with the check, the index,
 * the audit and the answer; in turns with pushes of the same changes to a plain http-backend without hooks, before a
 * repository with the same configuration.
 */
export async function comparePush(folder: string): Promise<Comparison> {
  const dataDir = join(folder, 'data')
  const [served, plain] = [join(dataDir, 'scripts.git'), join(folder, 'plain.git')]
  await makeRepository(served, SCRIPTS)
  await git('clone', '--quiet', '--bare', served, plain)
  const server = await startServer(dataDir)
  // Both keep what they are given equally safe, check it alike, and pack at other times than at a push.
  copyFileSync(join(served, 'config'), join(plain, 'config'))
  const backend = await startPlainBackend(plain)
  try {
    const key = await server.newKey()
    const ours = await cloneOf(`${server.url.replace('://', `://git:${key}@`)}/scripts.git`, folder, 'ours')
    const base = await cloneOf(backend.url, folder, 'base')
    for (let turn = 0; turn < WARM_UP; turn += 1)
      for (const push of [ours, base]) await push(SCRIPTS - 1 - turn)
    return await inTurns(PAIRS, ours, base)
  } finally {
    backend.close()
    await server.stop()
  }
}

/** What changes the numbered script in a new clone and pushes that; gives the milliseconds of the push alone. */
async function cloneOf(
  url: string,
  folder: string,
  name: string,
): Promise<(number: number) => Promise<number>> {
  const clone = join(folder, name)
  await git('clone', '--quiet', url, clone)
  return async (number) => {
    const path = join(folderOf(number), 'main.py')
    writeFileSync(join(clone, path), `def main(data):\n    print('changed', ${number})\n`)
    await git('-C', clone, 'commit', '--quiet', '--message', `Change ${number}`, path)
    return timed(() => git('-C', clone, 'push', '--quiet', 'origin', 'main'))
  }
}
