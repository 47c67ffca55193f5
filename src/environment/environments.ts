import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, MINUTE, SECOND, type Bus, type Clock, type Log, type Service } from '../base/index.ts'
import type { Isolation, Python } from '../isolation/index.ts'
import { satisfies, type Requirements } from '../script/index.ts'
import { createBuilder } from './builder.ts'
import type { Environment, EnvironmentFailure, EnvironmentRow, Known, Wanted } from './environment.ts'
import { findReady, removeFolder, type Marker } from './folder.ts'
import { JobFailure } from './job.ts'
import { environmentKeyOf, lockRequestOf } from './key.ts'
import { EMPTY_LOCK, isPlainRequirement, lockFromLines, type Lock } from './lock.ts'
import { createFlights, createSlots } from './sharing.ts'
import type { EnvironmentStore } from './store.ts'

const DEADLINE = 10 * MINUTE
const REMEMBER_FAILURE = 60 * SECOND
const BUILDS_AT_ONCE = 2

export type EnvironmentsOptions = {
  /** Where environments lie, an absolute path; they are bound to it. */
  folder: string
  isolation: Isolation
  /** Newest first. */
  pythons: Python[]
  store: EnvironmentStore
  /** Package index URLs with spaces or commas between; absent or '': the installer's own settings hold. */
  index?: string
  /** What `pickInstallerEnv` picks of the server's environment. */
  installerEnv: Record<string, string>
  /** The server's PATH, where uv is looked for. */
  path: string
  clock: Clock
  bus: Bus
  log: Log
  /** Of one resolution and of one build; 10 minutes. */
  deadlineMs?: number
}

export type Prepared = { environment: Environment } | { failure: EnvironmentFailure }

export type Environments = Service & {
  /** The environment for what is wanted, built once however many ask; or why there is none, remembered for a minute. */
  prepare(wanted: Wanted): Promise<Prepared>
  /** The newest installed Python, or the newest that satisfies a version or specifier. */
  pickPython(specifier?: string): Python | undefined
  /** What there is of the wanted environment by now; nothing is resolved or built for it. */
  find(wanted: Wanted): Promise<Known>
  /** Every environment and failed try, the last built first. */
  list(): Promise<EnvironmentRow[]>
  /** What installs here: `uv 0.8.4` or `pip`. */
  installer(): Promise<string>
}

