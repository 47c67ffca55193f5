import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binding, Python } from '../isolation/index.ts'
import { certificatesIn, homeIn, readAnswer } from './folder.ts'
import { LOCK, REQUIREMENTS, type Installer } from './installer.ts'
import type { Job } from './job.ts'
import { lockFromReport } from './lock.ts'
import { sourceBindings, type Source } from './source.ts'
import { lastLines, linesOf, shorten, type Explain } from './words.ts'

const REPORT = 'report.json'

/** Installs with pip, which lies in a folder of its own for each Python, so that environments hold none. */
export function createPip(source: Source, folderOf: (python: Python) => Promise<string>): Installer {
  async function run(job: Job, python: string | undefined, more: string[]) {
    const folder = await folderOf(job.python)
    const pip = [
      await runnerIn(folder),
      '--no-input',
      '--disable-pip-version-check',
      '--no-cache-dir',
      'install',
    ]
    const options = ['--only-binary', ':all:', '--progress-bar', 'off', '--no-warn-script-location']
    const argv = [python ?? join(folder, 'bin/python'), '-I', ...pip, ...options, ...more]
    const bindings: Binding[] = [{ from: folder, to: folder }, ...sourceBindings(source)]
    await job.run(
      { argv, env: { ...homeIn(job.folder), ...pipEnv(source, job.folder) }, bindings },
      pipsWords,
    )
  }

  return {
    name: 'pip',
    async resolve(job) {
      const report = join(job.folder, REPORT)
      const what = ['--report', report, '-r', join(job.folder, REQUIREMENTS)]
      await run(job, undefined, ['--dry-run', '--ignore-installed', ...what])
      return lockFromReport(await readAnswer(report))
    },
    install: (job) =>
      run(job, join(job.folder, 'bin/python'), [
        '--require-hashes',
        '--no-deps',
        '-r',
        join(job.folder, LOCK),
      ]),
  }
}

/** Fills the job's folder with a pip that can lock: this Python's own, or where that is older than 22.3, the index's. */
export async function makePip(job: Job, source: Source): Promise<void> {
  const venv = [job.python.path, '-I', '-m', 'venv', job.folder]
  await job.run({ argv: venv, env: homeIn(job.folder), bindings: [] }, lastLines)
  if (await findRunner(job.folder)) return
  const newer = [
    join(job.folder, 'bin/python'),
    '-I',
    '-m',
    'pip',
    '--no-cache-dir',
    'install',
    '--only-binary',
    ':all:',
    'pip>=22.3',
  ]
  const env = { ...homeIn(job.folder), ...pipEnv(source, job.folder) }
  const bindings = sourceBindings(source)
  await job.run({ argv: newer, env, bindings }, (stdout, stderr) => {
    return `this Python's own pip is older than 22.3, and a newer one cannot be had; install uv\n${pipsWords(stdout, stderr)}`
  })
}

/** From pip's first `ERROR:` on, with why it could not connect and what conflicts, which it does not call errors. */
export const pipsWords: Explain = (stdout, stderr) => {
  const lines = linesOf(stderr)
  const errors = lines.slice(lines.findIndex((line) => line.startsWith('ERROR:')))
  const connection = lines.findLast((line) => line.startsWith('WARNING: Retrying'))
  const conflict = /^The conflict is caused by:\n(?:.+\n)+/m.exec(stdout)?.[0] ?? ''
  if (!errors.some((line) => line.startsWith('ERROR:'))) return lastLines(stdout, stderr)
  const noise = /^(WARNING:|\[notice\]|ERROR: ResolutionImpossible)/
  return shorten([
    ...(connection ? [connection] : []),
    ...errors.filter((line) => !noise.test(line)),
    ...linesOf(conflict),
  ])
}

async function runnerIn(folder: string): Promise<string> {
  const runner = await findRunner(folder)
  if (!runner) throw new Error(`no pip in ${folder}`)
  return runner
}

// The file with which `pip --python` (22.3) starts pip under another interpreter; asked directly, it spares one start.
async function findRunner(folder: string): Promise<string | undefined> {
  for (const name of await readdir(join(folder, 'lib'))) {
    const pip = join(folder, 'lib', name, 'site-packages/pip')
    const names: string[] = await readdir(pip).catch(() => [])
    if (names.includes('__pip-runner__.py')) return join(pip, '__pip-runner__.py')
  }
  return undefined
}

function pipEnv(source: Source, folder: string): Record<string, string> {
  const { index, extraIndexes, noIndex, findLinks, trustedHosts, certificates, env } = source
  return {
    ...env,
    PIP_CONFIG_FILE: '/dev/null',
    ...(index ? { PIP_INDEX_URL: index } : {}),
    ...(extraIndexes.length > 0 ? { PIP_EXTRA_INDEX_URL: extraIndexes.join(' ') } : {}),
    ...(noIndex ? { PIP_NO_INDEX: '1' } : {}),
    ...(findLinks.length > 0 ? { PIP_FIND_LINKS: findLinks.join(' ') } : {}),
    ...(trustedHosts.length > 0 ? { PIP_TRUSTED_HOST: trustedHosts.join(' ') } : {}),
    ...(certificates === undefined ? {} : { PIP_CERT: certificatesIn(folder) }),
  }
}
