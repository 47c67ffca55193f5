import type { LogLine } from '../runs/_log.tsx'
import { createFind } from './log-find.ts'
import { loadUpTo, takeRows } from './log-load.ts'
import { drawRow, type RowLook } from './log-row.ts'
import { createStore, type Row } from './log-store.ts'
import { createWindow } from './log-window.ts'

export type Options = { times: RowLook['times']; wrap: boolean; output: '' | 'out' | 'err' }
export type Picked = { from: number; to: number }

export type Viewer = ReturnType<typeof createViewer>

// So near to the end counts as at the end.
const NEAR_END_PX = 24

/**
 * The log of a page in a scroller: draws what is seen, follows the end until a person scrolls up, and has earlier lines
 * from the server when they are wanted. `changed` is called, at most once a frame, when there is something to tell.
 */
export function createViewer(section: HTMLElement, scroller: HTMLElement, changed: () => void) {
  const run = Number(section.dataset.log)
  const beganAt = Number(section.dataset.began ?? 0)
  const store = createStore(Number(section.dataset.before))
  takeRows(scroller, store)
  const options: Options = { times: 'clock', wrap: true, output: '' }
  let picked: Picked | undefined
  // The places in the store of the rows that are shown, where not all of them are.
  let shown: number[] | undefined
  let filtered = 0
  let following = true
  let seenCount = 0
  let lastTop = 0
  let frame = 0
  let loading: Promise<void> | undefined

  const isShown = (row: Row) => options.output === '' || row.stream === options.output || row.stream === 'cut'
  const find = createFind(store.rows, isShown)
  const count = () => shown?.length ?? store.before() + store.rows().length
  const inStore = (place: number) => (shown ? shown[place]! : place - store.before())
  const placeOf = (stored: number) => (shown ? lowest(shown, stored) : stored + store.before())
  const rowAt = (place: number): Row | undefined => store.rows()[inStore(place)]

  const view = createWindow(scroller, {
    count,
    length: (place) => rowAt(place)?.text.length ?? 0,
    draw(place) {
      const row = rowAt(place)
      const isPicked =
        row !== undefined && picked !== undefined && row.line >= picked.from && row.line <= picked.to
      return drawRow(row, { times: options.times, beganAt, isPicked, hits: find.hitsAt(inStore(place)) })
    },
    seen: (from) => {
      if (!shown && from < store.before()) void load()
    },
  })

  function filter(): void {
    if (!shown) return
    const rows = store.rows()
    for (; filtered < rows.length; filtered += 1) if (isShown(rows[filtered]!)) shown.push(filtered)
  }

  function draw(): void {
    frame = 0
    filter()
    find.goOn(store.isOpen())
    view.draw(following)
    if (following) seenCount = count()
    lastTop = scroller.scrollTop
    changed()
  }
  const plan = () => void (frame ||= requestAnimationFrame(draw))

  /** Begins to reckon anew, with the row that was on top still there. */
  function rearrange(change: () => void): void {
    const top = view.topmost()
    const row = count() > 0 ? rowAt(top.place) : undefined
    change()
    shown = options.output === '' ? undefined : []
    filtered = 0
    filter()
    find.again()
    view.reset(options.wrap ? columnsOf(scroller) : Infinity)
    const place = row ? placeOf(Math.max(0, nearest(store.rows(), row))) : Math.min(top.place, count() - 1)
    if (!following && place >= 0) goToPlace(place, top.above)
    plan()
  }

  async function load(): Promise<void> {
    if (store.before() === 0) return
    loading ??= loadUpTo(run, (store.rows()[0]?.line ?? Infinity) - 1)
      .then((earlier) => rearrange(() => store.putBefore(earlier)))
      .finally(() => (loading = undefined))
    return loading
  }

  scroller.addEventListener(
    'scroll',
    () => {
      const rest = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
      const moved = scroller.scrollTop - lastTop
      // Only who scrolls there follows from there; where a link leads to the last line, that line stays.
      if (moved > 0 && rest < NEAR_END_PX) following = true
      else if (moved < -1) following = false
      lastTop = scroller.scrollTop
      plan()
    },
    { passive: true },
  )
  let width = scroller.clientWidth
  new ResizeObserver(() => {
    if (width !== scroller.clientWidth) rearrange(() => (width = scroller.clientWidth))
    else plan()
  }).observe(scroller)

  function goToPlace(place: number, abovePx: number): void {
    view.goTo(place, abovePx)
    lastTop = scroller.scrollTop
  }

  function goToStored(stored: number): void {
    following = false
    const place = placeOf(stored)
    if (!view.isInSight(place)) goToPlace(place, -scroller.clientHeight / 3)
    view.redraw()
    plan()
  }

  /** Marks lines in place of those that were marked. */
  function pick(lines: Picked | undefined): void {
    picked = lines
    view.redraw()
    changed()
  }

  const viewer = {
    options: (): Readonly<Options> => options,
    set: (more: Partial<Options>) => rearrange(() => Object.assign(options, more)),
    add(lines: LogLine[]): void {
      let wentOn = false
      for (const line of lines) wentOn = store.add(line) === 'went on' || wentOn
      if (store.prune()) return rearrange(() => undefined)
      if (wentOn) for (let back = 1; back <= lines.length + 1; back += 1) view.touch(count() - back)
      plan()
    },
    addCut(size: string): void {
      store.addCut((store.rows().at(-1)?.line ?? 0) + 1, 0, size)
      plan()
    },
    count,
    isFollowing: () => following,
    /** Rows that came while another place was looked at. */
    waiting: () => (following ? 0 : count() - seenCount),
    follow(): void {
      following = true
      plan()
    },
    toBegin(): void {
      following = false
      goToPlace(0, 0)
      void load().then(() => goToPlace(0, 0))
    },
    load,
    find,
    look(text: string, matchCase: boolean): void {
      find.look(text, matchCase)
      view.redraw()
      changed()
    },
    /** Goes to the next place where it is found, or the one before. */
    step(way: 1 | -1): void {
      const stored = find.step(way, Math.max(0, inStore(view.topmost().place)))
      if (stored !== undefined) goToStored(stored)
    },
    picked: () => picked,
    /** The number of the last line that is there; 0 where none is. */
    lastLine: () => store.rows().at(-1)?.line ?? 0,
    pick,
    /** Marks lines and goes there; false, and nothing moves, where the first of them is not in the log. */
    async goTo(lines: Picked): Promise<boolean> {
      pick(lines)
      if (lines.from < (store.rows()[0]?.line ?? 0)) await load()
      const stored = store.placeOf(lines.from)
      if (stored === -1) return false
      goToStored(stored)
      return true
    },
    /** The text of the lines that are marked, or of all that are shown. */
    async text(): Promise<string> {
      await load()
      const isMeant = ({ line }: Row) => !picked || (line >= picked.from && line <= picked.to)
      const rows = store.rows().filter((row) => isShown(row) && isMeant(row))
      return rows.map(({ text }) => `${text}\n`).join('')
    },
  }
  view.reset(columnsOf(scroller))
  plan()
  return viewer
}

/** The place in an ascending list of the first that is not less. */
function lowest(list: number[], value: number): number {
  const found = list.findIndex((one) => one >= value)
  return found === -1 ? list.length - 1 : found
}

/** Where the row is now, or the one that stands nearest to where it was. */
function nearest(rows: Row[], { line }: Row): number {
  const found = rows.findIndex((row) => row.line >= line)
  return found === -1 ? rows.length - 1 : found
}

/** How many characters a line holds. */
function columnsOf(scroller: HTMLElement): number {
  const text = scroller.querySelector<HTMLElement>('span')?.offsetWidth ?? scroller.clientWidth
  const pen = document.createElement('canvas').getContext('2d')!
  pen.font = getComputedStyle(scroller).font
  return Math.max(10, Math.floor(text / (pen.measureText('x'.repeat(100)).width / 100)))
}
