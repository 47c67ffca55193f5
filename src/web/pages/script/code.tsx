import { Hono, type Context } from 'hono'
import { AppError } from '../../../base/index.ts'
import { assertCan, type Located } from '../../../access/index.ts'
import { CodePage, type CodeProps } from '../../../../views/scripts/code.tsx'
import type { Doors } from '../../doors.ts'
import { actorOf, type Env } from '../../identity.ts'
import { messageOf } from '../message.ts'
import { highlight } from '../highlight.ts'
import type { Frames } from './frame.ts'

// Only these are shown where they stand; everything else is text or is saved.
const IMAGES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
}

/** The files of a script, at head or as they were at a commit. */
export function codePages(doors: Doors, frames: Frames): Hono<Env> {
  const { edits } = doors
  return new Hono<Env>()
    .get('/scripts/:slug/code', async (c) => c.html(<CodePage {...await shown(c)} />))
    .get('/scripts/:slug/raw', async (c) => {
      const { path = '', commit } = c.req.query()
      const { content } = await edits.file(actorOf(c), c.req.param('slug'), path, commit)
      return c.body(new Uint8Array(content), 200, {
        'Content-Type':
          IMAGES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'text/plain; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
      })
    })

  async function shown(c: Context<Env>): Promise<CodeProps> {
    const actor = actorOf(c)
    const slug = c.req.param('slug') ?? ''
    const { path: wanted, commit: id } = c.req.query()
    assertCan(actor, 'script.read', slug)
    const entry = await doors.catalog.find(slug)
    const { base, files } = await edits.files(actor, slug, id)
    const path = wanted ?? files.find((file) => file.path === 'main.py')?.path ?? files[0]?.path
    const size = files.find((file) => file.path === path)?.size
    const file =
      path === undefined || size === undefined ? undefined : await fileOf(actor, slug, path, size, base)
    return {
      frame: entry ? await frames.of(c, { actor, entry }, 'Code') : frames.ofGone(c, slug, base),
      files,
      commit: await commitOf(id === undefined && entry ? entry.commit : base),
      past: id !== undefined && base !== doors.synced()?.commit,
      ...(file ? { file } : path === undefined ? {} : { missing: path }),
    }
  }

  async function commitOf(id: string): Promise<CodeProps['commit']> {
    const commit = await doors.repository.objects.commit(id)
    return { id, at: commit.at, subject: messageOf(commit).subject }
  }

  async function fileOf(actor: Located, slug: string, path: string, size: number, commit: string) {
    try {
      const { content } = await edits.file(actor, slug, path, commit)
      if (content.includes(0)) return { path, size }
      return { path, size, lines: highlight(path, content.toString('utf8')) }
    } catch (error) {
      // Of an old commit a file may be larger than what is allowed now.
      if (error instanceof AppError && error.code === 'too_large') return { path, size }
      throw error
    }
  }
}
