import type { Mark } from '../ansi.ts'
import type { LogLine } from '../runs/_log.tsx'
import { createStore, type Row, type Store } from './log-store.ts'

// What `pages/log.ts` gives of a log.
type Part = {
  next: number
  end: number
  pieces: [line: number, at: number, stream: LogLine['stream'] | 'cut', text: string][]
}

/** Has the log from its begin up to this line, part by part; throws where the server does not give it. */
export async function loadUpTo(run: number, line: number): Promise<Row[]> {
  const store = createStore()
  for (let from = 0, last = 0; last < line;) {
    const answer = await fetch(`/runs/${run}/_log?from=${from}`)
    if (!answer.ok) throw new Error(`the server says ${answer.status}`)
    const { pieces, next } = (await answer.json()) as Part
    if (pieces.length === 0) break
    for (const [number, at, stream, text] of pieces)
      if (stream === 'cut') store.addCut(number, at, text)
      else store.addText(number, at, stream, text)
    last = store.rows().at(-1)?.line ?? line
    from = next
  }
  return store.rows()
}

/** Takes the rows of the first page out of the document. */
export function takeRows(element: HTMLElement, store: Store): void {
  for (const row of element.children as HTMLCollectionOf<HTMLElement>) {
    const line = Number(row.id.slice(1))
    if (row.className === 'cut') {
      const before = store.rows().at(-1)?.line ?? 0
      store.put({ line: before + 1, at: 0, stream: 'cut', text: row.textContent, marks: [] })
      continue
    }
    const stream = row.className as LogLine['stream']
    const at = Date.parse(row.querySelector('time')!.dateTime)
    // A line without an end was left as it was written, for it goes on.
    const { raw } = row.dataset
    if (raw !== undefined) store.add({ line, at, stream, text: raw, partial: true })
    else store.put({ line, at, stream, ...shownIn(row.lastElementChild!) })
  }
}

function shownIn(element: Element): { text: string; marks: Mark[] } {
  const marks: Mark[] = []
  let text = ''
  for (const node of element.childNodes) {
    const words = node.textContent ?? ''
    if (node instanceof HTMLElement)
      marks.push({ from: text.length, to: text.length + words.length, look: node.className })
    text += words
  }
  return { text, marks }
}
