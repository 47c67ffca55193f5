/** Things by the time at which they wake, the earliest first. */
export type WakeQueue<T> = {
  push(item: T): void
  /** The earliest, left where it is. */
  first(): T | undefined
  /** Takes the earliest. */
  take(): T | undefined
  size(): number
}

/** A binary heap. Whatever `isGone` says is left out. */
export function createWakeQueue<T extends { readonly wakeAt: number }>(
  isGone: (item: T) => boolean,
): WakeQueue<T> {
  let items: T[] = []
  // Gone things wait for their time at the top, which may be a year; so now and then they are swept out.
  let sweepAt = 1000

  return {
    push(item) {
      if (items.length >= sweepAt) sweep()
      items.push(item)
      rise(items.length - 1)
    },
    first() {
      while (items.length > 0 && isGone(items[0]!)) takeTop()
      return items[0]
    },
    take() {
      return this.first() && takeTop()
    },
    size: () => items.length,
  }

  function takeTop(): T {
    const top = items[0]!
    const last = items.pop()!
    if (items.length > 0) {
      items[0] = last
      sink(0)
    }
    return top
  }

  function sweep() {
    // A sorted list is a heap.
    items = items.filter((item) => !isGone(item)).sort((a, b) => a.wakeAt - b.wakeAt)
    sweepAt = Math.max(1000, 2 * items.length)
  }

  function rise(index: number) {
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (items[parent]!.wakeAt <= items[index]!.wakeAt) return
      swap(index, parent)
      index = parent
    }
  }

  function sink(index: number) {
    for (;;) {
      const left = 2 * index + 1
      if (left >= items.length) return
      const right = left + 1
      const least = right < items.length && items[right]!.wakeAt < items[left]!.wakeAt ? right : left
      if (items[index]!.wakeAt <= items[least]!.wakeAt) return
      swap(index, least)
      index = least
    }
  }

  function swap(a: number, b: number) {
    const item = items[a]!
    items[a] = items[b]!
    items[b] = item
  }
}
