import type { Mark } from './pane.ts'
import type { Answer, Edit, EditServer } from './server.ts'

// So long after the last key the server is asked.
const PAUSE_MS = 350
const RETRY_MS = 4000

export type Found = { marks: Map<string, Mark[]>; problems: number; conflicts: boolean }

type Options = {
  server: EditServer
  read: () => Edit
  /** What the server found; undefined where there is nothing to ask it about. */
  found: (found: Found | undefined) => void
  failed: (answer: Exclude<Answer<never>, { kind: 'ok' }>) => void
  goTo: (path: string, line: number) => void
  compare: () => void
}

/** Asks the server, soon after somebody typed, what the edit would come to, and puts the answer into the page. */
export function createCheck({ server, read, found, failed, goTo, compare }: Options) {
  const first = ['edit-check', 'edit-changes'].map((id) => document.getElementById(id)!.cloneNode(true))
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked: AbortController | undefined

  async function now(): Promise<Answer<unknown>> {
    clearTimeout(timer)
    asked?.abort()
    const mine = (asked = new AbortController())
    const edit = read()
    if (Object.keys(edit.files).length === 0) {
      place(first)
      found(undefined)
      return { kind: 'ok', value: undefined }
    }
    const panel = document.getElementById('edit-check')!
    panel.setAttribute('aria-busy', 'true')
    const answer = await server.check(edit, mine.signal)
    // A newer question is under way: it has the word.
    if (mine.signal.aborted) return answer
    if (answer.kind === 'ok') {
      place([...answer.value.body.children])
      found(readFound())
    } else {
      panel.removeAttribute('aria-busy')
      failed(answer)
      if (answer.kind === 'offline') timer = setTimeout(() => void now(), RETRY_MS)
    }
    return answer
  }

  function place(parts: Node[]): void {
    for (const fresh of parts) {
      const copy = document.importNode(fresh, true) as HTMLElement
      document.getElementById(copy.id)?.replaceWith(copy)
    }
    enliven()
  }

  /** Places become buttons that lead to them, and a conflict gets the way to look at it. */
  function enliven(): void {
    const panel = document.getElementById('edit-check')!
    for (const item of panel.querySelectorAll<HTMLElement>('li[data-path]')) {
      const { path, line } = item.dataset
      const words = item.querySelector('[data-edit-place]')!
      words.replaceWith(button(words.textContent, 'link mono', () => goTo(path!, Number(line ?? 1))))
    }
    panel.querySelector('[data-edit-conflicts]')?.append(' ', button('Compare', 'link', compare))
  }

  addEventListener('online', () => void now())
  return {
    soon() {
      clearTimeout(timer)
      timer = setTimeout(() => void now(), PAUSE_MS)
    },
    now,
  }
}

function readFound(): Found {
  const panel = document.getElementById('edit-check')!
  const marks = new Map<string, Mark[]>()
  for (const { dataset } of panel.querySelectorAll<HTMLElement>('li[data-path]')) {
    const mark: Mark = {
      message: dataset['message'] ?? '',
      ...(dataset['line'] ? { line: Number(dataset['line']) } : {}),
      ...(dataset['column'] ? { column: Number(dataset['column']) } : {}),
    }
    marks.set(dataset['path']!, [...(marks.get(dataset['path']!) ?? []), mark])
  }
  return {
    marks,
    problems: Number(panel.dataset['problems']),
    conflicts: panel.querySelector('[data-edit-conflicts]') !== null,
  }
}

function button(words: string, className: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.className = className
  element.textContent = words
  element.addEventListener('click', press)
  return element
}
