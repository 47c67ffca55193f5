import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createBus, createLog, systemClock, type Actor, type Bus, type Clock } from '../../src/base/index.ts'
import type { AuditInput } from '../../src/access/index.ts'
import { openRecord } from '../../src/db/index.ts'
import {
  findPythons,
  openIsolation,
  type Isolation,
  type Python,
  type Tier,
} from '../../src/isolation/index.ts'
import type { PrepareEnvironment } from '../../src/run/prepare.ts'
import { createRunning, createRunStore, isFinal, type Run, type ScriptAt } from '../../src/run/index.ts'
import type { Manifest } from '../../src/script/index.ts'
import { atEnd } from '../support/ends.ts'
import { temporaryFolder } from '../support/folder.ts'

const log = createLog('silent')

export const admin: Actor = { kind: 'user', userId: 1, name: 'ada', role: 'admin' }

const DEFAULTS: Manifest = {
  tags: [],
  entry: 'main.py',
  args: [],
  schedules: [],
  paused: false,
  overlap: 'skip',
  catchUp: { mode: 'latest', windowMs: 86_400_000 },
  timeoutMs: 30_000,
  graceMs: 10_000,
  gateTimeoutMs: 30_000,
  retries: { limit: 0, delayMs: 100, backoff: 1 },
  network: true,
  env: {},
  secrets: [],
}

let machine: Promise<{ isolation: Isolation; python: Python }> | undefined

async function openMachine(from: Tier = 'namespace') {
  // Its folder is gone then.
  atEnd(() => (machine = undefined))
  const pythons = await findPythons(log)
  const isolation = await openIsolation({ accept: 'auto', dataDir: temporaryFolder(), pythons, log, from })
  // Where only modes hold scripts, one that every user reaches.
  const shared = pythons.find(({ basePrefix }) => basePrefix === '/usr')
  return { isolation, python: (from === 'namespace' ? undefined : shared) ?? pythons[0]! }
}

export type Place = Awaited<ReturnType<typeof openPlace>>

/**
 * A run station with real Python, isolation and record, over scripts that `put` makes. With `dataDir` of another place,
 * it is the same server started again.
 */
