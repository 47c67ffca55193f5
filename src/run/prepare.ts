import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '../base/index.ts'
import type { Environment, EnvironmentFailure, Wanted } from '../environment/index.ts'
import type { Isolation } from '../isolation/index.ts'
import { pythonWanted } from '../script/index.ts'
import type { LogSink } from './log.ts'
import type { Outcome } from './outcome.ts'
import { secretsFor, type GiveSecrets, type RunSecrets } from './secrets.ts'
import type { Checkout, ScriptAt, ScriptSource } from './source.ts'
import { unlessStopped, type Stop } from './stop.ts'
import type { RunStore } from './store.ts'

/** Gives an environment, made once however many ask. */
export type PrepareEnvironment = (
  wanted: Wanted,
) => Promise<{ environment: Environment } | { failure: EnvironmentFailure }>

export type PrepareDeps = {
  store: RunStore
  source: ScriptSource
  isolation: Isolation
  prepareEnvironment: PrepareEnvironment
  giveSecrets: GiveSecrets
  clock: Clock
  /** `state/` and `artifacts/` are made below it. */
  dataDir: string
}

/** All that a script needs before it can be called. */
export type Prepared = {
  checkout: Checkout
  environment: Environment
  number: number
  state: string
  /** Absent: the script asks for none. */
  secrets?: RunSecrets
}

/** Makes what the script needs; an outcome where that cannot be, with words for it in the log. */
export async function prepareScript(
  at: ScriptAt,
  deps: PrepareDeps,
  log: LogSink,
  stop: Stop,
): Promise<Prepared | { outcome: Outcome }> {
  const { script, commit, revision } = at
  const { store, source, isolation, prepareEnvironment, dataDir } = deps
  const refused = (reason: string) => ({ outcome: { kind: 'refused', reason } as const })
  const refusal = refusalOf(script.manifest, isolation)
  if (refusal !== undefined) return refused(refusal)
  // Before anything is built: it may be for nothing.
  const secrets = await secretsFor(at, deps)
  if (secrets && 'refusal' in secrets) return refused(secrets.refusal)
  const python = pythonWanted(script)
  const work = Promise.all([
    prepareEnvironment({ requirements: script.requirements, ...(python === undefined ? {} : { python }) }),
    source.checkout({ slug: script.slug, commit, revision }),
    store.numberOf(script.slug),
  ])
  const done = await unlessStopped(work, stop)
  if (!done) return { outcome: stop.outcome()! }
  const [made, checkout, number] = done
  if ('failure' in made) {
    log.note(`no environment: ${made.failure.message}`)
    for (const line of made.failure.log.split('\n')) if (line.trim()) log.note(`  ${line}`)
    return { outcome: { kind: 'no-environment', message: made.failure.message } }
  }
  const state = await handFolder(join(dataDir, 'state', script.slug), number, isolation)
  return { checkout, environment: made.environment, number, state, ...(secrets ? { secrets } : {}) }
}

/** Makes a folder that belongs to the script's uid; one that is there has been given already. */
export async function handFolder(folder: string, number: number, isolation: Isolation): Promise<string> {
  if (existsSync(folder)) return folder
  // Under another name until it is given, or a crash in between would leave one that the script may not enter.
  const fresh = `${folder}.${randomUUID()}`
  openWay(dirname(folder))
  mkdirSync(fresh, { mode: 0o700 })
  await isolation.hand(fresh, number)
  // Another run of the script may have been quicker; nothing comes between the look and the renaming.
  if (existsSync(folder)) rmdirSync(fresh)
  else renameSync(fresh, folder)
  return folder
}

/** Makes the folder so that scripts' own uids pass through it to what is theirs, and see nothing else in it. */
export function openWay(folder: string): void {
  if (existsSync(folder)) return
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o711)
}

function refusalOf({ network }: ScriptAt['script']['manifest'], isolation: Isolation): string | undefined {
  if (isolation.refusal !== undefined) return isolation.refusal
  if (!network && !isolation.cutsNetwork)
    return `network: false cannot be held in the isolation tier ${isolation.tier}`
  return undefined
}
