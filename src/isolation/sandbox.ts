import type { Duplex, Readable } from 'node:stream'
import type { Python } from './python.ts'

/**
 * How far a run is held, strongest first, named by what an attack script proved at start. `landlock` is
 * known by name only: no release makes it yet, so it is never the tier, but it may be the weakest one accepted.
 */
export const TIERS = ['namespace', 'landlock', 'uid', 'none'] as const
export type Tier = (typeof TIERS)[number]

/** A file or folder of the server, and where the sandboxed process finds it; read-only unless writable. */
export type Binding = { from: string; to: string; writable?: boolean }

/** Of each process; what is absent gets a wide default. */
export type Limits = {
  addressBytes?: number
  /** Of the script's uid; with namespaces, of this run. */
  processes?: number
  openFiles?: number
  fileBytes?: number
  cpuSeconds?: number
}

export type SandboxRequest = {
  /** The program and its arguments, as the sandboxed process finds them; never a secret. */
  argv: string[]
  /** The whole environment; HOME, TMPDIR, PATH and LANG are added where it lacks them. */
  env: Record<string, string>
  /** As the sandboxed process finds it. */
  cwd: string
  bindings: Binding[]
  /** False: none at all. Refused where `cutsNetwork` is false. */
  network: boolean
  /** The script's lasting number; as root it runs under its own uid, made from it. Absent: a uid for all such. */
  uid?: number
  limits?: Limits
  /** The most that all its processes together may hold in memory; beyond it they are killed. Absent: no limit. */
  memoryBytes?: number
  /** Its base prefix is bound when it lies outside /usr. Absent: every known one is. */
  python?: Python
  /** Opens a duplex pipe on file descriptor 3. */
  control?: boolean
  /** Size of the private /tmp. */
  tmpBytes?: number
}

/** How it ended. A signal that the sandbox reports as 128 + n is given as a signal. */
export type Exit = {
  code: number | null
  signal: NodeJS.Signals | null
  /** Why it never started. */
  failure?: string
  /** It was killed since its processes together held more in memory than this. */
  overMemoryBytes?: number
}

export type Sandboxed = {
  stdout: Readable
  stderr: Readable
  control?: Duplex
  /** Settles once every process is gone, and both pipes have ended or one more second has passed; never rejects. */
  exited: Promise<Exit>
  /** SIGTERM to the script itself, not to what holds it. */
  terminate(): void
  /** Ends everything that it started. */
  kill(): void
  /** The most that all its processes together were seen to hold in memory. */
  peakMemoryBytes(): number
}

/** One claim that the attack script tested. */
export type Proof = { claim: string; held: boolean; detail?: string }

export type Isolation = {
  tier: Tier
  /** One line: why this tier and no stronger one. */
  reason: string
  /** Set when the tier is weaker than the one accepted: every run is refused with this message. */
  refusal?: string
  proofs: Proof[]
  /** Those of the interpreters it was opened with that a script can start, in their order. */
  pythons: Python[]
  /** Whether `network: false` can be held. */
  cutsNetwork: boolean
  /** The path at which the sandboxed process finds the binding. */
  at(binding: Binding): string
  /** Starts a sandboxed process; what prevents the start is told by `exited`. */
  spawn(request: SandboxRequest): Sandboxed
  /** Gives a folder and all below it to the uid of the script with this number; as an ordinary user, nothing to do. */
  hand(folder: string, number: number): Promise<void>
}
