import { SECOND } from '../base/index.ts'

const LONGEST_WAIT_MS = 30 * SECOND

/** How much is tried at once, and when. */
export type Pace = {
  readonly atOnce: number
  readonly resumeAt: number
  succeeded(): void
  /** After a failure of `count` things: fewer at once, to find the one in the way; true, with a pause, where it was one. */
  failed(count: number, now: number): boolean
}

/** A pace of at most `most` at once, without pauses until something fails. */
export function createPace(most: number): Pace {
  let atOnce = most
  let resumeAt = -Infinity
  let failures = 0
  return {
    get atOnce() {
      return atOnce
    },
    get resumeAt() {
      return resumeAt
    },
    succeeded() {
      atOnce = Math.min(most, 2 * atOnce)
      resumeAt = -Infinity
      failures = 0
    },
    failed(count, now) {
      atOnce = Math.ceil(count / 2)
      if (count > 1) return false
      failures += 1
      resumeAt = now + waitAfter(failures)
      return true
    },
  }
}

/** How long to wait after so many failures in a row. */
export const waitAfter = (failures: number) => Math.min(SECOND * 2 ** (failures - 1), LONGEST_WAIT_MS)
