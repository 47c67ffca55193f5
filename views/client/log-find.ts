import type { Hit } from './log-row.ts'
import type { Row } from './log-store.ts'

// More hits than anybody goes through; beyond them the count says "more than".
const MOST_HITS = 100_000

type Found = { place: number; from: number; to: number }

export type Find = ReturnType<typeof createFind>

/** Finds a text in rows, those that are not drawn too. `rows` may grow; when places have changed, ask `again`. */
export function createFind(rows: () => Row[], isShown: (row: Row) => boolean) {
  let pattern: RegExp | undefined
  let found: Found[] = []
  let searched = 0
  let current = -1

  /** Goes on with the rows that came since; the last one may still grow, so it is looked at again. */
  function goOn(lastIsOpen: boolean): void {
    if (!pattern) return
    while (found.length > 0 && found.at(-1)!.place >= searched) found.pop()
    const all = rows()
    for (let place = searched; place < all.length && found.length < MOST_HITS; place += 1) {
      const row = all[place]!
      if (row.stream === 'cut' || !isShown(row)) continue
      for (const { index, 0: text } of row.text.matchAll(pattern))
        found.push({ place, from: index, to: index + text.length })
    }
    searched = Math.max(0, all.length - (lastIsOpen ? 1 : 0))
    current = Math.min(current, found.length - 1)
  }

  /** The first hit at this place or after it. */
  function firstFrom(place: number): number {
    let [low, high] = [0, found.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (found[middle]!.place < place) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    goOn,
    /** Looks for another text; an empty one ends the search. */
    look(text: string, matchCase: boolean): void {
      pattern = text === '' ? undefined : new RegExp(escaped(text), matchCase ? 'gu' : 'giu')
      this.again()
      current = -1
    },
    again(): void {
      found = []
      searched = 0
      goOn(false)
    },
    isOn: () => pattern !== undefined,
    /** Goes to the next hit (1) or the one before (-1), at first from this place on; gives its place. */
    step(way: 1 | -1, place: number): number | undefined {
      if (found.length === 0) return undefined
      if (current === -1) current = way === 1 ? firstFrom(place) : firstFrom(place) - 1
      else current += way
      current = (current + found.length) % found.length
      return found[current]!.place
    },
    hitsAt(place: number): Hit[] {
      const hits: Hit[] = []
      for (let i = firstFrom(place); found[i]?.place === place; i += 1)
        hits.push({ from: found[i]!.from, to: found[i]!.to, isCurrent: i === current })
      return hits
    },
    /** `3 of 120`, or how many there are. */
    words(): string {
      if (!pattern) return ''
      if (found.length === 0) return 'not found'
      const count = found.length.toLocaleString('en') + (found.length >= MOST_HITS ? '+' : '')
      return current === -1 ? `${count} found` : `${(current + 1).toLocaleString('en')} of ${count}`
    },
  }
}

const escaped = (text: string) => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
