import { relativeTime } from '../../words.ts'
import { createChangeSet } from './change-set.ts'
import { createCheck, type Found } from './check.ts'
import { createCommit } from './commit.ts'
import { createDrafts } from './drafts.ts'
import { createFiles } from './files.ts'
import { chooseBetween } from './merge.ts'
import { createName } from './name.ts'
import { createPane, type Mark } from './pane.ts'
import { made, part, say } from './parts.ts'
import { createServer, readSchema, type Conflict } from './server.ts'

const SAVE_PAUSE_MS = 250

/** Puts the editor in the place of the form's text, and its files, check and commit around it. */
export function startEditor(form: HTMLFormElement): void {
  const field = (name: string) => form.querySelector<HTMLInputElement>(`[name="${name}"]`)!
  const { slug = '', who = '', single } = form.dataset
  const home = `/scripts/${encodeURIComponent(slug)}/edit`
  const hrefOf = (path: string) => `${home}?path=${encodeURIComponent(path)}`
  const [notes, text] = [document.getElementById('edit-notes')!, form.querySelector('.edit-text')!]
  const listed = [...part('files').querySelectorAll('li')].map(({ dataset }) => dataset['path']!)
  const server = createServer(slug)
  const drafts = createDrafts(who, slug)
  const kept = drafts.read()
  const head = field('base').value
  const set = createChangeSet(listed, kept?.files)
  let base = kept?.base ?? head
  let current = ''
  let marks = new Map<string, Mark[]>()
  let problems = 0
  let canKeep = true
  let isLeaving = false
  let saving: ReturnType<typeof setTimeout> | undefined

  const host = document.createElement('div')
  host.className = 'edit-pane'
  const plain = document.createElement('div')
  const given = text.querySelector('textarea')
  const first = field('path').value
  if (given && first !== '') {
    const own = (words: string) => (given.dataset['crlf'] === undefined ? words : withCrlf(words))
    set.learn(first, own(given.defaultValue))
    // Somebody was faster than the script.
    if (given.value !== given.defaultValue) set.write(first, own(given.value))
  }
  const wasTyping = document.activeElement === given
  text.replaceChildren(host, plain)

  const pane = createPane({ host, schema: readSchema(), changed: typed, commit: () => commit.review() })
  const draw = createFiles({ hrefOf, open: (path) => void open(path) })
  const name = createName(field('name'), {
    isTaken: (path) => set.states().some((file) => file.path === path && file.kind !== 'removed'),
    canRename: () => typeof set.textOf(current) === 'string',
    rename(to) {
      set.rename(current, to)
      pane.forget(current)
      void open(to)
      changed()
    },
  })
  const check = createCheck({
    server,
    read: () => ({ files: set.edits(), base }),
    found,
    failed: (answer) => {
      if (answer.kind === 'signed-out') say(notes, 'warn', SIGNED_OUT, signIn())
      else if (answer.kind === 'offline') summary('The server cannot be reached; trying again')
      else if (answer.kind === 'refused') say(notes, 'warn', `It could not be checked: ${answer.detail}.`)
    },
    goTo: (path, line) => void open(path, line),
    compare: () => void compare(),
  })
  const commit = createCommit({
    slug,
    server,
    edits: () => ({ files: set.edits(), base }),
    check: () => check.now(),
    problems: () => problems,
    committed(id) {
      drafts.clear()
      const stays = set.states().find(({ path, kind }) => path === current && kind !== 'removed')
      leave(`${stays ? `${hrefOf(current)}&` : `${home}?`}committed=${id}#L${pane.line()}`)
    },
    conflict: (conflicts, now) => void resolve(conflicts, now),
    signIn,
  })

  async function open(path: string, line?: number): Promise<void> {
    const before = current
    current = path
    if (set.textOf(path) === undefined) {
      const answer = await server.read(path, head)
      if (current !== path) return
      if (answer.kind === 'ok' && answer.value !== undefined) set.learn(path, answer.value)
      else if (answer.kind !== 'ok') {
        current = before
        return say(notes, 'warn', `${path} could not be read.`, [
          { name: 'Try again', press: () => void open(path) },
        ])
      }
    }
    show()
    // A new file has no address yet; the draft knows that it was open.
    history.replaceState(null, '', listed.includes(path) ? hrefOf(path) : home)
    if (line !== undefined) pane.goTo(line)
    save()
  }

  function show(): void {
    const now = set.textOf(current)
    host.hidden = typeof now !== 'string'
    plain.replaceChildren(...(typeof now === 'string' ? [] : [made(now === null ? 'removed' : 'not-text')]))
    if (typeof now === 'string') pane.show(current, now)
    pane.mark(marks.get(current) ?? [])
    part('language').textContent = typeof now === 'string' ? pane.languageName() : ''
    redraw()
  }

  function redraw(): void {
    const states = set.states()
    draw(states, current, new Map([...marks].map(([path, list]) => [path, list.length])))
    name.show(current)
    const isRemoved = set.textOf(current) === null
    for (const button of form.querySelectorAll<HTMLButtonElement>('[value=delete]')) {
      button.textContent = isRemoved ? 'Restore' : 'Delete'
      button.setAttribute('aria-label', `${isRemoved ? 'Restore' : 'Delete'} ${current}`)
    }
    for (const button of ['review', 'discard']) part<HTMLButtonElement>(button).disabled = set.isEmpty()
    const count = states.filter(({ kind }) => kind !== 'same').length
    const files = count === 1 ? 'One file changed' : `${count} files changed`
    summary(count === 0 ? 'Nothing changed yet' : `${files}; ${canKeep ? KEPT : NOT_KEPT}`)
  }

  function summary(words: string): void {
    if (part('summary').textContent !== words) part('summary').textContent = words
  }

  function typed(path: string, text: string): void {
    set.write(path, text)
    changed()
  }

  function changed(): void {
    redraw()
    clearTimeout(saving)
    saving = setTimeout(save, SAVE_PAUSE_MS)
    check.soon()
  }

  function save(): void {
    clearTimeout(saving)
    if (isLeaving) return
    if (set.isEmpty()) return drafts.clear()
    canKeep = drafts.write({ base, files: set.edits(), at: Date.now(), open: current, line: pane.line() })
    redraw()
  }

  function found(answer: Found | undefined): void {
    marks = answer?.marks ?? new Map<string, Mark[]>()
    problems = answer?.problems ?? 0
    // Of what an older draft touches nothing has moved: it stands as well on what is on main now.
    if (answer && !answer.conflicts) base = head
    pane.mark(marks.get(current) ?? [])
    redraw()
  }

  async function compare(): Promise<void> {
    const answer = await server.compare({ files: set.edits(), base })
    if (answer.kind === 'ok') await resolve(answer.value.conflicts, answer.value.head)
    else say(notes, 'warn', 'Both versions could not be had; try again in a moment.')
  }

  /** File by file; then the page is had anew, on top of what is on main, with what was made of both as its draft. */
  async function resolve(conflicts: Conflict[], now: string): Promise<void> {
    const files = { ...set.edits() }
    form.classList.add('edit-merging')
    for (const [at, conflict] of conflicts.entries()) {
      const path = ownPath(slug, conflict.path)
      const count = conflicts.length > 1 ? ` (${at + 1} of ${conflicts.length})` : ''
      const choice = await chooseBetween({ ...conflict, path }, count)
      const crlf = (conflict.theirs ?? '').includes('\r\n')
      if (choice.kind === 'theirs' || choice.text === conflict.theirs) delete files[path]
      else files[path] = choice.text !== null && crlf ? withCrlf(choice.text) : choice.text
    }
    if (Object.keys(files).length === 0) drafts.clear()
    else drafts.write({ base: now, files, at: Date.now(), open: current, line: 1, brought: true })
    leave(home)
  }

  function leave(href: string): void {
    isLeaving = true
    location.assign(href)
  }

  function signIn() {
    const next = encodeURIComponent(location.pathname + location.search)
    return [{ name: 'Sign in', press: () => (save(), leave(`/login?next=${next}`)) }]
  }

  function discard(): void {
    drafts.clear()
    leave(home)
  }

  function add(): void {
    const taken = new Set(set.states().map(({ path }) => path))
    let path = 'part.py'
    for (let count = 2; taken.has(path); count += 1) path = `part-${count}.py`
    set.write(path, '')
    changed()
    void open(path).then(() => name.ask())
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : ''
    if (pressed === 'commit') return commit.commit()
    if (pressed !== 'delete') return
    if (set.textOf(current) === null) set.restore(current)
    else set.remove(current)
    const gone = !set.states().some(({ path }) => path === current)
    if (gone) void open(listed[0]!)
    else void open(current)
    changed()
  })
  part('review').addEventListener('click', () => commit.review())
  part('discard').addEventListener('click', () =>
    say(notes, 'warn', 'Discard all that you changed here?', [
      { name: 'Discard', press: discard },
      { name: 'Keep it', press: () => pane.focus() },
    ]),
  )
  if (single === undefined)
    part('add').addEventListener('click', (event) => {
      event.preventDefault()
      add()
    })
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return
    event.preventDefault()
    commit.review()
  })
  document.getElementById('commit')!.addEventListener('close', () => pane.focus())
  addEventListener('pagehide', save)
  addEventListener('beforeunload', (event) => {
    if (!isLeaving && !set.isEmpty()) event.preventDefault()
  })

  form.classList.add('edit-live')
  part('bar').hidden = false
  part('keys').hidden = false
  const line = /^#L(\d+)$/.exec(location.hash)?.[1]
  const asked = new URLSearchParams(location.search)
  if (first === '') add()
  else if (kept && !asked.has('path')) void open(kept.open, kept.line)
  else void open(first, line === undefined ? undefined : Number(line))
  if (wasTyping) pane.focus()
  if (kept) restored(kept.at, kept.brought === true)

  function restored(at: number, brought: boolean): void {
    void check.now().then(() => brought && commit.review())
    if (brought) return
    const words = `A draft from ${relativeTime(at, Date.now())} was restored.`
    say(notes, 'warn', words, [{ name: 'Discard it', press: discard }])
  }
}

const KEPT = 'kept in this browser'
const NOT_KEPT = 'this browser does not keep it, so commit before you leave'
const SIGNED_OUT =
  'Your session has ended. What you typed is kept in this browser; sign in, and you are back here.'

const withCrlf = (text: string) => text.replaceAll(/\r?\n/g, '\r\n')

/** The path from the script's folder on; the server names it from the root of the repository. */
function ownPath(slug: string, path: string): string {
  const folder = `scripts/${slug.replaceAll('.', '/')}`
  return path === `${folder}.py` ? path.slice(path.lastIndexOf('/') + 1) : path.slice(folder.length + 1)
}
