import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { finish, inTurns, timed, type Comparison } from './measure.ts'
import { GIT_ENV, makeRepository } from './repository.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Built as the server is: what runs TypeScript as it is makes every function slower. */
const INDEXER = join(ROOT, 'node_modules/.cache/bench/indexer.js')
/** What git needs to read the same: the list of all files, and their contents. */
const READ_ALL = `git ls-tree -r --format='%(objectname)' main | git cat-file --batch > /dev/null`

/** The first index of a repository of so many scripts, each time by a new process; in turns with git reading it all. */
export async function compareFirstIndex(folder: string, scripts: number, pairs: number): Promise<Comparison> {
  const gitDir = join(folder, `${scripts}.git`)
  await makeRepository(gitDir, scripts, { requirements: true })
  const env = { ...GIT_ENV, GIT_DIR: gitDir }
  const base = () => timed(() => finish('sh', ['-c', READ_ALL], { env }))
  const ours = async (turn: number) => {
    const index = join(folder, `${scripts}-${turn}.db`)
    const found = await indexOnce(gitDir, index)
    rmSync(index, { force: true })
    if (found.scripts !== scripts) throw new Error(`${found.scripts} of ${scripts} scripts were indexed`)
    return found.ms
  }
  await buildIndexer()
  await base()
  await ours(-1)
  return inTurns(pairs, ours, base)
}

async function indexOnce(gitDir: string, index: string): Promise<{ ms: number; scripts: number }> {
  const child = fork(INDEXER, [gitDir, index], { execArgv: [] })
  const [message] = (await once(child, 'message')) as [{ ms: number; scripts: number }]
  await once(child, 'exit')
  return message
}

async function buildIndexer(): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'indexer.ts')],
    outfile: INDEXER,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  })
}
