import { clockTime, goesOn, plainLine, writeOn } from '../words.ts'
import type { Message } from './connection.ts'

type Line = Extract<Message, { type: 'log' }>['lines'][number]
type LastRow = { element: HTMLElement; stream: string; text: string; partial: boolean | undefined }

/** Makes the rows that `runs/_log.tsx` makes; text is set as text, never as HTML. */
export function createRows(rows: HTMLElement) {
  let last = lastOf(rows)
  return {
    /** The row of a line, or undefined where the line went on in the row before. */
    add({ at, stream, text, offset, partial }: Line): HTMLElement | undefined {
      if (last && goesOn(last, stream)) {
        last.text = writeOn(last.text, text)
        last.partial = partial
        last.element.lastElementChild!.textContent = plainLine(last.text)
        return undefined
      }
      const element = document.createElement('div')
      element.className = stream
      element.id = `o${offset}`
      const time = make('time', clockTime(Date.parse(at)))
      time.dateTime = at
      element.append(time, make('i', stream === 'out' ? '' : stream), make('span', plainLine(text)))
      last = { element, stream, text, partial }
      return element
    },
    /** The row that says how much was left out. */
    cut(from: number, next: number): HTMLElement {
      last = undefined
      const row = make('div', `${sizeText(next - from)} left out here: the log grew too long`)
      row.className = 'cut'
      row.setAttribute('role', 'separator')
      return row
    },
  }
}

/** The last row of the page, where its line had no end yet. */
function lastOf(rows: HTMLElement): LastRow | undefined {
  const element = rows.lastElementChild
  if (!(element instanceof HTMLElement) || element.dataset.partial === undefined) return undefined
  return {
    element,
    stream: element.className,
    text: element.lastElementChild?.textContent ?? '',
    partial: true,
  }
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, text: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}

const sizeText = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
