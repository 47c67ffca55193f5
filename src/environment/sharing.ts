/** Calls once for each key, however many ask, and keeps what it gave; after a failure the next ask tries again. */
export function shared<Arguments extends unknown[], T>(
  make: (...given: Arguments) => Promise<T>,
  keyOf: (...given: Arguments) => string = () => '',
): (...given: Arguments) => Promise<T> {
  const made = new Map<string, Promise<T>>()
  return (...given) => {
    const key = keyOf(...given)
    const before = made.get(key)
    if (before) return before
    const now = make(...given)
    made.set(key, now)
    now.catch(() => made.delete(key))
    return now
  }
}

/** Work by key, each once at a time: who asks meanwhile gets the same answer. */
export type Flights = {
  join(key: string, work: () => Promise<void>): Promise<void>
  /** When nothing is at work any more. */
  landed(): Promise<void>
}

export function createFlights(): Flights {
  const flying = new Map<string, Promise<void>>()
  return {
    join(key, work) {
      const before = flying.get(key)
      if (before) return before
      const now = work().finally(() => flying.delete(key))
      flying.set(key, now)
      return now
    },
    async landed() {
      while (flying.size > 0) await Promise.allSettled(flying.values())
    },
  }
}

/** Lets at most so many work at once; the others wait in order. */
export function createSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = count
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
