import { memoryOf, memoryShareOf } from './processes.ts'

const LONGEST_MS = 500
const SHORTEST_MS = 25
// More than a process was seen to fill of fresh memory in a second: so the limit is not passed unseen between two looks.
const FASTEST_PER_MS = (4 * 2 ** 30) / 1000

export type MemoryWatch = {
  /** The most that they were seen to hold together. */
  peakBytes(): number
  /** Whether it was too much. */
  isOver(): boolean
  stop(): void
}

/**
 * Looks again and again at what all processes of a run hold in memory together, the sooner again the nearer it is to
 * the limit, and calls `over` once when it is more. What processes share, as after a fork, counts once.
 */
export function watchMemory(tree: () => number[], limitBytes: number, over: () => void): MemoryWatch {
  let peak = 0
  let isOver = false
  let timer: NodeJS.Timeout | undefined

  function look(): void {
    const pids = tree()
    let held = memoryOf(pids)
    // What each holds is quickly read, but counts twice what they share; the exact share takes longer to reckon.
    if (held > limitBytes) held = memoryShareOf(pids)
    peak = Math.max(peak, held)
    isOver = held > limitBytes
    if (isOver) return over()
    wait((limitBytes - held) / FASTEST_PER_MS)
  }

  function wait(ms: number): void {
    timer = setTimeout(look, Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms)))
    timer.unref()
  }

  wait(limitBytes / FASTEST_PER_MS)
  return { peakBytes: () => peak, isOver: () => isOver, stop: () => clearTimeout(timer) }
}
