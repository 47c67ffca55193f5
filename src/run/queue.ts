import { messageOf, SECOND, type Bus, type Log } from '../base/index.ts'
import type { Engine } from './engine.ts'
import type { ExecuteDeps } from './execute.ts'
import { askGate, type GateAnswer } from './gate.ts'
import { openLog } from './log.ts'
import { errorOf } from './call.ts'
import type { Outcome } from './outcome.ts'
import type { Cause } from './run.ts'
import type { Slots } from './slots.ts'
import { next } from './state.ts'
import { createStop, type Stop } from './stop.ts'
import type { RunRow } from './store.ts'
import { freeTurn, type Turn, type Turns } from './turns.ts'

const TRY_AGAIN_MS = 10 * SECOND

export type QueueDeps = ExecuteDeps & {
  bus: Bus
  log: Log
  logsFolder: string
  engine: Engine
  turns: Turns
  /** How many gates may be asked at once. */
  gateSlots: Slots
}

/** The queued runs, from when they are made until they are over: they wait here for their time, turn and gate. */
export type Queue = {
  /** Takes note of a queued run; `row` is what the record says of it at this moment, where that is known. */
  enqueue(id: number, row?: RunRow): void
  /** The same for a run whose turn was reserved for it, and whose gate said yes or is none. */
  begin(id: number, turn: Turn): void
  /** Ends a queued run, and asks a running one to end. False if it was over. */
  cancel(id: number, by: string): Promise<boolean>
  /** Lets go of all that waits; it stays queued in the record. */
  close(): void
}

/** What is known of a run while it waits or runs; `leave` ends what it waits for. */
type Entry = { id: number; stop: Stop; turn: Turn; leave: () => void; gone: boolean }

