import { PLAIN, showLine, type Mark, type Style } from '../ansi.ts'
import type { LogLine } from '../runs/_log.tsx'
import { cutText, writeOn } from '../words.ts'

/** A row of the log as it is shown; `cut` stands for what is not there. */
export type Row = {
  line: number
  at: number
  stream: LogLine['stream'] | 'cut'
  text: string
  marks: Mark[]
}

// The server keeps 4 MiB of a log's head and 1 MiB of its tail; so much, and a little more, is kept here.
const MOST_CHARACTERS = 8 * 2 ** 20
const HEAD_CHARACTERS = 4 * 2 ** 20
// No browser draws a page that is higher than so many rows.
const MOST_ROWS = 400_000

export type Store = ReturnType<typeof createStore>

/**
 * The rows of a log, in order. `before` is how many rows come before them that have not been had yet. Ever more lines
 * take no more memory: what is too much goes out of the middle, as it does at the server.
 */
export function createStore(before = 0) {
  let rows: Row[] = []
  let characters = 0
  // The text of the last row, where its line has no end yet, and the style it began in.
  let open: { raw: string; begin: Style } | undefined
  const styles: Partial<Record<Row['stream'], Style>> = {}

  const store = {
    rows: () => rows,
    before: () => before,
    isOpen: () => open !== undefined,
    /** Adds a line, or goes on with the last one where that has no end yet; says which. */
    add({ line, at, stream, text, partial }: LogLine): 'added' | 'went on' {
      const last = rows.at(-1)
      const goesOn = open !== undefined && last?.line === line && last.stream === stream
      const begin = (goesOn ? open?.begin : styles[stream]) ?? PLAIN
      const raw = goesOn ? writeOn(open!.raw, text) : text
      const shown = showLine(raw, begin)
      styles[stream] = shown.style
      if (goesOn) characters -= rows.pop()!.text.length
      rows.push({ line, at: goesOn ? last.at : at, stream, text: shown.text, marks: shown.marks })
      characters += shown.text.length
      open = partial ? { raw, begin } : undefined
      return goesOn ? 'went on' : 'added'
    },
    /** Adds text of many lines. */
    addText(line: number, at: number, stream: LogLine['stream'], text: string): void {
      const parts = text.split('\n')
      for (const [index, part] of parts.entries()) {
        const partial = index === parts.length - 1
        if (partial && part === '') return
        store.add({ line: line + index, at, stream, text: part.replace(/\r$/, ''), partial })
      }
    },
    addCut(line: number, at: number, size: string): void {
      store.put({ line, at, stream: 'cut', text: cutText(size), marks: [] })
    },
    /** Adds a row as it is. */
    put(row: Row): void {
      open = undefined
      rows.push(row)
      characters += row.text.length
    },
    /** Puts in what comes before the rows that are here. */
    putBefore(earlier: Row[]): void {
      const first = rows[0]?.line ?? Infinity
      const more = earlier.filter(({ line, stream }) => line < first || stream === 'cut')
      rows = more.concat(rows)
      characters += charactersOf(more)
      before = 0
    },
    /** Takes out what is too much; true where it did, and places have changed. */
    prune(): boolean {
      if (characters <= MOST_CHARACTERS && rows.length <= MOST_ROWS) return false
      const [from, to] = spare()
      const gone = rows.splice(from, to - from)
      characters -= charactersOf(gone)
      if (before > 0) before += gone.length
      else if (rows[from - 1]?.stream !== 'cut')
        rows.splice(from, 0, { ...gone[0]!, stream: 'cut', text: cutText('much'), marks: [] })
      return true
    },
    /** The place of a line among the rows; -1 where it is not there. */
    placeOf(line: number): number {
      let [low, high] = [0, rows.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (rows[middle]!.line < line) low = middle + 1
        else high = middle
      }
      if (rows[low]?.stream === 'cut') low += 1
      return rows[low]?.line === line ? low : -1
    },
  }
  return store

  /** The rows to do without: the older half of what follows the head, or of all where the head is not here. */
  function spare(): [from: number, to: number] {
    let from = 0
    for (let seen = 0; before === 0 && from < rows.length / 2; from += 1) {
      seen += rows[from]!.text.length
      if (seen > HEAD_CHARACTERS || rows[from]!.stream === 'cut') break
    }
    if (rows[from]?.stream === 'cut') from += 1
    return [from, from + Math.ceil((rows.length - from) / 2)]
  }
}

const charactersOf = (rows: Row[]) => rows.reduce((sum, { text }) => sum + text.length, 0)
