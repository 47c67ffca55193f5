import type { Text } from './change-set.ts'
import type { Drafts } from './drafts.ts'
import { editOf, type EditState } from './state.ts'

const PAUSE_MS = 250

type Options = {
  state: EditState
  drafts: Drafts
  /** Where the cursor stands. */
  line: () => number
  saved: () => void
}

export type Saving = ReturnType<typeof createSaving>

/** Keeps the draft, and lets nobody leave the page by accident while there is one. */
export function createSaving({ state, drafts, line, saved }: Options) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let canKeep = true
  let isLeaving = false

  function now(): void {
    clearTimeout(timer)
    if (isLeaving) return
    if (state.set.isEmpty()) return drafts.clear()
    canKeep = drafts.write({ ...editOf(state), at: Date.now(), open: state.current, line: line() })
    saved()
  }

  function leave(href: string): void {
    isLeaving = true
    location.assign(href)
  }

  addEventListener('pagehide', now)
  addEventListener('beforeunload', (event) => {
    if (!isLeaving && !state.set.isEmpty()) event.preventDefault()
  })
  return {
    now,
    soon(): void {
      clearTimeout(timer)
      timer = setTimeout(now, PAUSE_MS)
    },
    canKeep: () => canKeep,
    leave,
    /** Leaves with nothing kept. */
    drop(href: string): void {
      drafts.clear()
      leave(href)
    },
    /** Leaves with what was made of two versions, to be committed on top of a newer main. */
    bring(files: Record<string, Text>, base: string, href: string): void {
      if (Object.keys(files).length === 0) drafts.clear()
      else drafts.write({ base, files, at: Date.now(), open: state.current, line: 1, brought: true })
      leave(href)
    },
  }
}