/** The shared environments: prepared when asked, whole or not at all, and never changed. */
export function createEnvironments(options: EnvironmentsOptions): Environments {
  const { folder, isolation, pythons, store, clock, bus, log } = options
  const stopping = new AbortController()
  const builder = createBuilder({
    ...{ folder, isolation, clock, log, stopping: stopping.signal },
    ...{ installerEnv: options.installerEnv, path: options.path, index: options.index ?? '' },
    deadlineMs: options.deadlineMs ?? DEADLINE,
  })
  const inSlot = createSlots(BUILDS_AT_ONCE)
  const flights = createFlights()
  const locks = new Map<string, Lock>()
  const failures = new Map<string, { failure: JobFailure; until: number }>()
  const touched = new Map<string, number>()
  let background: Promise<unknown> = Promise.resolve()

  return {
    name: 'environments',
    pickPython,
    find,
    list: () => store.list(),
    async installer() {
      return pythons[0] ? (await builder.installer(pythons[0])).name : 'none, as there is no Python'
    },
    prepare,
    async start() {
      await sweep()
      const warm = prepare({ requirements: NOTHING })
      background = warm.catch((error: unknown) => log.error({ err: error }, 'no empty environment'))
    },
    async stop() {
      stopping.abort()
      await background
      await flights.landed()
    },
  }

  async function prepare({ requirements, python: specifier }: Wanted): Promise<Prepared> {
    try {
      if (isolation.refusal) throw new JobFailure(isolation.refusal, '')
      const python = pickPython(specifier)
      if (!python) throw new JobFailure(noPython(specifier), '')
      const environment = await environmentFor(await lockFor(requirements, python), python)
      await touch(environment.key)
      return { environment }
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error
      return { failure: { message: error.message, log: error.log } }
    }
  }

  async function find({ requirements: { kind, lines }, python: specifier }: Wanted): Promise<Known> {
    const python = pickPython(specifier)
    if (!python) return {}
    const request = requestOf(kind, lines, python)
    const lock = lines.length === 0 ? EMPTY_LOCK : (locks.get(request) ?? (await store.findLock(request)))
    const row = await store.find(lock ? environmentKeyOf(lock.text, python, folder) : attemptKeyOf(request))
    return { python: python.version, ...(lock ? { lock } : {}), ...(row ? { row } : {}) }
  }

  function pickPython(specifier?: string): Python | undefined {
    return pythons.find(({ version }) => specifier === undefined || satisfies(version, specifier))
  }

  function noPython(specifier = ''): string {
    if (pythons.length === 0) return 'no Python is installed'
    const installed = pythons.map(({ version }) => version).join(', ')
    return `no installed Python satisfies '${specifier}'; installed: ${installed}`
  }

  async function lockFor({ kind, lines }: Requirements, python: Python): Promise<Lock> {
    if (lines.length === 0) return EMPTY_LOCK
    const odd = lines.find((line) => !isPlainRequirement(line))
    if (odd !== undefined) throw new JobFailure(`'${odd}' is no name with version, marker and hashes`, '')
    const request = requestOf(kind, lines, python)
    const known = locks.get(request) ?? (await store.findLock(request))
    if (known) return keepInMind(request, known)
    const attempt = { key: attemptKeyOf(request), python: python.version, lock: '' }
    await tryOnce(attempt, async () => {
      if (locks.has(request)) return
      const lock = kind === 'lock' ? lockFromLines(lines) : await inSlot(() => builder.resolve(lines, python))
      await store.keepLock(request, lock, clock.now())
      await store.remove(attempt.key)
      keepInMind(request, lock)
    })
    return locks.get(request)!
  }

  function keepInMind(request: string, lock: Lock): Lock {
    locks.set(request, lock)
    return lock
  }

  async function environmentFor(lock: Lock, python: Python): Promise<Environment> {
    const key = environmentKeyOf(lock.text, python, folder)
    const path = join(folder, key)
    const attempt = { key, python: python.version, lock: lock.id }
    if (!(await findReady(path)))
      await tryOnce(attempt, async () => {
        // Whoever asked before may have built it since we looked.
        if (await findReady(path)) return
        await store.keep({ ...attempt, state: 'building' })
        bus.announce({ topic: 'environment', key })
        const { bytes, builtAt } = await inSlot(() => builder.build(path, lock, python))
        await store.keep({ ...attempt, state: 'ready', bytes, builtAt })
        bus.announce({ topic: 'environment', key })
      })
    return {
      key,
      python,
      lock,
      path,
      bindings: [{ from: path, to: path }],
      pythonBin: join(path, 'bin/python'),
    }
  }

  /** Works once however many ask; a failure is what everybody gets for a minute. */
  async function tryOnce(attempt: Attempt, work: () => Promise<void>): Promise<void> {
    const { key } = attempt
    if (stopping.signal.aborted) throw new JobFailure('the server is stopping', '')
    const before = failures.get(key)
    if (before && before.until > clock.now()) throw before.failure
    await flights.join(key, async () => {
      try {
        failures.delete(key)
        await work()
      } catch (error) {
        throw await fail(attempt, error)
      }
    })
  }

  async function fail(attempt: Attempt, error: unknown): Promise<JobFailure> {
    const failure = error instanceof JobFailure ? error : new JobFailure(messageOf(error), '')
    if (failure !== error) log.error({ err: error, key: attempt.key }, 'an environment could not be made')
    // What the end of the server cut off says nothing of the next try.
    if (stopping.signal.aborted) {
      await store.remove(attempt.key)
      return failure
    }
    failures.set(attempt.key, { failure, until: clock.now() + REMEMBER_FAILURE })
    await store.keep({ ...attempt, state: 'failed', message: failure.message, builtAt: clock.now() })
    bus.announce({ topic: 'environment', key: attempt.key })
    return failure
  }

  async function touch(key: string): Promise<void> {
    const now = clock.now()
    if (now - (touched.get(key) ?? -Infinity) < MINUTE) return
    touched.set(key, now)
    await store.touch(key, now)
  }

  /** Removes what an end in the middle of a build left, and makes the rows equal to what is there. */
  async function sweep(): Promise<void> {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o755)
    const whole = new Map<string, Marker>()
    for (const name of await readdir(folder)) {
      if (!OURS.test(name)) continue
      const marker = await findReady(join(folder, name))
      if (marker) whole.set(name, marker)
      else await removeFolder(join(folder, name))
    }
    const rows = await store.list()
    for (const { key, state } of rows) if (state !== 'failed' && !whole.has(key)) await store.remove(key)
    const known = new Set(rows.filter(({ state }) => state === 'ready').map(({ key }) => key))
    for (const [key, { python, lock, bytes, builtAt }] of whole)
      if (KEY.test(key) && !known.has(key))
        await store.keep({ key, python, lock, state: 'ready', bytes, builtAt })
  }
}

const requestOf = (kind: Requirements['kind'], lines: string[], python: Python) =>
  lockRequestOf(kind === 'lock' ? ['lock', ...lines] : lines, python)

/** A resolution that failed has no lock yet, and is kept under the name of what was asked. */
const attemptKeyOf = (request: string) => request.slice(0, 16)

type Attempt = { key: string; python: string; lock: string }

const KEY = /^[0-9a-f]{16}$/
const OURS = /^([0-9a-f]{16}|work-.+|installer-.+)$/
const NOTHING: Requirements = { source: '', kind: 'none', lines: [] }
