import { finish } from './measure.ts'

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
/** Folders have no more scripts than people keep in one. */
const TO_A_FOLDER = 100

export const git = (...args: string[]): Promise<string> => finish('git', args, { env: GIT_ENV })

/** The folder of the numbered script: `scripts/team-03/report-0312`. */
export function folderOf(number: number): string {
  const team = String(Math.floor(number / TO_A_FOLDER)).padStart(2, '0')
  return `scripts/team-${team}/report-${String(number).padStart(4, '0')}`
}

/** A bare repository with so many scripts on main in one commit, each with manifest and README, no two alike. */
export async function makeRepository(gitDir: string, scripts: number): Promise<void> {
  await makeRepositoryOf(gitDir, filesOf(scripts))
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

function* filesOf(scripts: number): Generator<[string, string]> {
  for (let number = 0; number < scripts; number += 1) {
    const folder = folderOf(number)
    yield [`${folder}/main.py`, codeOf(number)]
    yield [`${folder}/script.yaml`, manifestOf(number)]
    yield [`${folder}/README.md`, `# Report ${number}\n\nCounts what came in, and prints the sum.\n`]
  }
}

const codeOf = (number: number) => `"""Report ${number}."""


def main(data):
    data['runs'] = data.get('runs', 0) + 1
    print('report ${number}, run', data['runs'])
`

// Due once a year, in a month that the benchmark does not meet: nothing runs while something is measured.
const manifestOf = (number: number) => `description: Counts what came in for report ${number}
schedule:
  cron: '${number % 60} ${number % 24} ${1 + (number % 28)} ${farMonth()} *'
  timezone: Europe/Rome
`

const farMonth = () => ((new Date().getMonth() + 6) % 12) + 1
