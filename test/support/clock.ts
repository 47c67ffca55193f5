import type { Clock } from '../../src/base/index.ts'

export type FakeClock = Clock & {
  /** Moves time forward, calling each alarm on the way in order, with `now()` at its moment. */
  advance(ms: number): void
  /** Jumps, backward too, as when somebody sets the machine's clock; what is due then is called soon. */
  jump(to: number): void
  /** When the waiting alarms are due, the first one first. */
  alarms(): number[]
}

/**
 * A clock that stands still at `at` (Unix milliseconds, or an ISO time) until it is moved. An alarm that is due when
 * it is set is called soon, but never inside `at()`, as with the machine's clock.
 */
export function fakeClock(at: number | string): FakeClock {
  let now = typeof at === 'number' ? at : Date.parse(at)
  if (Number.isNaN(now)) throw new Error(`not a time: ${at}`)
  const waiting = new Set<{ at: number; call: () => void }>()
  return {
    now: () => now,
    at(at, call) {
      const alarm = { at, call }
      waiting.add(alarm)
      if (at <= now) setImmediate(callDue)
      return { cancel: () => void waiting.delete(alarm) }
    },
    advance(ms) {
      const end = now + ms
      for (let alarm = first(); alarm && alarm.at <= end; alarm = first()) {
        now = Math.max(now, alarm.at)
        waiting.delete(alarm)
        alarm.call()
      }
      now = end
    },
    jump(to) {
      now = to
      setImmediate(callDue)
    },
    alarms: () => [...waiting].map((alarm) => alarm.at).sort((a, b) => a - b),
  }

  // Of alarms at the same moment the one set first comes first: a Set keeps its order.
  function first() {
    return [...waiting].reduce<{ at: number; call: () => void } | undefined>(
      (best, alarm) => (best && best.at <= alarm.at ? best : alarm),
      undefined,
    )
  }

  // Only what is due now: an alarm that sets itself again at once must not keep the process here.
  function callDue() {
    for (const alarm of [...waiting].filter((alarm) => alarm.at <= now).sort((a, b) => a.at - b.at)) {
      if (waiting.delete(alarm)) alarm.call()
    }
  }
}
