import { styleText } from 'node:util'
import { printable, type Clock } from '../base/index.ts'
import { isoText, relativeTime } from '../../views/words.ts'

export type Tone = 'ok' | 'bad' | 'warn' | 'run' | 'idle' | 'plain'
/** Text for one line, with its tone; a text alone is plain. */
export type Cell = string | { text: string; tone: Tone }

/** How words are put before whoever reads them. */
export type Screen = {
  paint(text: string, tone: Tone): string
  /** Relative to now on a terminal, RFC 3339 elsewhere; a dash for none. */
  time(at: string | undefined): string
  /** Rows under titles, in columns; on a terminal the last column is cut to its width. */
  table(titles: string[], rows: Cell[][]): string
}

type Variables = Record<string, string | undefined>
type Stream = { isTTY?: boolean; columns?: number }

const STYLES = {
  ok: 'green',
  bad: 'red',
  warn: 'yellow',
  run: 'cyan',
  idle: 'gray',
  plain: undefined,
} as const

const GAP = '  '

export function createScreen(variables: Variables, stream: Stream, clock: Clock): Screen {
  const colourful = isColourful(variables, stream)
  const style = (text: string, name: 'bold' | (typeof STYLES)[Tone]) =>
    name && colourful ? styleText(name, text, { validateStream: false }) : text
  const paint = (text: string, tone: Tone) => style(text, STYLES[tone])
  return {
    paint,
    time(at) {
      if (at === undefined) return '–'
      return stream.isTTY ? relativeTime(Date.parse(at), clock.now()) : isoText(Date.parse(at))
    },
    table(titles, rows) {
      const cells = rows.map((row) => row.map(cellOf))
      const widths = titles.map((title, at) =>
        Math.max(widthOf(title), ...cells.map((row) => widthOf(row[at]!.text))),
      )
      const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0)
      const last = stream.isTTY && stream.columns ? Math.max(10, stream.columns - before) : Infinity
      const lineOf = (row: { text: string; draw: (text: string) => string }[]) =>
        row
          .map(({ text, draw }, at) =>
            at === titles.length - 1
              ? draw(cut(text, last))
              : draw(text) + ' '.repeat(widths[at]! - widthOf(text)),
          )
          .join(GAP)
          .trimEnd()
      return [
        lineOf(titles.map((text) => ({ text, draw: (title) => style(title, 'bold') }))),
        ...cells.map((row) => lineOf(row.map(({ text, tone }) => ({ text, draw: (it) => paint(it, tone) })))),
      ].join('\n')
    },
  }
}

/** As Node's own rule is: FORCE_COLOR decides, then NO_COLOR (no-color.org), then whether it is a terminal. */
export function isColourful(variables: Variables, { isTTY }: Stream): boolean {
  const forced = variables['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return !variables['NO_COLOR'] && variables['TERM'] !== 'dumb' && isTTY === true
}

function cellOf(cell: Cell): { text: string; tone: Tone } {
  const { text, tone } = typeof cell === 'string' ? { text: cell, tone: 'plain' as const } : cell
  return { text: printable(text.replace(/\s+/g, ' ').trim()) || '–', tone }
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
// What Unicode's East Asian Width (UAX 11) calls wide, by its large blocks, and what is drawn as a picture.
const WIDE = /^[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹯＀-｠￠-￦]|^\p{Emoji_Presentation}/u

/** How many columns of a terminal the text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const { segment } of letters.segment(text)) width += WIDE.test(segment) ? 2 : 1
  return width
}

function cut(text: string, most: number): string {
  if (widthOf(text) <= most) return text
  let kept = ''
  let width = 0
  for (const { segment } of letters.segment(text)) {
    width += widthOf(segment)
    if (width >= most) break
    kept += segment
  }
  return `${kept}…`
}
