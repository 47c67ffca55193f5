/** So many at once, the lowest number first. */
export type Slots = {
  /** Calls `start` with what gives the slot back, as soon as one is free. Returns what gives up waiting. */
  wait(order: number, start: (release: () => void) => void): () => void
  waiting(): number
  used(): number
  /** Resolves when none is used. */
  idle(): Promise<void>
}

type Waiting = { order: number; start: (release: () => void) => void; left: boolean }

/** Slots for `count` at once. */
export function createSlots(count: number): Slots {
  const heap: Waiting[] = []
  let used = 0
  let left = 0
  const resting: (() => void)[] = []

  function fill(): void {
    while (used < count && heap.length > 0) {
      const first = pop(heap)
      if (first.left) {
        left -= 1
        continue
      }
      used += 1
      first.start(releaser())
    }
  }

  function releaser(): () => void {
    let held = true
    return () => {
      if (!held) return
      held = false
      used -= 1
      fill()
      if (used === 0) for (const resolve of resting.splice(0)) resolve()
    }
  }

  return {
    wait(order, start) {
      const entry: Waiting = { order, start, left: false }
      push(heap, entry)
      fill()
      return () => {
        // It stays in the heap until its place comes up; started ones are out of it already.
        if (!entry.left && heap.includes(entry)) left += 1
        entry.left = true
      }
    },
    waiting: () => heap.length - left,
    used: () => used,
    idle: () => (used === 0 ? Promise.resolve() : new Promise((resolve) => resting.push(resolve))),
  }
}

// A binary heap in an array, as in every textbook: the children of i are at 2i + 1 and 2i + 2.

function push(heap: Waiting[], entry: Waiting): void {
  let place = heap.length
  heap.push(entry)
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (heap[parent]!.order <= entry.order) break
    heap[place] = heap[parent]!
    place = parent
  }
  heap[place] = entry
}

function pop(heap: Waiting[]): Waiting {
  const first = heap[0]!
  const entry = heap.pop()!
  if (heap.length === 0) return first
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]!.order < heap[child]!.order) child += 1
    if (heap[child]!.order >= entry.order) break
    heap[place] = heap[child]!
    place = child
  }
  heap[place] = entry
  return first
}
