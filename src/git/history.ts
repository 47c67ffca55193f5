import type { Commit, ObjectReader } from './objects.ts'
import { git } from './spawn.ts'
import { firstParents } from './walk.ts'

export type LogRequest = {
  /** The commit it begins with, by its full id. */
  from: string
  /** Whether `from` itself is left out: the log goes on after it. */
  after?: boolean
  /** Only commits that changed one of these; absent: all. */
  paths?: string[]
  limit: number
}

const FULL_ID = /^[0-9a-f]{40}$/

/** Commits back along first parents; a merge counts as the one change that it was to its first parent. */
export async function readLog(
  gitDir: string,
  reader: ObjectReader,
  { from, after = false, paths = [], limit }: LogRequest,
): Promise<Commit[]> {
  if (!FULL_ID.test(from)) throw new Error(`'${from}' is no full commit id`)
  if (paths.length === 0) return walkLog(reader, from, after ? 1 : 0, limit)
  const options = ['--first-parent', '--format=%H', `--max-count=${limit}`, ...(after ? ['--skip=1'] : [])]
  const output = await git(gitDir, ['log', ...options, '--end-of-options', from, '--', ...paths], {
    env: { GIT_LITERAL_PATHSPECS: '1' },
  })
  const ids = output.toString().split('\n').filter(Boolean)
  return Promise.all(ids.map((id) => reader.commit(id)))
}

/** Whether the commit is one of those that `id` comes from by first parents, or itself; both by their full ids. */
export async function isFirstParent(gitDir: string, commit: string, id: string): Promise<boolean> {
  if (commit === id) return true
  if (!FULL_ID.test(commit) || !FULL_ID.test(id)) return false
  // The line down to what the commit comes from, or is: it ends just above the commit where that is part of the line.
  const range = ['--first-parent', '--parents', '--end-of-options', id, `^${commit}`]
  const last = (await git(gitDir, ['rev-list', ...range])).toString().trimEnd().split('\n').at(-1)
  return last?.split(' ')[1] === commit
}

/** The log without a program, which takes longer to start than this takes. */
async function walkLog(reader: ObjectReader, from: string, skip: number, limit: number): Promise<Commit[]> {
  const commits: Commit[] = []
  if (limit === 0) return commits
  for await (const commit of firstParents(reader, from)) {
    if (skip-- > 0) continue
    commits.push(commit)
    if (commits.length >= limit) break
  }
  return commits
}
