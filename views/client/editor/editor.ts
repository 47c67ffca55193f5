import { relativeTime } from '../../words.ts'
import { createCheck, type Found } from './check.ts'
import { createCommit } from './commit.ts'
import { createConflicts } from './conflicts.ts'
import { createDrafts, type Kept } from './drafts.ts'
import { createName } from './name.ts'
import { createOpening } from './opening.ts'
import { readPage, takePlace, type EditPage } from './page.ts'
import { createPane } from './pane.ts'
import { part, say } from './parts.ts'
import { createSaving } from './saving.ts'
import { createServer, readSchema, type Answer } from './server.ts'
import { createShown } from './shown.ts'
import { createState, currentText, editOf, isRemoved } from './state.ts'

/** Puts the editor in the place of the form's text, and its files, check and commit around it. */
export function startEditor(form: HTMLFormElement): void {
  const page = readPage(form)
  const server = createServer(page.slug)
  const drafts = createDrafts(page.who, page.slug)
  const kept = drafts.read()
  const place = takePlace(page)
  const state = createState(page, place.given, kept)

  const pane = createPane({
    host: place.host,
    schema: readSchema(),
    changed: (path, text) => (state.set.write(path, text), changed()),
    commit: () => commit.review(),
  })
  const name = createName(page.name, {
    isTaken: (path) => state.set.states().some((file) => file.path === path && file.kind !== 'removed'),
    canRename: () => typeof currentText(state) === 'string',
    rename: (to) => opening.rename(to),
  })
  const saving = createSaving({ state, drafts, line: pane.line, saved: () => shown.around() })
  const shown = createShown({
    ...{ page, place, state, pane, name, canKeep: saving.canKeep },
    open: (path) => void opening.open(path),
  })
  const opening = createOpening({ page, state, server, pane, shown, saving, changed })
  const conflicts = createConflicts({ page, state, server, saving })
  const check = createCheck({
    ...{ server, found, failed },
    read: () => editOf(state),
    goTo: (path, line) => void opening.open(path, line),
    compare: () => void conflicts.compare(),
  })
  const commit = createCommit({
    ...{ slug: page.slug, server, signIn },
    edits: () => editOf(state),
    check: () => check.now(),
    problems: () => state.problems,
    committed,
    conflict: conflicts.resolve,
  })

  function changed(): void {
    shown.around()
    saving.soon()
    check.soon()
  }

  function found(answer: Found | undefined): void {
    state.marks = answer?.marks ?? new Map()
    state.problems = answer?.problems ?? 0
    // Of what an older draft touches nothing has moved: it stands as well on what is on main now.
    if (answer && !answer.conflicts) state.base = page.head
    shown.marks()
    shown.around()
  }

  function failed(answer: Exclude<Answer<never>, { kind: 'ok' }>): void {
    if (answer.kind === 'signed-out') say(page.notes, 'warn', SIGNED_OUT, signIn())
    else if (answer.kind === 'offline') shown.summary('The server cannot be reached; trying again')
    else if (answer.kind === 'gone')
      say(page.notes, 'bad', `${page.slug} is no longer on main. ${GONE}`, [
        { name: 'What became of it', href: page.script },
      ])
    else if (answer.kind === 'refused') say(page.notes, 'warn', `It could not be checked: ${answer.detail}.`)
  }

  function committed(id: string): void {
    const stays = state.set.states().some(({ path }) => path === state.current && !isRemoved(state, path))
    const href = stays ? `${page.hrefOf(state.current)}&` : `${page.home}?`
    saving.drop(`${href}committed=${id}#L${pane.line()}`)
  }

  function signIn() {
    const next = encodeURIComponent(location.pathname + location.search)
    return [{ name: 'Sign in', press: () => (saving.now(), saving.leave(`/login?next=${next}`)) }]
  }

  listen(page, {
    commit: commit.commit,
    review: commit.review,
    deleteOrRestore: opening.deleteOrRestore,
    add: () => void opening.add().then(name.ask),
    discard: () => saving.drop(page.home),
    back: pane.focus,
  })
  begin()

  function begin(): void {
    form.classList.add('edit-live')
    part('bar').hidden = false
    part('keys').hidden = false
    const line = /^#L(\d+)$/.exec(location.hash)?.[1]
    if (page.first === '') void opening.add().then(name.ask)
    else if (kept && !new URLSearchParams(location.search).has('path'))
      void opening.open(kept.open, kept.line)
    else void opening.open(page.first, line === undefined ? undefined : Number(line))
    if (place.wasTyping) pane.focus()
    if (kept) restored(kept)
  }

  function restored({ at, brought }: Kept): void {
    void check.now().then(() => brought && commit.review())
    if (brought) return
    const words = `A draft from ${relativeTime(at, Date.now())} was restored.`
    say(page.notes, 'warn', words, [{ name: 'Discard it', press: () => saving.drop(page.home) }])
  }
}

type Ways = Record<'commit' | 'review' | 'deleteOrRestore' | 'add' | 'discard' | 'back', () => void>

/** What is pressed, and where it leads. */
function listen({ form, notes, isSingle }: EditPage, ways: Ways): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : ''
    if (pressed === 'commit') ways.commit()
    else if (pressed === 'delete') ways.deleteOrRestore()
  })
  part('review').addEventListener('click', ways.review)
  part('discard').addEventListener('click', () =>
    say(notes, 'warn', 'Discard all that you changed here?', [
      { name: 'Discard', press: ways.discard },
      { name: 'Keep it', press: ways.back },
    ]),
  )
  if (!isSingle)
    part('add').addEventListener('click', (event) => {
      event.preventDefault()
      ways.add()
    })
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return
    event.preventDefault()
    ways.review()
  })
  document.getElementById('commit')!.addEventListener('close', ways.back)
}

const SIGNED_OUT =
  'Your session has ended. What you typed is kept in this browser; sign in, and you are back here.'
const GONE = 'What you typed is kept in this browser, and is here again when the script is.'
