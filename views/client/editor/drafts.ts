import type { Draft } from './change-set.ts'

/** `open`: the file that was being looked at. `brought`: it is two versions made into one, to be committed next. */
export type Kept = Draft & { open: string; line: number; brought?: true }

export type Drafts = {
  read(): Kept | undefined
  /** Whether the browser could keep it. */
  write(draft: Kept): boolean
  clear(): void
}

/** What was typed and not committed, kept in this browser for one person and one script. */
export function createDrafts(who: string, slug: string): Drafts {
  const key = `sxs-draft:${who}:${slug}`
  return {
    read() {
      try {
        const draft = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null
        return draft && Object.keys(draft.files).length > 0 ? draft : undefined
      } catch {
        return undefined
      }
    },
    write(draft) {
      try {
        localStorage.setItem(key, JSON.stringify(draft))
        return true
      } catch {
        // Full, or forbidden by the browser's settings.
        return false
      }
    },
    clear() {
      try {
        localStorage.removeItem(key)
      } catch {
        // What cannot be reached was not kept either.
      }
    },
  }
}
