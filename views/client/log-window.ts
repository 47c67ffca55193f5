// Rows are drawn by blocks, and only those near to what is seen; above and below stand two empty boxes of the height that
// the rest has, or is reckoned to have until it is drawn and measured.
const BLOCK = 10
const NEAR_PX = 100

export type Source = {
  count(): number
  draw(place: number): HTMLElement
  /** How many characters the row has. */
  length(place: number): number
  /** Called with the places that are drawn now. */
  seen(from: number, to: number): void
}

export type LogWindow = ReturnType<typeof createWindow>

/** Shows the rows of the source in the scroller, however many there are. Places count from 0. */
export function createWindow(scroller: HTMLElement, source: Source) {
  const [above, below] = [document.createElement('div'), document.createElement('div')]
  const drawn = new Map<number, HTMLElement>()
  let heights: number[] = []
  // Where blocks begin; those up to `firm` are true. A log of 100,000 lines has too many to sum them up in every frame.
  const tops = [0]
  let firm = 0
  let sized = 0
  let rowPx = 20
  // Characters to a line where long ones are wrapped.
  let columns = Infinity
  above.className = below.className = 'space'
  scroller.replaceChildren(above, below)

  const blocks = () => Math.ceil(source.count() / BLOCK)
  const reckoned = (place: number) => rowPx * Math.max(1, Math.ceil(source.length(place) / columns))

  function topOf(block: number): number {
    for (; firm < block; firm += 1) tops[firm + 1] = tops[firm]! + (heights[firm] ?? 0)
    return tops[block]!
  }

  function setHeight(block: number, px: number): void {
    heights[block] = px
    firm = Math.min(firm, block)
  }

  /** Reckons with the rows that came since. */
  function grow(): void {
    for (const count = source.count(); sized < count; sized += 1) {
      const block = Math.floor(sized / BLOCK)
      setHeight(block, (heights[block] ?? 0) + reckoned(sized))
    }
  }

  /** Draws what is to be seen where the scroller stands now, or at its end. */
  function draw(atEnd = false): void {
    grow()
    const total = topOf(heights.length)
    const top = atEnd ? Math.max(0, total - scroller.clientHeight) : scroller.scrollTop
    const [first, last] = blocksBetween(top - NEAR_PX, top + scroller.clientHeight + NEAR_PX)
    const [anchor] = blocksBetween(top, top)
    const offset = top - topOf(anchor)
    for (const [block, element] of drawn)
      if (block < first || block > last) {
        element.remove()
        drawn.delete(block)
      }
    for (let block = first; block <= last; block += 1) fill(block, first)
    above.style.height = `${topOf(first)}px`
    below.style.height = `${total - topOf(last + 1)}px`
    if (measure(anchor)) {
      above.style.height = `${topOf(first)}px`
      if (!atEnd) scroller.scrollTop = topOf(anchor) + offset
    }
    if (atEnd) scroller.scrollTop = scroller.scrollHeight
    source.seen(first * BLOCK, Math.min(source.count(), (last + 1) * BLOCK))
  }

  function blocksBetween(top: number, bottom: number): [first: number, last: number] {
    const last = Math.max(0, heights.length - 1)
    return [Math.min(last, blockAt(top)), Math.min(last, blockAt(bottom))]
  }

  /** The first block that ends below this. */
  function blockAt(px: number): number {
    topOf(heights.length)
    let [low, high] = [0, heights.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (tops[middle + 1]! > px) high = middle
      else low = middle + 1
    }
    return low
  }

  function fill(block: number, first: number): void {
    const [from, to] = [block * BLOCK, Math.min(source.count(), (block + 1) * BLOCK)]
    let element = drawn.get(block)
    if (!element) {
      element = document.createElement('div')
      element.className = 'rows'
      drawn.set(block, element)
      const next = [...drawn.keys()].filter((other) => other > block).sort((a, b) => a - b)[0]
      scroller.insertBefore(element, block >= first && next !== undefined ? drawn.get(next)! : below)
    }
    for (let place = from + element.childElementCount; place < to; place += 1)
      element.append(source.draw(place))
  }

  /** Puts true heights in place of reckoned ones; true where that moves what is seen. */
  function measure(anchor: number): boolean {
    let moved = false
    for (const [block, element] of drawn) {
      const px = element.offsetHeight
      if (px === heights[block]) continue
      setHeight(block, px)
      moved ||= block < anchor
    }
    return moved
  }

  const elementOf = (place: number) =>
    drawn.get(Math.floor(place / BLOCK))?.children[place % BLOCK] as HTMLElement | undefined

  return {
    draw,
    blocks,
    /** Draws the row anew, if it is drawn. */
    touch: (place: number) => elementOf(place)?.replaceWith(source.draw(place)),
    /** Draws anew all that is seen; heights stay. */
    redraw(): void {
      for (const [block, element] of drawn)
        element.replaceChildren(
          ...Array.from(element.children, (_, index) => source.draw(block * BLOCK + index)),
        )
    },
    /** Forgets what it knows of heights, as when rows have come before others or a line holds more or less than it did. */
    reset(charactersToLine: number): void {
      columns = charactersToLine
      rowPx = parseFloat(getComputedStyle(scroller).lineHeight)
      heights = []
      firm = 0
      sized = 0
      for (const element of drawn.values()) element.remove()
      drawn.clear()
      grow()
    },
    /** The first row that is seen, and how far its top is above the scroller's. */
    topmost(): { place: number; above: number } {
      const top = scroller.scrollTop
      for (const [block, element] of [...drawn].sort(([a], [b]) => a - b))
        for (const [index, row] of [...element.children].entries()) {
          const { offsetTop, offsetHeight } = row as HTMLElement
          if (offsetTop + offsetHeight > top) return { place: block * BLOCK + index, above: top - offsetTop }
        }
      return { place: 0, above: 0 }
    },
    /** Scrolls so that the row's top is so far above the scroller's. */
    goTo(place: number, abovePx: number): void {
      grow()
      const block = Math.floor(place / BLOCK)
      let top = topOf(block)
      for (let other = block * BLOCK; other < place; other += 1) top += reckoned(other)
      below.style.height = `${topOf(heights.length)}px`
      scroller.scrollTop = top + abovePx
      draw()
      const element = elementOf(place)
      if (!element) return
      scroller.scrollTop = element.offsetTop + abovePx
      draw()
    },
    /** Whether all of the row is in sight. */
    isInSight(place: number): boolean {
      const element = elementOf(place)
      if (!element) return false
      const top = element.offsetTop - scroller.scrollTop
      return top >= 0 && top + element.offsetHeight <= scroller.clientHeight
    },
  }
}
