import { messageOf, SECOND, type Bus, type Clock, type Log } from '../base/index.ts'
import type { DueTick, GateAnswer } from './offer.ts'
import type { TickStore } from './store.ts'

const LONGEST_WAIT_MS = 30 * SECOND

export type Gates = {
  /** Asks the gate of a pending tick, and settles the tick by its answer. */
  ask(tickId: number, due: DueTick, ask: (due: DueTick) => Promise<GateAnswer>): void
  /** Ends the ticks whose gates a server that is gone was asking. */
  recover(): Promise<void>
  /** When every gate asked so far has its tick settled, or given up after `stop`. */
  idle(): Promise<void>
  /** From now on what cannot be written is left pending, for `recover`. */
  stop(): void
}

/** Leads pending ticks to their end. */
export function createGates({ store, clock, bus, log }: GateParts): Gates {
  const open = new Set<Promise<void>>()
  let stopping = false
  const wakers = new Set<() => void>()

  return {
    ask(tickId, due, ask) {
      const work = lead(tickId, due, ask).catch((error: unknown) =>
        log.error({ slug: due.slug, tick: tickId, reason: messageOf(error) }, 'a gate was not settled'),
      )
      open.add(work)
      void work.then(() => open.delete(work))
    },
    async recover() {
      for (const { id, slug } of await store.pending()) {
        await store.settle(id, {
          outcome: 'gate-failed',
          reason: 'the server stopped while the gate was asked',
        })
        bus.announce({ topic: 'tick', slug })
      }
    },
    async idle() {
      while (open.size > 0) await Promise.all(open)
    },
    stop() {
      stopping = true
      for (const wake of [...wakers]) wake()
    },
  }

  async function lead(
    tickId: number,
    due: DueTick,
    ask: (due: DueTick) => Promise<GateAnswer>,
  ): Promise<void> {
    await settle(tickId, due, await answerOf(due, ask))
    bus.announce({ topic: 'tick', slug: due.slug })
  }

  async function answerOf(due: DueTick, ask: (due: DueTick) => Promise<GateAnswer>): Promise<GateAnswer> {
    try {
      return await ask(due)
    } catch (error) {
      log.error({ slug: due.slug, reason: messageOf(error) }, 'a gate could not be asked')
      return { kind: 'gate-failed', reason: 'the gate could not be asked' }
    }
  }

  async function settle(tickId: number, due: DueTick, answer: GateAnswer): Promise<void> {
    switch (answer.kind) {
      case 'gated':
        await written(due, () => store.settle(tickId, { outcome: 'gated' }))
        return
      case 'gate-failed':
        await written(due, () => store.settle(tickId, { outcome: 'gate-failed', reason: answer.reason }))
        return
      case 'yes': {
        try {
          const writes = answer.writes(due)
          const settled = await written(due, () => store.settle(tickId, { outcome: 'ran', writes }))
          if (settled?.runId === undefined) answer.drop()
          else answer.begin(settled.runId)
        } catch (error) {
          answer.drop()
          throw error
        }
      }
    }
  }

  /** Tries until it is written, less and less often; once the server stops, only as often as it has begun to. */
  async function written<T>({ slug }: DueTick, write: () => Promise<T>): Promise<T> {
    for (let waitMs = SECOND; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return await write()
      } catch (error) {
        if (stopping) throw error
        log.error(
          { slug, reason: messageOf(error) },
          'the end of a gate could not be recorded; it is tried again',
        )
        await pause(waitMs)
      }
    }
  }

  /** Waits; not at all once the server stops. */
  async function pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        alarm.cancel()
        wakers.delete(wake)
        resolve()
      }
      const alarm = clock.at(clock.now() + ms, wake)
      wakers.add(wake)
    })
  }
}

type GateParts = { store: TickStore; clock: Clock; bus: Bus; log: Log }
