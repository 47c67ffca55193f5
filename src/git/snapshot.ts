import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { repositoryAt, type Repository } from './repository.ts'
import { git } from './spawn.ts'

/** A folder as one commit of a repository that is thrown away. */
export type Snapshot = { repository: Repository; commit: string; discard(): void }

/** Takes what a push of the folder would hold: the paths below it, without what its .gitignore leaves out. */
export async function openSnapshot(folder: string, paths: string[]): Promise<Snapshot> {
  const gitDir = mkdtempSync(join(tmpdir(), 'sxs-snapshot-'))
  const repository = repositoryAt(gitDir)
  const discard = () => {
    repository.close()
    rmSync(gitDir, { recursive: true, force: true })
  }
  try {
    await git(gitDir, ['init', '--quiet', '--bare', '--initial-branch=main', gitDir])
    const there = paths.filter((path) => existsSync(join(folder, path)))
    if (there.length > 0)
      await git(
        gitDir,
        [`--work-tree=${resolve(folder)}`, '-c', 'core.bare=false', 'add', '--all', '--', ...there],
        {
          env: { GIT_LITERAL_PATHSPECS: '1' },
          cwd: resolve(folder),
        },
      )
    const tree = (await git(gitDir, ['write-tree'])).toString().trim()
    const who = { NAME: 'sxs', EMAIL: 'sxs@localhost' }
    const env = Object.fromEntries(
      Object.entries(who).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    )
    const commit = (await git(gitDir, ['commit-tree', tree, '-m', 'Snapshot'], { env })).toString().trim()
    return { repository, commit, discard }
  } catch (error) {
    discard()
    throw error
  }
}
