/** Counts things of a few known kinds, from 0 when the server starts; for whoever watches it from outside. */
export type Tally<K extends string> = {
  add(kind: K, count?: number): void
  counts(): Record<K, number>
}

export function createTally<K extends string>(kinds: readonly K[]): Tally<K> {
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<K, number>
  return {
    add: (kind, count = 1) => void (counts[kind] += count),
    counts: () => ({ ...counts }),
  }
}
