import { clockTime, plainLine } from '../words.ts'
import type { Message } from './connection.ts'

type Line = Extract<Message, { type: 'log' }>['lines'][number]

/** The row of a line, as `runs/_log.tsx` makes it; text is set as text, never as HTML. */
export function lineRow({ at, stream, text, offset }: Line): HTMLElement {
  const row = document.createElement('div')
  row.className = stream
  row.id = `o${offset}`
  const time = make('time', clockTime(Date.parse(at)))
  time.dateTime = at
  row.append(time, make('i', stream === 'out' ? '' : stream), make('span', plainLine(text)))
  return row
}

/** The row that says how much was left out. */
export function cutRow(from: number, next: number): HTMLElement {
  const row = make('div', `${sizeText(next - from)} left out here: the log grew too long`)
  row.className = 'cut'
  row.setAttribute('role', 'separator')
  return row
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, text: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}

const sizeText = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
