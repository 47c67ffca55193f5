import { formatDuration, messageOf, SECOND, type Bus, type Log } from '../base/index.ts'
import { errorOf } from './call.ts'
import type { Engine, EngineEvent } from './engine.ts'
import { executeAttempt, type AttemptEnd, type ExecuteDeps } from './execute.ts'
import { openLog, type LogWriter } from './log.ts'
import type { Manifest } from '../script/index.ts'
import { describeOutcome, type Outcome } from './outcome.ts'
import { nextAttempt } from './retry.ts'
import { createSlots } from './slots.ts'
import type { ScriptAt } from './source.ts'
import { next } from './state.ts'
import { createStop, type Stop } from './stop.ts'
import type { RunRow } from './store.ts'

const LEASE_MS = 60 * SECOND
const EXTEND_MS = 20 * SECOND
/** Between SIGTERM and SIGKILL when the server stops; the script's grace is over by then. */
const LAST_GRACE_MS = 2 * SECOND
const DEFAULT_GRACE_MS = 10 * SECOND
const TRY_AGAIN_MS = 5 * SECOND
const MOST_TRIES = 100

export type WorkerDeps = ExecuteDeps & { bus: Bus; log: Log; logsFolder: string; workers: number }

type Job = {
  id: number
  stop: Stop
  /** Leaves the line for a slot; undefined once it has one. */
  leave?: () => void
  running: boolean
  graceMs: number
  done: Promise<void>
}

