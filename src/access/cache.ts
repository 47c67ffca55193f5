import type { Clock } from '../base/index.ts'

/** Caches that are emptied together, whenever a user, key or session changes. */
export type Memory = {
  cache<T extends object>(limits: { most: number; keepMs?: number }): Cache<T>
  /** Call after the change is written and before it is acknowledged. */
  clear(): void
}

export type Cache<T> = {
  /** What is kept under the key, else what `load` gives (asked once however many want it); undefined is not kept. */
  get(key: string, load: () => Promise<T | undefined>): Promise<T | undefined>
}

type Kept<T> = { value: T; until: number }

export function createMemory(clock: Clock): Memory {
  const clearers: (() => void)[] = []
  let generation = 0
  return {
    cache<T extends object>({ most, keepMs = Infinity }: { most: number; keepMs?: number }): Cache<T> {
      const kept = new Map<string, Kept<T>>()
      const loading = new Map<string, Promise<T | undefined>>()
      clearers.push(() => {
        kept.clear()
        loading.clear()
      })
      return {
        async get(key, load) {
          const found = kept.get(key)
          if (found && clock.now() < found.until) return found.value
          const joined = loading.get(key)
          if (joined) return joined
          const mine = loadAndKeep(key, load)
          loading.set(key, mine)
          try {
            return await mine
          } finally {
            if (loading.get(key) === mine) loading.delete(key)
          }
        },
      }

      async function loadAndKeep(key: string, load: () => Promise<T | undefined>) {
        const begun = generation
        const value = await load()
        // What was read before a change must not be kept after it.
        if (value !== undefined && begun === generation) {
          kept.delete(key)
          kept.set(key, { value, until: clock.now() + keepMs })
          if (kept.size > most) kept.delete(kept.keys().next().value!)
        }
        return value
      }
    },
    clear() {
      generation += 1
      for (const clear of clearers) clear()
    },
  }
}
