import { createChangeSet, type ChangeSet, type Text } from './change-set.ts'
import type { Kept } from './drafts.ts'
import type { EditPage, Place } from './page.ts'
import type { Mark } from './pane.ts'
import type { Edit } from './server.ts'

/** What the parts of the editor share. */
export type EditState = {
  readonly set: ChangeSet
  /** The commit that the edits stand on. */
  base: string
  /** The path of the open file. */
  current: string
  /** What the server found wrong, by path, and how much of it. */
  marks: Map<string, Mark[]>
  problems: number
}

/** The edits that are kept, on top of the text that the form came with. */
export function createState(page: EditPage, given: Place['given'], kept: Kept | undefined): EditState {
  const set = createChangeSet(page.listed, kept?.files)
  if (given && page.first !== '') {
    const own = (words: string) => (given.dataset['crlf'] === undefined ? words : withCrlf(words))
    set.learn(page.first, own(given.defaultValue))
    // Somebody was faster than the script.
    if (given.value !== given.defaultValue) set.write(page.first, own(given.value))
  }
  return { set, base: kept?.base ?? page.head, current: '', marks: new Map(), problems: 0 }
}

export const editOf = ({ set, base }: EditState): Edit => ({ files: set.edits(), base })

export const currentText = ({ set, current }: EditState): Text | undefined => set.textOf(current)

export const isRemoved = ({ set }: EditState, path: string): boolean => set.textOf(path) === null

export const withCrlf = (text: string) => text.replaceAll(/\r?\n/g, '\r\n')
