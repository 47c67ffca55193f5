import { subjectOf, type Text } from './change-set.ts'
import { part, say, type Step } from './parts.ts'
import type { Answer, Conflict, EditServer } from './server.ts'

type Options = {
  slug: string
  server: EditServer
  edits: () => { files: Record<string, Text>; base: string }
  /** Asks for the check once more, so that what is shown is what is committed. */
  check: () => Promise<Answer<unknown>>
  problems: () => number
  committed: (commit: string) => void
  conflict: (conflicts: Conflict[], head: string) => void
  /** Steps for somebody whose session has ended. */
  signIn: () => Step[]
}

/** The dialog with the changes, the message and the commit. */
export function createCommit(options: Options) {
  const { slug, server, edits, check, problems, committed, conflict, signIn } = options
  const dialog = document.getElementById('commit') as HTMLDialogElement
  const fields = part('commit')
  const notes = part('dialog-notes')
  const message = fields.querySelector<HTMLTextAreaElement>('[name=message]')!
  const button = fields.querySelector<HTMLButtonElement>('[value=commit]')!
  fields.querySelector('[value=preview]')!.remove()
  fields.hidden = false
  part('dialog').append(fields)

  async function review(): Promise<void> {
    if (dialog.open) return
    notes.replaceChildren()
    message.placeholder = subjectOf(slug, edits().files)
    dialog.showModal()
    message.focus()
    button.disabled = true
    const answer = await check()
    button.disabled = problems() > 0
    if (answer.kind === 'ok' && problems() > 0)
      say(notes, 'bad', 'A commit of this would be refused. Mend first what is listed beside the text.', [
        { name: 'Back to the text', press: () => dialog.close() },
      ])
    else if (answer.kind === 'offline')
      say(
        notes,
        'warn',
        'The server cannot be reached, so this was not checked. Your text is kept in this browser.',
      )
    else if (answer.kind !== 'ok') tell(answer)
  }

  async function commit(): Promise<void> {
    if (button.disabled) return
    button.disabled = true
    notes.replaceChildren()
    const text = message.value.trim()
    const answer = await server.commit({ ...edits(), ...(text === '' ? {} : { message: text }) })
    button.disabled = false
    if (answer.kind === 'ok') return committed(answer.value.commit)
    if (answer.kind === 'conflict') {
      dialog.close()
      return conflict(answer.conflicts, answer.head)
    }
    tell(answer)
  }

  function tell(
    answer: Exclude<Answer<never>, { kind: 'ok' } | { kind: 'conflict' }> | { kind: 'conflict' },
  ): void {
    if (answer.kind === 'offline')
      say(
        notes,
        'bad',
        'The server cannot be reached. Nothing was committed; your text is kept in this browser.',
      )
    else if (answer.kind === 'signed-out')
      say(
        notes,
        'bad',
        'Your session has ended. Your text is kept in this browser; sign in, and you are back here.',
        signIn(),
      )
    else if (answer.kind === 'gone')
      say(
        notes,
        'bad',
        `Nothing was committed: ${slug} is no longer on main. Your text is kept in this browser.`,
      )
    else if (answer.kind === 'refused') say(notes, 'bad', `Nothing was committed: ${answer.detail}.`)
  }

  return { review: () => void review(), commit: () => void commit(), message }
}
