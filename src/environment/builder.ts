import { basename, join } from 'node:path'
import type { Log } from '../base/index.ts'
import type { Python } from '../isolation/index.ts'
import {
  CERTIFICATES,
  findReady,
  finishFolder,
  homeIn,
  makeFolder,
  removeFolder,
  type Marker,
} from './folder.ts'
import { findProgram, LOCK, makeVenv, REQUIREMENTS, type Installer } from './installer.ts'
import { BUILDER, JobFailure, openJob, type Job, type JobOptions } from './job.ts'
import { installerNameOf, lockRequestOf } from './key.ts'
import { EMPTY_LOCK, type Lock } from './lock.ts'
import { createPip, makePip } from './pip.ts'
import { shared } from './sharing.ts'
import { openSource, type Source } from './source.ts'
import { createUv, usableVersion } from './uv.ts'
import { lastLines } from './words.ts'

export type BuilderOptions = JobOptions & {
  folder: string
  /** Package index URLs; '' leaves it to the installer's own settings. */
  index: string
  /** What `pickInstallerEnv` gave. */
  installerEnv: Record<string, string>
  /** The server's PATH, where uv is looked for. */
  path: string
  log: Log
}

/** Resolves and builds in the sandbox. Both throw a JobFailure where the installer fails, and leave nothing behind. */
export type Builder = {
  resolve(lines: string[], python: Python): Promise<Lock>
  /** Makes the environment at the path, and gives its marker. */
  build(path: string, lock: Lock, python: Python): Promise<Marker>
  /** `uv 0.8.4` or `pip`; looked for with the help of one Python, and then kept. */
  installer(python: Python): Promise<Installer>
}

const SYNC = ['/bin/sh', '-c', 'sync -f . || sync']

export function createBuilder(options: BuilderOptions): Builder {
  const { folder, isolation, clock, log } = options
  const openedSource = shared(() => openSource(options.index, options.installerEnv))
  const foundInstaller = shared(async (python: Python): Promise<Installer> => {
    const source = await openedSource()
    return (await findUv(source, python)) ?? createPip(source, madePip)
  })
  const madePip = shared(async (python: Python): Promise<string> => {
    const path = join(folder, installerNameOf(python))
    if (await findReady(path)) return path
    await makeWhole(path, EMPTY_LOCK, python, async (job) => makePip(job, await openedSource()))
    return path
  }, installerNameOf)

  return {
    async resolve(lines, python) {
      const installer = await foundInstaller(python)
      const path = join(folder, `work-${lockRequestOf(lines, python).slice(0, 16)}`)
      const files = { [REQUIREMENTS]: lines.map((line) => `${line}\n`).join('') }
      return inFolder(path, files, python, (job) => installer.resolve(job)).finally(() => removeFolder(path))
    },
    build: (path, lock, python) =>
      makeWhole(path, lock, python, async (job) => {
        await makeVenv(job)
        if (lock.text !== '') await (await foundInstaller(python)).install(job)
      }),
    installer: foundInstaller,
  }

  /** Has a folder filled, then marks it as whole; removes it where that fails. */
  async function makeWhole(path: string, lock: Lock, python: Python, fill: (job: Job) => Promise<void>) {
    try {
      await inFolder(path, { [LOCK]: lock.text }, python, async (job) => {
        await fill(job)
        // On the disk before the marker is, or a power cut leaves a whole folder of empty files.
        await job.run({ argv: SYNC, env: {}, bindings: [] }, lastLines)
      })
      const about = { key: basename(path), python: python.version, lock: lock.id, builtAt: clock.now() }
      return { ...about, bytes: await finishFolder(path, about) }
    } catch (error) {
      await removeFolder(path)
      throw error
    }
  }

  async function inFolder<T>(
    path: string,
    files: Record<string, string>,
    python: Python,
    work: (job: Job) => Promise<T>,
  ): Promise<T> {
    const { certificates } = await openedSource()
    await makeFolder(path, certificates === undefined ? files : { ...files, [CERTIFICATES]: certificates })
    await isolation.hand(path, BUILDER)
    const job = openJob(options, path, python)
    try {
      return await work(job)
    } finally {
      job.end()
    }
  }

  /** uv, where it is on the PATH, new enough, and can be started in the sandbox. */
  async function findUv(source: Source, python: Python): Promise<Installer | undefined> {
    const program = await findProgram('uv', options.path)
    if (!program) return undefined
    const path = join(folder, 'work-uv')
    const step = {
      argv: [program, '--version'],
      env: homeIn(path),
      bindings: [{ from: program, to: program }],
    }
    try {
      const version = usableVersion(await inFolder(path, {}, python, (job) => job.run(step, lastLines)))
      if (version) return createUv(program, version, source)
      log.warn({ program }, 'uv is older than 0.5, so pip is used')
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error
      log.warn({ program, reason: error.message }, 'uv cannot be started in the sandbox, so pip is used')
    } finally {
      await removeFolder(path)
    }
    return undefined
  }
}
