import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { languageOf } from './languages.ts'
import { editing } from './pane.ts'
import { part } from './parts.ts'
import type { Conflict } from './server.ts'
import { theme } from './theme.ts'

/** What a person made of a conflict: the text for their commit, null to take the file away; `theirs`: no edit at all. */
export type Choice = { kind: 'text'; text: string | null } | { kind: 'theirs' }

const PHRASES = EditorState.phrases.of({
  'Revert this chunk': 'Take theirs here',
  Accept: 'Keep mine here',
  Reject: 'Take theirs here',
})
// Side by side needs two columns that can be read.
const NARROW = '(max-width: 44rem)'

/** Shows both versions of a file, the own one to be changed, until a person has chosen. */
export function chooseBetween({ path, theirs, yours }: Conflict, count: string): Promise<Choice> {
  const section = part('merge')
  const isNarrow = matchMedia(NARROW).matches
  const host = document.createElement('div')
  part('merge-host').replaceChildren(host)
  part('merge-title').textContent = `${path} was changed on main since you began${count}`
  part('merge-words').textContent = wordsOf(theirs, yours, isNarrow)
  part('merge-heads').hidden = isNarrow
  section.hidden = false
  const { text, close } = show(host, path, theirs ?? '', yours ?? '', isNarrow)
  part('merge-title').focus()

  return new Promise((resolve) => {
    const ways = section.querySelector('.edit-merge-ways')!
    ways.addEventListener('click', function chosen(event) {
      const way = event.target instanceof HTMLButtonElement ? event.target.value : ''
      if (way === '') return
      ways.removeEventListener('click', chosen)
      const mine = way === 'mine' ? yours : text()
      close()
      section.hidden = true
      resolve(way === 'theirs' ? { kind: 'theirs' } : { kind: 'text', text: mine })
    })
  })
}

function wordsOf(theirs: string | null, yours: string | null, isNarrow: boolean): string {
  if (theirs === null)
    return 'It was removed on main. Keep yours to put it back, or take theirs to let it go.'
  if (yours === null) return 'You delete it. Keep mine to delete it all the same, or take theirs to leave it.'
  return isNarrow
    ? 'Your text can be edited here. What is only in theirs is shown above what you have instead.'
    : 'On the right is your text; edit it, or take over single places of theirs with the arrows.'
}

function show(host: HTMLElement, path: string, theirs: string, yours: string, isNarrow: boolean) {
  const root = host.attachShadow({ mode: 'open' })
  const label = (words: string) => EditorView.contentAttributes.of({ 'aria-label': `${words} of ${path}` })
  const reading = [PHRASES, languageOf(path, undefined).extension]
  const own = [...reading, editing, label('Your version')]
  if (isNarrow) {
    const view = new EditorView({
      doc: yours,
      extensions: [own, unifiedMergeView({ original: theirs, mergeControls: true })],
      root,
      parent: root,
    })
    return { text: () => view.state.doc.toString(), close: () => view.destroy() }
  }
  const view = new MergeView({
    a: {
      doc: theirs,
      extensions: [
        ...reading,
        theme,
        EditorView.lineWrapping,
        EditorState.readOnly.of(true),
        label('Their version'),
      ],
    },
    b: { doc: yours, extensions: own },
    revertControls: 'a-to-b',
    collapseUnchanged: { margin: 4, minSize: 8 },
    root,
    parent: root,
  })
  return { text: () => view.b.state.doc.toString(), close: () => view.destroy() }
}
