import type { Outcome } from './outcome.ts'

/** How a gate or an attempt is ended before its time; its first request decides the outcome. */
export type Stop = {
  /** What the first request said; undefined while there is none. */
  outcome(): Outcome | undefined
  /** Asks for the end: SIGTERM, and after `graceMs` (absent: the script's own grace) SIGKILL. A later, shorter grace counts. */
  request(outcome: Outcome, graceMs?: number): void
  /** Calls for each request, also for one made before. Returns what ends that. */
  on(listener: (graceMs: number | undefined) => void): () => void
}

export function createStop(): Stop {
  const listeners = new Set<(graceMs: number | undefined) => void>()
  let first: { outcome: Outcome; graceMs: number | undefined } | undefined
  return {
    outcome: () => first?.outcome,
    request(outcome, graceMs) {
      first ??= { outcome, graceMs }
      for (const listener of listeners) listener(graceMs)
    },
    on(listener) {
      listeners.add(listener)
      if (first) listener(first.graceMs)
      return () => listeners.delete(listener)
    },
  }
}

/** What the promise gives; undefined as soon as a stop is requested. The promise itself goes on. */
export async function unlessStopped<T>(work: Promise<T>, stop: Stop): Promise<T | undefined> {
  let leave: (() => void) | undefined
  const stopped = new Promise<undefined>((resolve) => {
    leave = stop.on(() => resolve(undefined))
  })
  try {
    return await Promise.race([work, stopped])
  } finally {
    leave?.()
    // When the stop came first, nobody is left to hear of a failure.
    work.catch(() => undefined)
  }
}
