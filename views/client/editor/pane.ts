import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import { languageOf } from './languages.ts'
import type { Schema } from './manifest-schema.ts'
import { schemaProblems } from './manifest.ts'
import { theme } from './theme.ts'

/** A problem of the open file; lines and columns count from 1. */
export type Mark = { line?: number; column?: number; message: string }

export type Pane = {
  /** Shows a file; its history and its cursor are as they were left. */
  show(path: string, text: string): void
  /** Forgets how files were left: they are to be shown anew. */
  forget(path?: string): void
  mark(marks: Mark[]): void
  goTo(line: number): void
  line(): number
  focus(): void
  languageName(): string
}

type Options = {
  host: HTMLElement
  schema: Promise<Schema | undefined>
  changed: (path: string, text: string) => void
  commit: () => void
}

/**
 * Typing over a selection is left to the browser by CodeMirror, and Chromium then writes inline styles into what it
 * joins, which the content security policy refuses aloud. So it is done here, as CodeMirror would do it afterwards.
 */
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to } = view.state.selection.main
    const text = event.data ?? ''
    if (event.inputType !== 'insertText' || view.composing || from === to) return false
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type' })
    const handlers = view.state.facet(EditorView.inputHandler)
    if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert())
    return true
  },
})

/** What every text of the page is edited with. */
export const editing: Extension = [
  typeOverSelection,
  lineNumbers(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  search({ top: true }),
  EditorView.lineWrapping,
  keymap.of([...closeBracketsKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
  // Escape, then Tab, leaves the editor: CodeMirror lets one Tab through after it.
  keymap.of([...defaultKeymap, indentWithTab]),
  theme,
]

/**
 * The editor for one file at a time. It lives in a shadow root, for there CodeMirror puts its styles into an adopted
 * style sheet, which the content security policy lets be; in the document it would write a style element.
 */
export function createPane({ host, schema, changed, commit }: Options): Pane {
  const root = host.attachShadow({ mode: 'open' })
  const states = new Map<string, EditorState>()
  let known: Schema | undefined
  let open = ''
  let crlf = false

  const view = new EditorView({ root, parent: root })
  void schema.then((found) => {
    known = found
    // What was opened without it is opened again, in the same words.
    if (found && open === 'script.yaml') reopen(open, view.state.doc.toString())
  })

  const onChange = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return
    const text = update.state.doc.toString()
    changed(open, crlf ? text.replaceAll('\n', '\r\n') : text)
    if (open === 'script.yaml' && known) markNow(schemaProblems(known, update.state))
  })

  const stateOf = (path: string, text: string) =>
    EditorState.create({
      doc: text,
      extensions: [
        // First, so that no other binding takes it.
        keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => (commit(), true) }]),
        editing,
        autocompletion({ icons: false }),
        lintGutter(),
        indentUnit.of(path.endsWith('.py') ? '    ' : '  '),
        languageOf(path, known).extension,
        EditorView.contentAttributes.of({ 'aria-label': `Text of ${path}`, spellcheck: 'false' }),
        onChange,
      ],
    })

  function reopen(path: string, text: string): void {
    const { selection } = view.state
    const fresh = stateOf(path, text)
    const end = fresh.doc.length
    view.setState(fresh)
    view.dispatch({ selection: { anchor: Math.min(selection.main.anchor, end) } })
  }

  function markNow(diagnostics: Diagnostic[]): void {
    // Within an update nothing may be dispatched.
    queueMicrotask(() => view.dispatch(setDiagnostics(view.state, diagnostics)))
  }

  return {
    show(path, text) {
      if (open !== '') states.set(open, view.state)
      open = path
      crlf = /\r\n/.test(text)
      const left = states.get(path)
      const plain = text.replaceAll('\r\n', '\n')
      view.setState(left?.doc.toString() === plain ? left : stateOf(path, plain))
    },
    forget(path) {
      if (path === undefined) states.clear()
      else states.delete(path)
      if (path === undefined || path === open) open = ''
    },
    mark: (marks) => markNow(marks.map((mark) => diagnosticOf(view.state, mark))),
    goTo(line) {
      const { from } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines))
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      })
      view.focus()
    },
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    focus: () => view.focus(),
    languageName: () => languageOf(open, known).name,
  }
}

/** From the column to the end of the word there, or of the line. */
function diagnosticOf({ doc }: EditorState, { line = 1, column, message }: Mark): Diagnostic {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines))
  const first = column === undefined ? found.text.search(/\S|$/) : column - 1
  const from = Math.min(found.from + first, found.to)
  const word = column === undefined ? undefined : /^[\w@.-]+/.exec(found.text.slice(from - found.from))?.[0]
  return { from, to: word ? from + word.length : found.to, severity: 'error', message }
}
