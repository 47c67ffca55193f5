import { chooseBetween } from './merge.ts'
import type { EditPage } from './page.ts'
import { say } from './parts.ts'
import type { Saving } from './saving.ts'
import type { Conflict, EditServer } from './server.ts'
import { editOf, withCrlf, type EditState } from './state.ts'

type Options = { page: EditPage; state: EditState; server: EditServer; saving: Saving }

/** What to do where somebody else changed the same files meanwhile. */
export function createConflicts({ page, state, server, saving }: Options) {
  /** File by file; then the page is had anew, on top of what is on main, with what was made of both as its draft. */
  async function resolve(conflicts: Conflict[], head: string): Promise<void> {
    const files = { ...state.set.edits() }
    page.form.classList.add('edit-merging')
    for (const [at, conflict] of conflicts.entries()) {
      const path = ownPath(page.slug, conflict.path)
      const count = conflicts.length > 1 ? ` (${at + 1} of ${conflicts.length})` : ''
      const choice = await chooseBetween({ ...conflict, path }, count)
      const crlf = (conflict.theirs ?? '').includes('\r\n')
      if (choice.kind === 'theirs' || choice.text === conflict.theirs) delete files[path]
      else files[path] = choice.text !== null && crlf ? withCrlf(choice.text) : choice.text
    }
    saving.bring(files, head, page.home)
  }

  return {
    resolve: (conflicts: Conflict[], head: string) => void resolve(conflicts, head),
    /** Has both versions from the server first. */
    async compare(): Promise<void> {
      const answer = await server.compare(editOf(state))
      if (answer.kind === 'ok') await resolve(answer.value.conflicts, answer.value.head)
      else say(page.notes, 'warn', 'Both versions could not be had; try again in a moment.')
    },
  }
}

/** The path from the script's folder on; the server names it from the root of the repository. */
function ownPath(slug: string, path: string): string {
  const folder = `scripts/${slug.replaceAll('.', '/')}`
  return path === `${folder}.py` ? path.slice(path.lastIndexOf('/') + 1) : path.slice(folder.length + 1)
}
