import type { Binding, Python } from '../isolation/index.ts'
import type { Requirements } from '../script/index.ts'
import type { Package } from './lock.ts'

/** What a script needs: its requirements, and a Python by version (`3.11`) or specifier (`>=3.10,<3.13`). */
export type Wanted = { requirements: Requirements; python?: string }

/** A virtual environment that is whole, and that nobody changes any more. */
export type Environment = {
  key: string
  python: Python
  lock: { id: string; text: string }
  /** Its folder, the same inside a sandbox. */
  path: string
  /** What a sandbox must be given to use it, read-only. */
  bindings: Binding[]
  /** Its interpreter, as seen inside the sandbox. */
  pythonBin: string
}

/** Why there is none: the installer's own words, and everything it wrote. */
export type EnvironmentFailure = { message: string; log: string }

export type EnvironmentState = 'building' | 'ready' | 'failed'

/** One environment, or one failed try, as pages and API show it. Times are Unix milliseconds. */
export type EnvironmentRow = {
  key: string
  /** `3.11.7` */
  python: string
  /** Id of the lock; empty where resolving it failed. */
  lock: string
  state: EnvironmentState
  message?: string
  builtAt?: number
  usedAt?: number
  bytes?: number
  packages: Package[]
}

/** What is known of a wanted environment. No `python`: none is installed that would do; no `lock`: not resolved yet. */
export type Known = { python?: string; lock?: { id: string; text: string }; row?: EnvironmentRow }