/** The engine inside this process: claims runs as slots are free, executes them, and records how they end. */
export function createWorker(deps: WorkerDeps): Engine {
  const { store, source, clock, bus, log } = deps
  const slots = createSlots(deps.workers)
  const jobs = new Map<number, Job>()
  const listeners = new Set<(event: EngineEvent) => void>()
  let closing = false
  let leases: { cancel(): void } | undefined

  const emit = (event: EngineEvent) => {
    for (const listener of [...listeners]) listener(event)
  }

  /** Claims and executes; never rejects. */
  async function work(job: Job, release: () => void): Promise<void> {
    let notBefore: number | undefined
    try {
      const startedAt = clock.now()
      const claim = { startedAt, leaseUntil: startedAt + LEASE_MS, isolation: deps.isolation.tier }
      const row = await insist(() => store.claim(job.id, claim))
      if (row) notBefore = await attempt(job, row)
    } catch (error) {
      log.error({ run: job.id, err: error }, 'a run could not be carried out or recorded')
    }
    jobs.delete(job.id)
    release()
    emit(
      notBefore === undefined ? { kind: 'ended', id: job.id } : { kind: 'retrying', id: job.id, notBefore },
    )
  }

  /** Gives the time of the next attempt, if there is to be one. */
  async function attempt(job: Job, row: RunRow): Promise<number | undefined> {
    job.running = true
    keepLeases()
    bus.announce({ topic: 'run', id: row.id, slug: row.slug })
    emit({ kind: 'started', id: row.id })
    const runLog = openLog(row.id, { folder: deps.logsFolder, clock, bus })
    try {
      const { at, end } = await execute(job, row, runLog)
      return await record(row, at?.script.manifest.retries, end, runLog)
    } finally {
      runLog.close()
      bus.announce({ topic: 'run', id: row.id, slug: row.slug })
    }
  }

  async function execute(job: Job, row: RunRow, runLog: LogWriter) {
    let at: ScriptAt | undefined
    try {
      at = await source.scriptAt(row.slug, row.commit)
      job.graceMs = at?.script.manifest.graceMs ?? DEFAULT_GRACE_MS
      if (at && row.attempt > 1)
        runLog.note(`attempt ${row.attempt} of ${at.script.manifest.retries.limit + 1}`)
      return { at, end: await executeAttempt(row, at, deps, runLog, job.stop) }
    } catch (error) {
      log.error({ run: row.id, err: error }, 'an attempt failed inside the server')
      const outcome: Outcome = { kind: 'lost', reason: `the server failed: ${messageOf(error)}` }
      return { at, end: { outcome, error: errorOf(outcome)!, artifacts: [] } }
    }
  }

  async function record(
    row: RunRow,
    retries: Manifest['retries'] | undefined,
    end: AttemptEnd,
    runLog: LogWriter,
  ): Promise<number | undefined> {
    const { outcome, error } = end
    const again = retries && nextAttempt(retries, row.attempt, outcome)
    if (again) {
      next('running', { kind: 'retried', outcome })
      const notBefore = clock.now() + again.delayMs
      runLog.note(
        `attempt ${row.attempt} of ${retries.limit + 1}: ${describeOutcome(outcome)}; the next one in ${formatDuration(again.delayMs)}`,
      )
      const logBytes = runLog.bytes()
      const left = { attempt: again.attempt, notBefore, outcome, logBytes, ...(error ? { error } : {}) }
      return (await insist(() => store.requeue(row.id, left))) ? notBefore : undefined
    }
    noteEnd(outcome, runLog)
    const ending = {
      ...end,
      state: next('running', { kind: 'ended', outcome }),
      endedAt: clock.now(),
      logBytes: runLog.bytes(),
    }
    await insist(() => store.end(row, 'running', ending))
    return undefined
  }

  /** Writes again and again for some minutes: a disk that is full for a while must leave no run in a wrong state. */
  async function insist<T>(write: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await write()
      } catch (error) {
        if (closing || tries === MOST_TRIES) throw error
        log.error({ err: error }, 'a run could not be recorded; it is tried again')
        await new Promise<void>((resolve) => clock.at(clock.now() + TRY_AGAIN_MS, resolve))
      }
    }
  }

  function keepLeases(): void {
    leases ??= clock.at(clock.now() + EXTEND_MS, () => {
      leases = undefined
      const ids = [...jobs.values()].filter(({ running }) => running).map(({ id }) => id)
      if (ids.length === 0) return
      keepLeases()
      store
        .extendLeases(ids, clock.now() + LEASE_MS)
        .catch((error: unknown) => log.error({ err: error }, 'the leases of runs could not be extended'))
    })
  }

  return {
    enqueue(id) {
      if (closing || jobs.has(id)) return
      const job: Job = {
        id,
        stop: createStop(),
        running: false,
        graceMs: DEFAULT_GRACE_MS,
        done: Promise.resolve(),
      }
      jobs.set(id, job)
      let started = false
      const leave = slots.wait(id, (release) => {
        started = true
        delete job.leave
        job.done = work(job, release)
      })
      if (!started) job.leave = leave
    },
    cancel(id, by) {
      const job = jobs.get(id)
      if (!job) return
      if (!job.leave) return job.stop.request({ kind: 'cancelled', by })
      job.leave()
      jobs.delete(id)
      emit({ kind: 'ended', id })
    },
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    counts: () => ({ running: slots.used(), waiting: slots.waiting() }),
    async close({ now = false } = {}) {
      closing = true
      const alarms: { cancel(): void }[] = []
      for (const job of [...jobs.values()]) {
        if (job.leave) {
          job.leave()
          jobs.delete(job.id)
          continue
        }
        const lost: Outcome = { kind: 'lost', reason: 'the server stopped' }
        if (now) job.stop.request(lost, 0)
        else alarms.push(clock.at(clock.now() + job.graceMs, () => job.stop.request(lost, LAST_GRACE_MS)))
      }
      await Promise.all([...jobs.values()].map(({ done }) => done))
      for (const alarm of alarms) alarm.cancel()
      leases?.cancel()
    },
  }
}

// What the script said itself is in the log already; what was done to it is said here.
function noteEnd(outcome: Outcome, runLog: LogWriter): void {
  const silent = ['exited', 'raised', 'no-environment'].includes(outcome.kind)
  if (!silent && !(outcome.kind === 'not-json' && outcome.what !== 'answer'))
    runLog.note(describeOutcome(outcome))
}