export async function openPlace({
  workers = 4,
  dataDir = temporaryFolder(),
  clock = systemClock as Clock,
  scripts = new Map<string, ScriptAt & { folder: string }>(),
  prepareEnvironment,
  tier,
  quotas = { stateBytes: 2 ** 30, artifactsBytes: 2 ** 30 },
  // All commits of these scripts are on main, but this one.
  isOnMain = (commit) => commit !== 'aside',
}: {
  workers?: number
  dataDir?: string
  clock?: Clock
  scripts?: Map<string, ScriptAt & { folder: string }>
  prepareEnvironment?: PrepareEnvironment
  /** No stronger isolation than this. */
  tier?: Tier
  quotas?: { stateBytes: number; artifactsBytes: number }
  isOnMain?: (commit: string) => boolean
} = {}) {
  const { isolation, python } = await (tier ? openMachine(tier) : (machine ??= openMachine()))
  const record = await openRecord(join(dataDir, 'record.db'))
  const bus = createBus((error) => {
    throw error
  })
  const store = createRunStore(record)
  let head: string | undefined
  const audited: AuditInput[] = []
  const plain: PrepareEnvironment = async () => ({
    environment: {
      key: 'plain',
      python,
      lock: { id: 'none', text: '' },
      path: '/usr',
      bindings: [],
      pythonBin: python.path,
    },
  })
  const running = createRunning({
    pythons: [],
    store,
    source: {
      findScript: async (slug) => {
        const found = scripts.get(slug)
        return found && { ...found, commit: head ?? found.commit }
      },
      scriptAt: async (slug, commit) => {
        const found = scripts.get(slug)
        return found?.commit === commit ? found : undefined
      },
      isOnMain: async (commit) => isOnMain(commit),
      isOnMainLine: async (commit) => isOnMain(commit),
      checkout: async ({ slug }) => ({ codeFolder: scripts.get(slug)!.folder }),
    },
    isolation,
    prepareEnvironment: prepareEnvironment ?? plain,
    // No secret is granted here.
    giveSecrets: async (_slug, [name]) => ({ refusal: `the secret ${name} is not granted` }),
    clock,
    bus,
    log,
    audit: async (event) => void audited.push(event),
    dataDir,
    workers,
    quotas,
  })
  await running.start()
  let closed = false
  const place = {
    ...{ running, runs: running.runs, ticks: running.ticks },
    ...{ audited, store, record, bus, dataDir, scripts, isolation, clock },

    /** Makes a script of these files; `trigger.py` among them is its gate. */
    put(slug: string, files: Record<string, string>, manifest: Partial<Manifest> = {}): ScriptAt {
      const folder = join(dataDir, 'checkouts', slug)
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
      const home = `scripts/${slug.replaceAll('.', '/')}`
      const at = {
        script: {
          slug,
          folder: home,
          single: false,
          entry: `${home}/main.py`,
          ...('trigger.py' in files ? { gate: `${home}/trigger.py` } : {}),
          manifest: { ...DEFAULTS, ...manifest },
          requirements: { source: '', kind: 'none' as const, lines: [] },
        },
        commit: 'c0ffee',
        revision: 'tree-lib',
        folder,
      }
      scripts.set(slug, at)
      return at
    },

    /** The head of main is this commit from now on; the scripts stay what they are. */
    moveMain: (commit: string) => void (head = commit),

    enqueue: (slug: string, more: { input?: unknown; force?: boolean; notBefore?: number } = {}) =>
      place.runs.enqueue(admin, { slug, cause: 'manual', ...more }),

    /** The run, once `ready` says so of it. */
    until: (id: number, ready: (run: Run) => boolean) => untilRun(place, bus, id, ready),

    /** Runs the script to its end. */
    async run(slug: string, more: { input?: unknown; force?: boolean } = {}): Promise<Run> {
      const { id } = await place.enqueue(slug, more)
      return place.until(id, ({ state }) => isFinal(state))
    },

    ended: (id: number) => place.until(id, ({ state }) => isFinal(state)),

    /** What the script wrote to the stream. */
    async text(id: number, stream: 'stdout' | 'stderr' | 'note' = 'stdout'): Promise<string> {
      const { lines } = await place.runs.logLines(admin, id, {})
      return lines
        .filter((line) => line.stream === stream)
        .map(({ text }) => text)
        .join('\n')
    },

    /** Resolves when the text is in the log. */
    async logged(id: number, wanted: string): Promise<void> {
      const found = async () => (await place.runs.readLog(admin, id, {})).bytes.includes(wanted)
      await when(found, (look) => bus.on('log', (grown) => grown.id === id && look()))
    },

    /** As a server that is killed: nothing is recorded any more. */
    crash() {
      closed = true
      record.close()
    },
    async close() {
      if (closed) return
      closed = true
      await running.stopNow()
      record.close()
    },
  }
  atEnd(() => place.close())
  return place
}

async function untilRun(
  place: { runs: { get(actor: Actor, id: number): Promise<Run> } },
  bus: Bus,
  id: number,
  ready: (run: Run) => boolean,
): Promise<Run> {
  let run = await place.runs.get(admin, id)
  await when(
    async () => ready((run = await place.runs.get(admin, id))),
    (look) => bus.on('run', (changed) => changed.id === id && look()),
  )
  return run
}

/** Resolves when the test holds; it is made again whenever `on` calls. */
async function when(test: () => Promise<boolean>, on: (look: () => void) => () => void): Promise<void> {
  let off = () => {}
  try {
    await new Promise<void>((resolve, reject) => {
      const look = () => void test().then((holds) => holds && resolve(), reject)
      off = on(look)
      look()
    })
  } finally {
    off()
  }
}
