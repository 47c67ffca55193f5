import type { Mark } from '../ansi.ts'
import { absoluteTime, clockTime, sinceTime } from '../words.ts'
import type { Row } from './log-store.ts'

/** Where something was found in a row. */
export type Hit = { from: number; to: number; isCurrent: boolean }

export type RowLook = {
  times: 'clock' | 'since' | 'off'
  beganAt: number
  isPicked: boolean
  hits: Hit[]
}

// More of one line than this is not drawn: layout would take seconds over it.
const LONGEST_DRAWN = 10_000

/** The row that `runs/_log.tsx` makes; text is set as text, never as HTML. */
export function drawRow(row: Row | undefined, look: RowLook): HTMLElement {
  const element = document.createElement('div')
  if (!row) return classed(element, 'waiting')
  classed(element, row.stream)
  if (row.stream === 'cut') {
    element.setAttribute('role', 'separator')
    element.textContent = row.text
    return element
  }
  element.id = `L${row.line}`
  if (look.isPicked) element.classList.add('picked')
  if (look.hits.some(({ isCurrent }) => isCurrent)) element.classList.add('current')
  element.append(numberOf(row.line), timeOf(row.at, look))
  // Most rows do without: there is less to lay out.
  if (row.stream !== 'out') element.append(made('i', row.stream))
  element.append(textOf(row, look.hits))
  return element
}

function numberOf(line: number): HTMLElement {
  const link = made('a', String(line))
  link.href = `#L${line}`
  link.tabIndex = -1
  return link
}

function timeOf(at: number, { times, beganAt }: RowLook): HTMLElement {
  const words = times === 'since' ? sinceTime(at - beganAt) : times === 'clock' ? clockTime(at) : ''
  const time = made('time', words)
  time.dateTime = new Date(at).toISOString()
  time.title = absoluteTime(at)
  return time
}

function textOf({ text, marks }: Row, hits: Hit[]): HTMLElement {
  const drawn = text.slice(0, LONGEST_DRAWN)
  const span = made('span', '')
  if (marks.length === 0 && hits.length === 0) span.textContent = drawn
  else span.append(...partsOf(drawn, marks, hits))
  const rest = text.length - drawn.length
  if (rest > 0) span.append(made('em', ` … ${rest.toLocaleString('en')} more characters are in the download`))
  return span
}

/** The text in parts that look alike, each of them with its colours and its mark. */
function partsOf(text: string, marks: Mark[], hits: Hit[]): (string | HTMLElement)[] {
  const ends = new Set([text.length])
  for (const { from, to } of [...marks, ...hits]) ends.add(from).add(to)
  const parts: (string | HTMLElement)[] = []
  let at = 0
  for (const end of [...ends].filter((place) => place > 0 && place <= text.length).sort((a, b) => a - b)) {
    while (marks[0] && marks[0].to <= at) marks = marks.slice(1)
    while (hits[0] && hits[0].to <= at) hits = hits.slice(1)
    const [mark, hit] = [marks[0], hits[0]]
    let part: string | HTMLElement = text.slice(at, end)
    if (mark && mark.from <= at) part = classed(made('b', part), mark.look)
    if (hit && hit.from <= at) part = around(part, hit)
    parts.push(part)
    at = end
  }
  return parts
}

function around(part: string | HTMLElement, { isCurrent }: Hit): HTMLElement {
  const mark = document.createElement('mark')
  mark.append(part)
  return isCurrent ? classed(mark, 'current') : mark
}

function classed<T extends HTMLElement>(element: T, name: string): T {
  element.className = name
  return element
}

function made<K extends keyof HTMLElementTagNameMap>(tag: K, text: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}
