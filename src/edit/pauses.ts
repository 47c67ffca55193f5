import { assertCan } from '../access/index.ts'
import { AppError, timeText, type Actor, type Clock } from '../base/index.ts'
import type { Changes } from '../change/index.ts'
import { listFiles, withSizes, type Repository, type TreeView } from '../git/index.ts'
import { readPlaces, rewritePause, textsNeeded, type Pause, type ScriptPlace } from '../script/index.ts'
import { findAtHead, invalid, type Place } from './place.ts'

/** `changed` is false where nothing had to be done; then `commit` is head. */
export type PauseDone = { commit: string; changed: boolean }

export type Pauses = {
  /** Pauses the script by a commit to its manifest; with another reason or end it is changed. `until`: Unix milliseconds. */
  pause(actor: Actor, slug: string, pause: { reason: string; until?: number }): Promise<PauseDone>
  /** Ends the pause by a commit. */
  resume(actor: Actor, slug: string): Promise<PauseDone>
}

type Dependencies = { repository: Repository; changes: Changes; clock: Clock }

const LONGEST_REASON = 500
const LONGEST_SUBJECT = 72

/** The verbs over a script's pause, which stands in its manifest. */
export function createPauses({ repository, changes, clock }: Dependencies): Pauses {
  async function write(
    actor: Actor,
    slug: string,
    paused: false | Pause,
    message: string,
  ): Promise<PauseDone> {
    const { head, view, place } = await findAtHead(repository, slug)
    const { text, ...found } = await readAt(repository, view, slug, place)
    if (isSame(found.script.manifest.paused, paused)) return { commit: head, changed: false }
    const written = rewritePause(found, text, paused)
    if (!written)
      throw new AppError(
        'invalid',
        `${slug}: its manifest is written so unusually that paused cannot be changed safely; edit the file by hand`,
      )
    const content = written.text === null ? null : Buffer.from(written.text)
    const files = new Map([[written.path, content]])
    return changes.commit(actor, { base: head, files, message })
  }

  return {
    async pause(actor, slug, { reason, until }) {
      assertCan(actor, 'script.pause', slug)
      const words = reason.trim()
      if (words === '' || words.length > LONGEST_REASON || /\p{Cc}/u.test(words))
        throw invalid(
          'reason',
          `a reason is one line of 1 to ${LONGEST_REASON} characters`,
          'say in a sentence why it is paused',
        )
      if (until !== undefined && until <= clock.now())
        throw invalid('until', `${timeText(until)} is past already`, 'name a moment to come, or leave it out')
      // A manifest counts whole seconds.
      const end = until === undefined ? {} : { until: Math.ceil(until / 1000) * 1000 }
      return write(actor, slug, { reason: words, ...end }, messageOf(slug, words, end.until))
    },

    async resume(actor, slug) {
      assertCan(actor, 'script.pause', slug)
      return write(actor, slug, false, `Resume ${slug}`)
    },
  }
}

/** The script as it is read at head, with the texts that it was read from. */
async function readAt(repository: Repository, view: TreeView, slug: string, { path, single, id }: Place) {
  const { objects } = repository
  const files = single ? [{ path, mode: '100644', id }] : await listFiles(objects, id, `${path}/`)
  const place: ScriptPlace = { slug, folder: path, single, files: await withSizes(objects, files) }
  const texts = await view.texts(textsNeeded(place))
  const [read] = await readPlaces([place], () => Promise.resolve(texts), { timezone: 'UTC' })
  if (!read?.script)
    throw new AppError('invalid', `${slug} has problems, which come first`, {
      problems: read?.problems ?? [],
    })
  return { place, script: read.script, text: (path: string) => texts.get(path) }
}

function isSame(a: false | Pause, b: false | Pause): boolean {
  if (a === false || b === false) return a === b
  return a.reason === b.reason && a.until === b.until
}

function messageOf(slug: string, reason: string, until: number | undefined): string {
  const subject = `Pause ${slug}: ${reason}`
  const end = until === undefined ? '' : `\n\nUntil ${timeText(until)}.`
  return subject.length <= LONGEST_SUBJECT ? subject + end : `Pause ${slug}\n\n${reason}${end}`
}
