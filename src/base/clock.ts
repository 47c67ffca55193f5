/** Milliseconds, as `Date.now()` counts them. */
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

// setTimeout overflows past 2^31-1 ms, and knows nothing of a clock that was set or a machine that slept: so the clock
// is asked again at least this often.
const LONGEST_TIMER = MINUTE

export type Alarm = { cancel(): void }

/** Where time comes from. Only this file asks the machine; tests give a clock of their own. */
export type Clock = {
  /** Unix time in milliseconds. */
  now(): number
  /** Calls once when `now()` is at or after `at`, never earlier, however far away that is. */
  at(at: number, call: () => void): Alarm
}

export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, call) {
    let timer: NodeJS.Timeout
    const wait = () => {
      const left = at - Date.now()
      // A timer may fire a little early, so the clock is asked again each time.
      if (left <= 0) call()
      else timer = setTimeout(wait, Math.min(left, LONGEST_TIMER))
    }
    timer = setTimeout(wait, Math.max(0, Math.min(at - Date.now(), LONGEST_TIMER)))
    return { cancel: () => clearTimeout(timer) }
  },
}

/** RFC 3339 in UTC with milliseconds. */
export const timeText = (at: number): string => new Date(at).toISOString()