export function createQueue(deps: QueueDeps): Queue {
  const { store, source, clock, bus, log, engine, turns, gateSlots } = deps
  const entries = new Map<number, Entry>()
  let closed = false

  engine.on((event) => {
    const entry = entries.get(event.id)
    if (!entry || closed) return
    if (event.kind === 'ended') forget(entry)
    // A run keeps its turn until it is over, also while it waits for its next attempt.
    if (event.kind === 'retrying') waitUntil(entry, event.notBefore, () => engine.enqueue(entry.id))
  })

  function open(id: number, turn: Turn): Entry {
    const entry: Entry = { id, stop: createStop(), turn, leave: () => undefined, gone: false }
    entries.set(id, entry)
    return entry
  }

  function forget(entry: Entry): void {
    entry.gone = true
    entries.delete(entry.id)
    entry.leave()
    entry.turn.release()
  }

  function waitUntil(entry: Entry, at: number | null, call: () => void): void {
    if (at === null || at <= clock.now()) return call()
    waitIn(entry, (go) => {
      const alarm = clock.at(at, () => go(call))
      return () => alarm.cancel()
    })
  }

  /** Joins a line, which may call `go` at once, and remembers how to leave it until then. */
  function waitIn(entry: Entry, join: (go: (then: () => void) => void) => () => void): void {
    let gone = false
    const leave = join((then) => {
      gone = true
      entry.leave = () => undefined
      then()
    })
    if (!gone) entry.leave = leave
  }

  async function admit(entry: Entry, known?: RunRow): Promise<void> {
    const row = known ?? (await store.find(entry.id))
    if (entry.gone) return
    if (row?.state !== 'queued') return forget(entry)
    const at = await source.scriptAt(row.slug, row.commit)
    if (entry.gone) return
    // Of a script that cannot be read the worker makes a refused run.
    const needs = {
      turn: at?.script.manifest.overlap !== 'allow',
      gate: at?.script.gate !== undefined && !row.force && row.attempt === 1,
    }
    const proceed = () => (needs.gate ? waitForGate(entry, row) : engine.enqueue(entry.id))
    const waitForTurn = (then: () => void) => {
      if (!needs.turn) return then()
      waitIn(entry, (go) =>
        turns.wait(row.slug, (turn) => {
          entry.turn = turn
          go(then)
        }),
      )
    }
    // A further attempt waits with its turn in hand; a run for later does not stand in the others' way.
    if (row.attempt > 1) waitForTurn(() => waitUntil(entry, row.notBefore, proceed))
    else waitUntil(entry, row.notBefore, () => waitForTurn(proceed))
  }

  function waitForGate(entry: Entry, row: RunRow): void {
    const ask = (release: () => void) =>
      void askFor(entry, row)
        .catch((error: unknown) => fail(entry, error))
        .finally(release)
    waitIn(entry, (go) => gateSlots.wait(entry.id, (release) => go(() => ask(release))))
  }

  async function askFor(entry: Entry, row: RunRow): Promise<void> {
    const at = await source.scriptAt(row.slug, row.commit)
    if (entry.gone) return
    if (!at?.script.gate) return engine.enqueue(entry.id)
    const facts = {
      id: row.id,
      cause: row.cause as Cause,
      attempt: row.attempt,
      input: row.input,
      ...(row.scheduledAt === null ? {} : { scheduledAt: row.scheduledAt }),
    }
    const answer = await askGate(at, facts, deps, entry.stop)
    if (entry.gone) return
    const logBytes = keepGateLog(row.id, answer)
    if (answer.kind === 'yes') {
      if (answer.data !== undefined) await store.dataWrite(row.slug, answer.data, clock.now())
      return engine.enqueue(entry.id)
    }
    const outcome: Outcome =
      answer.kind === 'no' ? { kind: 'gated' } : { kind: 'gate-failed', reason: answer.reason }
    await end(row, outcome, logBytes, answer.kind === 'no' ? answer.data : undefined)
    forget(entry)
  }

  /** What the gate wrote, before the run's own lines; of a gate that said no only that. */
  function keepGateLog(id: number, answer: GateAnswer): number {
    const runLog = openLog(id, { folder: deps.logsFolder, clock, bus })
    try {
      if (answer.kind !== 'no') answer.log.moveTo(runLog)
      // Of a yes the run itself tells.
      if (answer.kind === 'no') runLog.note('the gate said no')
      if (answer.kind === 'failed') runLog.note(`the gate failed: ${answer.reason}`)
      return runLog.bytes()
    } finally {
      runLog.close()
    }
  }

  async function end(row: RunRow, outcome: Outcome, logBytes: number, data?: string): Promise<boolean> {
    const error = errorOf(outcome)
    const ended = await store.end(row, 'queued', {
      state: next('queued', { kind: 'ended', outcome }),
      outcome,
      endedAt: clock.now(),
      logBytes,
      ...(error ? { error } : {}),
      ...(data === undefined ? {} : { data }),
    })
    if (ended) bus.announce({ topic: 'run', id: row.id, slug: row.slug })
    return ended
  }

  function fail(entry: Entry, error: unknown): void {
    log.error({ run: entry.id, reason: messageOf(error), err: error }, 'a queued run could not be started')
    forget(entry)
    // It is still queued in the record.
    if (!closed) clock.at(clock.now() + TRY_AGAIN_MS, () => queue.enqueue(entry.id))
  }

  const queue: Queue = {
    enqueue(id, row) {
      if (closed || entries.has(id)) return
      const entry = open(id, freeTurn)
      admit(entry, row).catch((error: unknown) => fail(entry, error))
    },
    begin(id, turn) {
      if (closed) return
      open(id, turn)
      engine.enqueue(id)
    },
    async cancel(id, by) {
      const row = await store.find(id)
      if (!row) return false
      const ended = await end(row, { kind: 'cancelled', by }, row.logBytes)
      const entry = entries.get(id)
      entry?.stop.request({ kind: 'cancelled', by })
      engine.cancel(id, by)
      if (entry && ended) forget(entry)
      return ended || row.state === 'running'
    },
    close() {
      closed = true
      for (const entry of [...entries.values()]) {
        entry.gone = true
        entry.leave()
        entry.stop.request({ kind: 'lost', reason: 'the server stopped' }, 0)
      }
    },
  }
  return queue
}
