import { createFiles } from './files.ts'
import type { createName } from './name.ts'
import type { EditPage, Place } from './page.ts'
import type { Pane } from './pane.ts'
import { made, part } from './parts.ts'
import { currentText, isRemoved, type EditState } from './state.ts'

type Options = {
  page: EditPage
  place: Place
  state: EditState
  pane: Pane
  name: ReturnType<typeof createName>
  open: (path: string) => void
  canKeep: () => boolean
}

export type Shown = ReturnType<typeof createShown>

/** Brings what is on the page into line with the state. */
export function createShown({ page, place, state, pane, name, open, canKeep }: Options) {
  const drawFiles = createFiles({ hrefOf: page.hrefOf, open })

  /** The open file, and all around it. */
  function file(): void {
    const text = currentText(state)
    const isText = typeof text === 'string'
    place.host.hidden = !isText
    place.words.replaceChildren(...(isText ? [] : [wordsFor(text)]))
    if (isText) pane.show(state.current, text)
    marks()
    part('language').textContent = isText ? pane.languageName() : ''
    around()
  }

  function wordsFor(text: null | undefined): HTMLElement {
    if (text === null) return made('removed')
    const words = made('not-text')
    words.querySelector('a')!.href = page.rawHrefOf(state.current)
    return words
  }

  const marks = () => pane.mark(state.marks.get(state.current) ?? [])

  /** The list of files, what can be pressed, and how many changes there are. */
  function around(): void {
    const states = state.set.states()
    drawFiles(states, state.current, new Map([...state.marks].map(([path, list]) => [path, list.length])))
    name.show(state.current)
    const deletes = isRemoved(state, state.current) ? 'Restore' : 'Delete'
    for (const button of page.form.querySelectorAll<HTMLButtonElement>('[value=delete]')) {
      button.textContent = deletes
      button.setAttribute('aria-label', `${deletes} ${state.current}`)
    }
    for (const button of ['review', 'discard']) part<HTMLButtonElement>(button).disabled = state.set.isEmpty()
    const count = states.filter(({ kind }) => kind !== 'same').length
    const files = count === 1 ? 'One file changed' : `${count} files changed`
    summary(count === 0 ? 'Nothing changed yet' : `${files}; ${canKeep() ? KEPT : NOT_KEPT}`)
  }

  function summary(words: string): void {
    if (part('summary').textContent !== words) part('summary').textContent = words
  }

  return { file, marks, around, summary }
}

const KEPT = 'kept in this browser'
const NOT_KEPT = 'this browser does not keep it, so commit before you leave'
