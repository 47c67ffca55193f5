import type { Script } from '../script/index.ts'

/** A script as it is at a commit. `revision` is `<folder's tree>-<lib's tree>`. */
export type ScriptAt = { script: Script; commit: string; revision: string }

/** Immutable folders on disk with the files of a revision; a single-file script's folder holds that one file. */
export type Checkout = { codeFolder: string; libFolder?: string }

/** What the station needs of Git and the catalog, which it may not import. */
export type ScriptSource = {
  /** The script at head, or its last good revision; `commit` is the head of main. */
  findScript(slug: string): Promise<ScriptAt | undefined>
  /** The script at a commit (or what names one); undefined where there is none, or it is not valid there. */
  scriptAt(slug: string, commit: string): Promise<ScriptAt | undefined>
  /** Whether the commit is part of main's history. */
  isOnMain(commit: string): Promise<boolean>
  /** Whether main was once at the commit: it is part of main's line of first parents. */
  isOnMainLine(commit: string): Promise<boolean>
  checkout(wanted: { slug: string; commit: string; revision: string }): Promise<Checkout>
}
