import { AppError, formatSize, notFound, printable, type Actor, type Clock } from '../base/index.ts'
import { assertCan } from '../access/index.ts'
import type { Changes, FileEdits } from '../change/index.ts'
import { listFiles, withSizes, type Repository, type TreeView } from '../git/index.ts'
import { folderOfSlug, isSlug, LARGEST_FILE, type Script } from '../script/index.ts'
import { createPauses, type Pauses } from './pauses.ts'
import { outlookOf, previewOf, type Foresight, type Outlook, type Preview } from './preview.ts'
import {
  findAt,
  findAtHead,
  inFolder,
  invalid,
  nameOf,
  placeOf,
  scriptAbove,
  viewHead,
  type Place,
} from './place.ts'

/** A file of a script; `path` counts from the script's folder. */
export type ScriptFile = { path: string; size: number; id: string }

/** New content by path below the script's folder; null takes a file away. */
export type FileChanges = Record<string, string | Uint8Array | null>

export type Edits = Pauses & {
  /** The script's files at head, or at the commit, and that commit: the base of an edit that follows. */
  files(actor: Actor, slug: string, commit?: string): Promise<{ base: string; files: ScriptFile[] }>
  /** One file at head, or at the commit. */
  file(
    actor: Actor,
    slug: string,
    path: string,
    commit?: string,
  ): Promise<{ commit: string; id: string; content: Buffer }>
  /** A new script, of texts or bytes; conflict where there is one already. */
  create(
    actor: Actor,
    slug: string,
    files: Record<string, string | Uint8Array>,
    message?: string,
  ): Promise<{ commit: string }>
  /** Commits the files; null takes one away. `base` is the commit that the editor read. */
  edit(
    actor: Actor,
    slug: string,
    files: FileChanges,
    base: string,
    message?: string,
  ): Promise<{ commit: string }>
  /** What an edit would come to, by the same check as the edit itself; nothing is written. */
  preview(actor: Actor, slug: string, edit: { files: FileChanges; base: string }): Promise<Preview>
  /** When a script runs, as it is. */
  outlook(script: Script): Outlook
  remove(actor: Actor, slug: string, message?: string): Promise<{ commit: string }>
}

type Dependencies = { repository: Repository; changes: Changes; foresight: Foresight; clock: Clock }

/** Changes made in the dashboard or over the API, each of which is one commit by its actor. */
export function createEdits({ repository, changes, foresight, clock }: Dependencies): Edits {
  return {
    ...createPauses({ repository, changes, clock }),

    async files(actor, slug, id) {
      assertCan(actor, 'script.read', slug)
      const { commit, place } = await findAt(repository, slug, id)
      if (place.single) {
        const info = await repository.objects.info(place.id)
        return { base: commit, files: [{ path: nameOf(place.path), size: info?.size ?? 0, id: place.id }] }
      }
      const files = await withSizes(repository.objects, await listFiles(repository.objects, place.id))
      return { base: commit, files: files.map(({ path, size, id }) => ({ path, size, id })) }
    },

    async file(actor, slug, path, id) {
      assertCan(actor, 'script.read', slug)
      const { commit, view, place } = await findAt(repository, slug, id)
      const entry = await view.find(inFolder(place, path))
      if (!entry?.mode.startsWith('100')) throw notFound(`file ${path} of ${slug}`)
      const size = (await repository.objects.info(entry.id))?.size ?? 0
      if (size > LARGEST_FILE)
        throw new AppError('too_large', `${path} has ${formatSize(size)} at this commit; read it with git`)
      return { commit, id: entry.id, content: await repository.objects.blob(entry.id) }
    },

    async create(actor, slug, files, message = `Add ${slug}`) {
      assertCan(actor, 'script.edit', slug)
      if (!isSlug(slug))
        throw invalid(
          'slug',
          `'${slug}' is no slug`,
          'use lower-case letters, digits, _ and - in parts joined by dots',
        )
      const { head, view } = await viewHead(repository)
      if (await placeOf(view, slug))
        throw new AppError('conflict', `script ${slug} exists already; edit it instead`)
      await assertFree(view, slug)
      if (!('main.py' in files) && !('script.yaml' in files))
        throw invalid(
          'files',
          `there is no main.py among ${namesOf(files)}`,
          'give main.py, or a script.yaml that names another entry',
        )
      const place = { path: folderOfSlug(slug)!, single: false, id: '' }
      const { commit } = await changes.commit(actor, { base: head, files: editsOf(place, files), message })
      return { commit }
    },

    async edit(actor, slug, files, base, message) {
      assertCan(actor, 'script.edit', slug)
      const { place } = await findAtHead(repository, slug)
      const paths = Object.keys(files)
      if (paths.length === 0)
        throw invalid('files', 'no file is named', 'give at least one path with its new text')
      const text = message ?? `Edit ${slug}: ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' …' : ''}`
      const { commit } = await changes.commit(actor, { base, files: editsOf(place, files), message: text })
      return { commit }
    },

    async preview(actor, slug, { files, base }) {
      assertCan(actor, 'script.edit', slug)
      const { place } = await findAtHead(repository, slug)
      const trial = await changes.preview(actor, { base, files: editsOf(place, files) })
      return previewOf(trial, slug, foresight)
    },

    outlook: (script) => outlookOf(script, foresight),

    async remove(actor, slug, message = `Remove ${slug}`) {
      assertCan(actor, 'script.edit', slug)
      const { place } = await findAtHead(repository, slug)
      const { commit } = await changes.commit(actor, { files: new Map([[place.path, null]]), message })
      return { commit }
    },
  }
}

/** A script's folder holds no other script: neither may the new one lie in one, nor may one lie in it. */
async function assertFree(view: TreeView, slug: string): Promise<void> {
  const above = await scriptAbove(view, slug)
  if (above)
    throw new AppError(
      'conflict',
      `${above} is a script, and its folder can hold no other; choose another slug`,
    )
  const path = folderOfSlug(slug)!
  if ((await view.entries(path)).length > 0)
    throw new AppError(
      'conflict',
      `${path} holds other files already, which would become part of it; choose another slug`,
    )
}

function editsOf(place: Place, files: Record<string, string | Uint8Array | null>): FileEdits {
  return new Map(
    Object.entries(files).map(([path, content]) => [
      inFolder(place, path),
      typeof content === 'string' ? Buffer.from(content) : content,
    ]),
  )
}

const MOST_NAMED = 5

/** The names that were given, so that one that was sent under a wrong name is seen. */
function namesOf(files: Record<string, unknown>): string {
  const names = Object.keys(files).map((name) => `'${printable(name)}'`)
  if (names.length === 0) return 'no files'
  return [...names.slice(0, MOST_NAMED), ...(names.length > MOST_NAMED ? ['…'] : [])].join(', ')
}
