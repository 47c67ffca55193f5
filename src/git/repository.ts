import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import fs from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import isomorphic from 'isomorphic-git'
import { isFirstParent, readLog, type LogRequest } from './history.ts'
import { diffFiles, type TreeDiff } from './diff.ts'
import { openObjects, type Commit, type ObjectReader } from './objects.ts'
import { git, runGit } from './spawn.ts'
import { moveRef, writeCommit, type NewCommit } from './write.ts'

export const MAIN = 'refs/heads/main'
/** Holds the first commit, made from repo-template; while main is there, an unrelated history may replace it. */
export const TEMPLATE = 'refs/sxs/template'

/** Configuration of the bare repository: durable refs, safe objects, and our own maintenance. */
const CONFIGURATION: [string, string][] = [
  // A push looks at nothing but this repository's own refs, so git need not start a process to list an alternate's.
  ['core.alternateRefsCommand', 'true'],
  ['core.fsync', 'all'],
  ['core.logAllRefUpdates', 'always'],
  // A slow push holds main's lock for a moment; an edit beside it waits instead of failing.
  ['core.filesRefLockTimeout', '10000'],
  ['gc.auto', '0'],
  ['http.receivepack', 'true'],
  ['receive.autogc', 'false'],
  ['receive.fsckObjects', 'true'],
  // Old histories carry these; they harm nobody.
  ['receive.fsck.zeroPaddedFilemode', 'warn'],
  ['receive.fsck.missingSpaceBeforeDate', 'warn'],
  ['receive.fsck.badTimezone', 'warn'],
  ['transfer.hideRefs', 'refs/sxs'],
  ['uploadpack.allowFilter', 'true'],
]

/** The one repository which is the source of truth. */
export type Repository = {
  gitDir: string
  objects: ObjectReader
  /** Where a ref points, read from the files without a process; undefined where it does not exist. */
  resolve(ref: string): Promise<string | undefined>
  head(): Promise<string | undefined>
  branches(): Promise<string[]>
  /** A commit whose id is given in full or by at least 7 digits, undefined where there is none. */
  findCommit(id: string): Promise<Commit | undefined>
  /** Commits back along first parents. */
  log(request: LogRequest): Promise<Commit[]>
  /** What changed from one tree to another (absent: an empty one); `paths` narrows it down. */
  diff(before: string | undefined, after: string, paths?: string[]): Promise<TreeDiff>
  isAncestor(ancestor: string, id: string, env?: Record<string, string>): Promise<boolean>
  /** Whether the commit is one of those that `id` comes from by first parents, or itself. */
  isFirstParent(commit: string, id: string): Promise<boolean>
  writeCommit(commit: NewCommit): Promise<string>
  moveRef(
    ref: string,
    after: string | undefined,
    before: string | undefined,
    reason: string,
  ): Promise<boolean>
  /** When main began to point at `commit` (the last time it did), by the reflog; milliseconds. */
  inForceSince(commit: string): Promise<number | undefined>
  close(): void
}

/**
 * Opens the bare repository at `gitDir`, made if it is absent. What a killed git left (locks, quarantines) is swept,
 * so call it only while no other git is at work there.
 */
export async function openRepository(gitDir: string, hook: string): Promise<Repository> {
  if (!existsSync(join(gitDir, 'HEAD')))
    await git(gitDir, ['init', '--quiet', '--bare', '--initial-branch=main', gitDir])
  sweep(gitDir)
  await configure(gitDir)
  for (const name of ['pre-receive', 'post-receive'])
    writeFileSync(join(gitDir, 'hooks', name), hook, { mode: 0o755 })
  return repositoryAt(gitDir)
}

/** The repository without the sweep, for reading beside a running server. */
export function repositoryAt(gitDir: string): Repository {
  const objects = openObjects(gitDir)

  async function resolve(ref: string): Promise<string | undefined> {
    return isomorphic.resolveRef({ fs, gitdir: gitDir, ref }).catch(() => undefined)
  }

  return {
    gitDir,
    objects,
    resolve,
    head: () => resolve(MAIN),
    branches: () => isomorphic.listBranches({ fs, gitdir: gitDir }),
    async findCommit(id) {
      if (!/^[0-9a-f]{7,40}$/.test(id)) return undefined
      const found = await objects.info(`${id}^{commit}`)
      return found?.type === 'commit' ? objects.commit(found.id) : undefined
    },
    log: (request) => readLog(gitDir, objects, request),
    diff: (...trees) => diffFiles(gitDir, ...trees),
    async isAncestor(ancestor, id, env) {
      if (ancestor === id) return true
      return (await runGit(gitDir, ['merge-base', '--is-ancestor', ancestor, id], { env })).code === 0
    },
    isFirstParent: (commit, id) => isFirstParent(gitDir, commit, id),
    writeCommit: (commit) => writeCommit(gitDir, commit),
    moveRef: (...move) => moveRef(gitDir, ...move),
    inForceSince: (commit) => readReflog(join(gitDir, 'logs', MAIN), commit),
    close: () => objects.close(),
  }
}

async function configure(gitDir: string): Promise<void> {
  const file = join(gitDir, 'config')
  const lines = new Map<string, string[]>()
  for (const [key, value] of CONFIGURATION) {
    const cut = key.lastIndexOf('.')
    const [section, subsection] = key.slice(0, cut).split('.', 2)
    const title = subsection ? `[${section} "${subsection}"]` : `[${section}]`
    lines.set(title, [...(lines.get(title) ?? []), `\t${key.slice(cut + 1)} = ${value}`])
  }
  const base = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n'
  const text = base + [...lines].map(([title, body]) => `${title}\n${body.join('\n')}\n`).join('')
  if (!existsSync(file) || fs.readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
  await git(gitDir, ['rev-parse', '--git-dir'])
}

/** Takes away lock files and half-received objects; measured, a killed push leaves them and blocks every later one. */
function sweep(gitDir: string): void {
  for (const path of readdirSync(gitDir, { recursive: true, encoding: 'utf8' })) {
    const stale = path.startsWith('objects')
      ? /^objects\/(tmp_objdir-incoming-|incoming-)[^/]*$|\/tmp_(obj|pack|idx|rev)_[^/]*$|^objects\/info\/commit-graphs?.*\.lock$/
      : /\.lock$/
    if (stale.test(path)) rmSync(join(gitDir, path), { recursive: true, force: true })
  }
}

/** The time of the last reflog line that moved to `commit`; lines are `<old> <new> <who> <seconds> <zone>\t<reason>`. */
async function readReflog(path: string, commit: string): Promise<number | undefined> {
  const file = await open(path).catch(() => undefined)
  if (!file) return undefined
  try {
    // The end is read first: what is asked for is nearly always the last move.
    let end = (await file.stat()).size
    let text = ''
    while (end > 0) {
      const start = Math.max(0, end - 65536)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
      text = buffer.toString('utf8', 0, bytesRead) + text
      const lines = text.split('\n')
      const found = lines.findLast((line) => line.startsWith(`${commit} `, 41))
      const seconds = found && /> (\d+) [+-]\d{4}\t?/.exec(found)?.[1]
      if (seconds) return Number(seconds) * 1000
      end = start
    }
    return undefined
  } finally {
    await file.close()
  }
}
