import type { EditPage } from './page.ts'
import type { Pane } from './pane.ts'
import { say } from './parts.ts'
import type { Saving } from './saving.ts'
import type { EditServer } from './server.ts'
import type { Shown } from './shown.ts'
import { isRemoved, type EditState } from './state.ts'

type Options = {
  page: EditPage
  state: EditState
  server: EditServer
  pane: Pane
  shown: Shown
  saving: Saving
  /** Called when files came or went, or are called otherwise. */
  changed: () => void
}

/** Opens files, and adds, renames, deletes and restores them. */
export function createOpening({ page, state, server, pane, shown, saving, changed }: Options) {
  const { set } = state

  async function open(path: string, line?: number): Promise<void> {
    const before = state.current
    state.current = path
    if (set.textOf(path) === undefined && !(await learn(path))) {
      // Another file was asked for meanwhile, and has the word.
      if (state.current === path) failed(path, before)
      return
    }
    shown.file()
    // A new file has no address yet; the draft knows that it was open.
    history.replaceState(null, '', page.listed.includes(path) ? page.hrefOf(path) : page.home)
    if (line !== undefined) pane.goTo(line)
    saving.now()
  }

  /** Has the text from the server; false where it cannot be had, or is not wanted any more. */
  async function learn(path: string): Promise<boolean> {
    const answer = await server.read(path, page.head)
    if (answer.kind === 'ok' && answer.value !== undefined) set.learn(path, answer.value)
    return answer.kind === 'ok' && state.current === path
  }

  function failed(path: string, before: string): void {
    state.current = before
    say(page.notes, 'warn', `${path} could not be read.`, [
      { name: 'Try again', press: () => void open(path) },
    ])
  }

  return {
    open,
    /** Begins a new file with a name that is free. */
    async add(): Promise<void> {
      const taken = new Set(set.states().map(({ path }) => path))
      let path = 'part.py'
      for (let count = 2; taken.has(path); count += 1) path = `part-${count}.py`
      set.write(path, '')
      changed()
      await open(path)
    },
    rename(to: string): void {
      set.rename(state.current, to)
      pane.forget(state.current)
      void open(to)
      changed()
    },
    /** Deletes the open file, or takes that back. */
    deleteOrRestore(): void {
      const { current } = state
      if (isRemoved(state, current)) set.restore(current)
      else set.remove(current)
      const isGone = !set.states().some(({ path }) => path === current)
      void open(isGone ? page.listed[0]! : current)
      changed()
    },
  }
}
