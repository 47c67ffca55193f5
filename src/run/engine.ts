/**
 * What an engine tells of a run: it was claimed; its attempt ended and a further one is due at `notBefore`; or it is over,
 * maybe without having started.
 */
export type EngineEvent =
  { kind: 'started' | 'ended'; id: number } | { kind: 'retrying'; id: number; notBefore: number }

/**
 * Whatever executes runs. The database is the truth, so only ids go in. The in-process one is the worker; nothing else
 * may know which one it is.
 */
export type Engine = {
  /** Takes note of a queued run that has its turn; it starts as soon as a slot is free, in the order of ids. */
  enqueue(id: number): void
  /** Forgets a run that has not started, and stops one that has; `ended` follows when it is over. */
  cancel(id: number, by: string): void
  /** Calls for each event until the returned function is called. */
  on(listener: (event: EngineEvent) => void): () => void
  /** How many runs execute now, and how many wait for a slot. */
  counts(): { running: number; waiting: number }
  /**
   * Starts nothing new; what runs gets its grace to end, then is stopped and recorded as lost. With `now`, also in a
   * second call, there is no grace.
   */
  close(options?: { now?: boolean }): Promise<void>
}
