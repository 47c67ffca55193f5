import { join } from 'node:path'
import { certificatesIn, homeIn, readAnswer } from './folder.ts'
import { LOCK, REQUIREMENTS, type Installer } from './installer.ts'
import type { Job } from './job.ts'
import { lockFromCompiled } from './lock.ts'
import { sourceBindings, type Source } from './source.ts'
import { linesOf, shorten, type Explain } from './words.ts'

const COMPILED = 'compiled.txt'

/** Installs with uv. */
export function createUv(program: string, version: string, source: Source): Installer {
  const bindings = [{ from: program, to: program }, ...sourceBindings(source)]
  const run = (job: Job, ...what: string[]) =>
    job.run(
      {
        argv: [program, 'pip', ...what, '--only-binary', ':all:'],
        env: { ...homeIn(job.folder), ...uvEnv(source, job.folder) },
        bindings,
      },
      uvsWords,
    )

  return {
    name: `uv ${version}`,
    async resolve(job) {
      const answer = join(job.folder, COMPILED)
      const form = ['--generate-hashes', '--no-header', '--no-annotate', '--output-file', answer]
      await run(job, 'compile', join(job.folder, REQUIREMENTS), '--python', job.python.path, ...form)
      return lockFromCompiled(await readAnswer(answer))
    },
    async install(job) {
      const what = ['--require-hashes', '--no-deps', '--compile-bytecode', '-r', join(job.folder, LOCK)]
      await run(job, 'install', '--python', join(job.folder, 'bin/python'), ...what)
    },
  }
}

/** The version of uv that `uv --version` told, or undefined where it is older than the settings that we give. */
export function usableVersion(told: string): string | undefined {
  const [version, major, minor] = /(\d+)\.(\d+)\.\d+/.exec(told) ?? []
  return Number(major) > 0 || Number(minor) >= 5 ? version : undefined
}

/** All that uv wrote but its progress. */
export const uvsWords: Explain = (stdout, stderr) => {
  const progress =
    /^\s*(warning:|Using |Resolved |Prepared |Installed |Audited |Downloading |Downloaded |Building )/
  return shorten(linesOf(stderr || stdout).filter((line) => !progress.test(line)))
}

function uvEnv(source: Source, folder: string): Record<string, string> {
  const { index, extraIndexes, noIndex, findLinks, trustedHosts, certificates, env } = source
  return {
    ...env,
    UV_NO_CONFIG: '1',
    UV_NO_CACHE: '1',
    UV_NO_PROGRESS: '1',
    UV_LINK_MODE: 'copy',
    UV_PYTHON_DOWNLOADS: 'never',
    // As pip does: the best version of all indexes, not the first index that knows the name.
    UV_INDEX_STRATEGY: 'unsafe-best-match',
    ...(index ? { UV_DEFAULT_INDEX: index } : {}),
    ...(extraIndexes.length > 0 ? { UV_INDEX: extraIndexes.join(' ') } : {}),
    ...(noIndex ? { UV_NO_INDEX: '1' } : {}),
    ...(findLinks.length > 0 ? { UV_FIND_LINKS: findLinks.join(',') } : {}),
    ...(trustedHosts.length > 0 ? { UV_INSECURE_HOST: trustedHosts.join(' ') } : {}),
    ...(certificates === undefined ? {} : { SSL_CERT_FILE: certificatesIn(folder) }),
  }
}
