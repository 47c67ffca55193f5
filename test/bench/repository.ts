import { finish } from './measure.ts'
import { filesOf } from './script-files.ts'

/** git's surroundings: nothing of the user's or the machine's own configuration. */
export const GIT_ENV: Record<string, string> = {
  PATH: process.env['PATH']!,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
}

const WHEN = 'Ada <ada@example.org> 1767225600 +0000'
export const git = (...args: string[]): Promise<string> => finish('git', args, { env: GIT_ENV })

/** A bare repository with so many scripts; `requirements` too, which a server would begin to install. */
export async function makeRepository(
  gitDir: string,
  scripts: number,
  { requirements = false } = {},
): Promise<void> {
  await makeRepositoryOf(gitDir, filesOf(scripts, requirements))
}

/** A bare repository with these files, `[path, text]`, on main in one commit and one pack, as a clone has it. */
export async function makeRepositoryOf(gitDir: string, files: Iterable<[string, string]>): Promise<void> {
  await git('init', '--quiet', '--bare', '--initial-branch=main', gitDir)
  const args = [`--git-dir=${gitDir}`, 'fast-import', '--quiet', '--date-format=raw']
  await finish('git', args, { env: GIT_ENV, input: streamOf(files) })
}

/** The stream of git-fast-import(1). */
function* streamOf(files: Iterable<[string, string]>): Generator<string> {
  yield `commit refs/heads/main\ncommitter ${WHEN}\ndata 6\nBegin\n\n`
  for (const [path, text] of files)
    yield `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`
}
