import { access, constants, realpath } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { homeIn } from './folder.ts'
import type { Job } from './job.ts'
import type { Lock } from './lock.ts'
import { lastLines } from './words.ts'

/** What fills environments: uv or pip. Its steps throw a JobFailure with its own words. */
export type Installer = {
  /** `uv 0.8.4`, `pip` */
  name: string
  /** Resolves `requirements.txt` in the job's folder. */
  resolve(job: Job): Promise<Lock>
  /** Installs `requirements.lock` of the job's folder, which is a virtual environment without pip. */
  install(job: Job): Promise<void>
}

export const REQUIREMENTS = 'requirements.txt'
export const LOCK = 'requirements.lock'

/** A program by name, links followed, or undefined. */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder || '.', name)
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (usable) return realpath(file)
  }
  return undefined
}

/** A virtual environment without pip in the job's folder: no network, no installer. */
export async function makeVenv(job: Job): Promise<void> {
  const argv = [job.python.path, '-I', '-m', 'venv', '--without-pip', job.folder]
  await job.run({ argv, env: homeIn(job.folder), bindings: [] }, lastLines)
}
