import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MAIN, TEMPLATE, type Repository } from './repository.ts'

const AUTHOR = { name: 'ScriptExecuterServer', email: 'server@localhost' }

/** Gives a repository without a main its first commit, made of the files in `folder`. */
export async function ensureFirstCommit(repository: Repository, folder: string, now: number): Promise<void> {
  if (await repository.head()) return
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile() && !path.includes('__pycache__'))
      .sort()
      .map((path) => [path, readFileSync(join(folder, path))]),
  )
  const message =
    'Begin with two examples\n\nBoth are paused. Push a history of your own to replace this commit.'
  const commit = await repository.writeCommit({ author: AUTHOR, at: now, message, files })
  const before = await repository.resolve(TEMPLATE)
  await repository.moveRef(TEMPLATE, commit, before, 'first start')
  await repository.moveRef(MAIN, commit, undefined, 'first start')
}
