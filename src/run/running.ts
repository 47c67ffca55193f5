import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { packageRoot, type Bus, type Clock, type Log, type Service } from '../base/index.ts'
import { compileOwn, type Isolation, type Python } from '../isolation/index.ts'
import { createTickDoor, type TickDoor } from './admission.ts'
import type { Engine } from './engine.ts'
import type { PrepareEnvironment } from './prepare.ts'
import { createQueue } from './queue.ts'
import type { Quotas } from './quota.ts'
import { rescue } from './rescuer.ts'
import { createRuns, type Runs } from './runs.ts'
import type { ScriptDataDeps } from './script-data.ts'
import type { GiveSecrets } from './secrets.ts'
import { createSlots } from './slots.ts'
import type { ScriptSource } from './source.ts'
import type { RunStore } from './store.ts'
import { createTurns } from './turns.ts'
import { createWorker } from './worker.ts'

const GATES_PER_CORE = 4

export type RunningOptions = {
  store: RunStore
  source: ScriptSource
  isolation: Isolation
  pythons: Python[]
  prepareEnvironment: PrepareEnvironment
  giveSecrets: GiveSecrets
  clock: Clock
  bus: Bus
  log: Log
  audit: ScriptDataDeps['audit']
  dataDir: string
  /** How many runs execute at once. */
  workers: number
  quotas: Quotas
}

/** The station put together: start rescues and takes up the queue, stop drains. */
export type Running = Service & {
  runs: Runs
  ticks: TickDoor
  counts: Engine['counts']
  /** Carries data, state and history of a script over to its new slug. */
  rename(from: string, to: string): Promise<void>
  /** Ends everything at once, without grace. */
  stopNow(): Promise<void>
}

export function createRunning(options: RunningOptions): Running {
  const { store, source, clock, bus, log, dataDir } = options
  const logsFolder = join(dataDir, 'logs')
  const harness = join(dataDir, 'harness')
  const turns = createTurns()
  const gateSlots = createSlots(GATES_PER_CORE * availableParallelism())
  const engine = createWorker({ ...options, harness, logsFolder })
  const queueDeps = { ...options, harness, logsFolder, engine, turns, gateSlots }
  const queue = createQueue(queueDeps)
  const ticks = createTickDoor({ ...queueDeps, queue })

  return {
    name: 'running',
    runs: createRuns({ ...options, turns, queue, logsFolder }),
    ticks,
    counts: engine.counts,
    async start() {
      copyHarness(harness)
      void compileOwn(harness, options.pythons, log)
      makeFolders(dataDir)
      await rescue({ store, source, queue, clock, bus, log, logsFolder })
    },
    async rename(from, to) {
      await store.rename(from, to)
      const [old, now] = [join(dataDir, 'state', from), join(dataDir, 'state', to)]
      if (!existsSync(old)) return
      rmSync(now, { recursive: true, force: true })
      renameSync(old, now)
    },
    stop: () => close(false),
    stopNow: () => close(true),
  }

  async function close(now: boolean): Promise<void> {
    ticks.close()
    queue.close()
    await Promise.all([engine.close({ now }), gateSlots.idle()])
  }
}

/** Scripts' uids pass to their own state and artifacts, and never to logs. Earlier versions made them otherwise. */
function makeFolders(dataDir: string): void {
  const [logs, state, artifacts] = ['logs', 'state', 'artifacts'].map((name) => join(dataDir, name)) as [
    string,
    string,
    string,
  ]
  for (const folder of [logs, state, artifacts]) mkdirSync(folder, { recursive: true })
  chmodSync(logs, 0o700)
  const shards = readdirSync(artifacts).filter((name) => /^\d+$/.test(name))
  for (const folder of [state, artifacts, ...shards.map((name) => join(artifacts, name))])
    chmodSync(folder, 0o711)
}

/** A copy of the harness where every script's uid can read it; the package may lie in somebody's home. */
function copyHarness(to: string): void {
  const from = join(packageRoot, 'src/run/harness')
  mkdirSync(to, { recursive: true })
  chmodSync(to, 0o755)
  // Compiled from what may have been another version, which no run looks into.
  rmSync(join(to, '__pycache__'), { recursive: true, force: true })
  for (const name of readdirSync(from).filter((name) => name.endsWith('.py'))) {
    // Renamed when whole: it may be read by what runs already.
    copyFileSync(join(from, name), join(to, `${name}.new`))
    chmodSync(join(to, `${name}.new`), 0o644)
    renameSync(join(to, `${name}.new`), join(to, name))
  }
}
