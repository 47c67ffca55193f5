import { systemActor } from '../base/index.ts'
import type { Overlap } from '../script/index.ts'
import { askGate, type GateAnswer } from './gate.ts'
import { openLog, type LogWriter } from './log.ts'
import type { Queue, QueueDeps } from './queue.ts'
import { createStop } from './stop.ts'
import type { RunWrites } from './store.ts'
import { freeTurn, type Turn } from './turns.ts'

/** A due moment, as a run is made for it. */
export type DueTick = {
  slug: string
  commit: string
  revision: string
  scheduleId: string
  scheduledAt: number
}

/**
 * What may become of a due tick. `run` and `gate` hold the script's turn: call exactly one of their functions, `begin`
 * when the writes are in, `drop` when they are not going to be.
 */
export type Admission =
  | ({ kind: 'run' } & Admitted)
  | { kind: 'gate'; ask(tick: DueTick): Promise<GateEnd>; drop(): void }
  | { kind: 'skip'; reason: 'overlap' }
  | { kind: 'refuse'; reason: string }

export type Admitted = {
  /** For the transaction that records the tick: one insert, after which `last_insert_rowid()` is the run's id. */
  writes(tick: DueTick): RunWrites
  /** Starts the run; call it when the transaction is done. */
  begin(runId: number): void
  drop(): void
}

/** What the gate said. On `yes` the turn goes on to the run: write, then begin, or drop. */
export type GateEnd =
  { kind: 'gated' } | { kind: 'gate-failed'; reason: string } | ({ kind: 'yes' } & Admitted)

/** What a tick's script must be known by before its turn is asked for. */
export type DueScript = { slug: string; overlap: Overlap; gated: boolean }

/** Asked once for each due tick; answers at once, and reserves the turn. */
export type TickDoor = { admit(script: DueScript): Admission }

function letGo(turn: Turn, end: GateEnd): GateEnd {
  turn.release()
  return end
}

/** Makes the door through which ticks become runs. */
export function createTickDoor(deps: QueueDeps & { queue: Queue }): TickDoor & { close(): void } {
  const { source, store, clock, bus, log, turns, gateSlots, queue } = deps
  const asked = new Set<ReturnType<typeof createStop>>()
  let closed = false

  function admitted(turn: Turn, gate?: GateAnswer): Admitted {
    return {
      writes: ({ slug, commit, revision, scheduleId, scheduledAt }) => [
        store.insertWrite({
          ...{ slug, commit, revision, scheduleId, scheduledAt },
          cause: 'tick',
          actor: systemActor.name,
          queuedAt: clock.now(),
          // Its gate has been asked, and is not to be asked again after a restart.
          force: gate !== undefined,
        }),
      ],
      begin(runId) {
        if (gate) keepGateLog(runId, gate)
        queue.begin(runId, turn)
      },
      drop: () => turn.release(),
    }
  }

  function keepGateLog(id: number, gate: GateAnswer): void {
    let runLog: LogWriter | undefined
    try {
      runLog = openLog(id, { folder: deps.logsFolder, clock, bus })
      gate.log.moveTo(runLog)
    } catch (error) {
      // The run is made; it must not be lost for want of its gate's words.
      log.error({ run: id, err: error }, 'the output of a gate could not be kept')
    } finally {
      runLog?.close()
    }
  }

  async function ask(tick: DueTick, turn: Turn): Promise<GateEnd> {
    try {
      const end = await inSlot(tick.scheduledAt, () => askNow(tick))
      if (end.kind === 'failed') return letGo(turn, { kind: 'gate-failed', reason: end.reason })
      if (end.data !== undefined) await store.dataWrite(tick.slug, end.data, clock.now())
      return end.kind === 'yes' ? { kind: 'yes', ...admitted(turn, end) } : letGo(turn, { kind: 'gated' })
    } catch (error) {
      turn.release()
      throw error
    }
  }

  async function askNow(tick: DueTick): Promise<GateAnswer | { kind: 'failed'; reason: string }> {
    if (closed) return { kind: 'failed', reason: 'the server stopped' }
    const at = await source.scriptAt(tick.slug, tick.commit)
    if (!at?.script.gate) return { kind: 'failed', reason: `it is not there at commit ${tick.commit}` }
    const stop = createStop()
    asked.add(stop)
    try {
      const facts = { cause: 'tick' as const, scheduledAt: tick.scheduledAt, attempt: 1 }
      return await askGate(at, facts, deps, stop)
    } finally {
      asked.delete(stop)
    }
  }

  function inSlot<T>(order: number, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      gateSlots.wait(order, (release) => void work().then(resolve, reject).finally(release))
    })
  }

  return {
    admit({ slug, overlap, gated }) {
      if (closed) return { kind: 'refuse', reason: 'the server stops' }
      if (deps.isolation.refusal !== undefined) return { kind: 'refuse', reason: deps.isolation.refusal }
      // `queue` and `replace` are held as `skip` until they are acted on.
      const turn = overlap === 'allow' ? freeTurn : turns.take(slug)
      if (!turn) return { kind: 'skip', reason: 'overlap' }
      if (!gated) return { kind: 'run', ...admitted(turn) }
      return { kind: 'gate', ask: (tick) => ask(tick, turn), drop: () => turn.release() }
    },
    close() {
      closed = true
      for (const stop of asked) stop.request({ kind: 'lost', reason: 'the server stopped' }, 0)
    },
  }
}
