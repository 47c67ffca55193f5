import { Hono, type Context } from 'hono'
import { AppError, isText, type Problem } from '../../base/index.ts'
import { assertCan, can, type Located } from '../../access/index.ts'
import type { FileChanges, Preview, ScriptFile } from '../../edit/index.ts'
import { EditPage, type EditProps } from '../../../views/edit/index.tsx'
import { EditFragments, type CheckView } from '../../../views/edit/_check.tsx'
import { editHref } from '../../../views/scripts/_hrefs.ts'
import { trialSchema } from '../api/preview.ts'
import type { Doors } from '../doors.ts'
import { STATUS } from '../errors.ts'
import { actorOf, type Env } from '../identity.ts'
import { formOf, pageOf } from './page.ts'

const LONGEST_MESSAGE = 10_000

/** The editor: one file in a form, and what an edit would come to, had again while somebody types. */
export function editPages(doors: Doors, version: string): Hono<Env> {
  const { edits } = doors
  return new Hono<Env>()
    .get('/scripts/:slug/edit', async (c) => {
      const { path, new: isNew, committed } = c.req.query()
      const opened = await open(c, isNew === undefined ? path : '')
      return c.html(await page(c, opened, await landed(opened, committed)))
    })
    .post('/scripts/:slug/edit', async (c) => {
      const typed = readForm(await formOf(c, actorOf(c), doors))
      const opened = await open(c, typed.path)
      try {
        return await act(c, opened, typed)
      } catch (error) {
        if (!(error instanceof AppError) || !ANSWERED.has(error.code)) throw error
        return c.html(await page(c, opened, await refused(c, opened, typed, error)), STATUS[error.code])
      }
    })
    .post('/scripts/:slug/edit/_check', async (c) => {
      const { slug } = c.req.param()
      const given = trialSchema.safeParse(await c.req.json().catch(() => undefined))
      if (!given.success) throw new AppError('invalid', 'send {files, base} as JSON')
      const preview = await edits.preview(actorOf(c), slug, given.data)
      return c.html(<EditFragments check={checkOf(slug, preview)} now={doors.clock.now()} />)
    })

  async function open(c: Context<Env>, path: string | undefined): Promise<Opened> {
    const actor = actorOf(c)
    const slug = c.req.param('slug') ?? ''
    assertCan(actor, 'script.edit', slug)
    const { base, files } = await edits.files(actor, slug)
    const single = (await doors.catalog.find(slug))?.script?.single ?? false
    const first = files.find((file) => file.path === 'main.py') ?? files[0]
    return { actor, slug, base, files, single, path: path ?? first?.path ?? '' }
  }

  async function page(c: Context<Env>, opened: Opened, more: Partial<EditProps>) {
    const { actor, slug, path, base, files, single } = opened
    const script = (await doors.catalog.find(slug))?.script
    const outlook = script ? { outlook: edits.outlook(script) } : {}
    return (
      <EditPage
        page={pageOf(c, doors, version, {
          title: `Edit ${slug}`,
          active: 'scripts',
          scripts: ['editor.js'],
          styles: ['editor.css'],
        })}
        {...{ slug, base, files, single }}
        file={more.file ?? { path, name: path, ...(await textAt(actor, opened, path)) }}
        check={{ problems: [], diff: [], effect: [], conflicts: [], ...outlook }}
        may={{ run: can(actor, 'run.enqueue', slug) }}
        {...more}
      />
    )
  }

  async function act(c: Context<Env>, opened: Opened, typed: Typed): Promise<Response> {
    const { actor, slug } = opened
    const files = await changeOf(opened, typed)
    if (typed.do === 'preview') {
      const check = checkOf(slug, await edits.preview(actor, slug, { files, base: typed.base }))
      return c.html(await page(c, opened, { ...kept(typed), check, isTried: true }))
    }
    const message = typed.message.trim() === '' ? undefined : typed.message
    const { commit } = await edits.edit(actor, slug, files, typed.base, message)
    const next = typed.do === 'delete' ? undefined : typed.name
    const href = editHref(slug, next)
    return c.redirect(`${href}${href.includes('?') ? '&' : '?'}committed=${commit}`, 303)
  }

  /** The form again, as it was sent, with what is wrong at its place. */
  async function refused(
    c: Context<Env>,
    opened: Opened,
    typed: Typed,
    error: AppError,
  ): Promise<Partial<EditProps>> {
    const { actor, slug, base } = opened
    if (error.code === 'conflict') {
      const { conflicts = [] } = error.details as { conflicts?: Preview['conflicts'] }
      const [first] = conflicts
      if (!first) return { ...kept(typed), error: error.message }
      return { ...kept(typed), base, conflict: { ...first, path: ownPath(slug, first.path) } }
    }
    const [problem] = error.problems
    if (problem && problem.path === typed.name && problem.line === undefined)
      return { ...kept(typed), nameError: error.message }
    if (problem?.path.startsWith('scripts/') !== true) return { ...kept(typed), error: error.message }
    const files = await changeOf(opened, typed)
    const check = checkOf(slug, await edits.preview(actor, slug, { files, base: typed.base }))
    return { ...kept(typed), check, isTried: true }
  }

  /** A form's text has line ends as HTML sends them; the file keeps its own. */
  async function changeOf({ actor, slug, files }: Opened, typed: Typed): Promise<FileChanges> {
    const { path, name, content } = typed
    if (typed.message.length > LONGEST_MESSAGE)
      throw new AppError('invalid', `the message is longer than ${LONGEST_MESSAGE} characters; shorten it`)
    if (typed.do === 'delete') return { [path]: null }
    if (content === undefined)
      throw new AppError('invalid', `${path} is not text in UTF-8; it can only be deleted here`)
    if (name === '') throw wrongName(name, 'the file has no name', 'write one')
    if (path !== name && files.some((file) => file.path === name))
      throw wrongName(name, 'there is such a file already', 'choose another name, or open that file')
    const before =
      path === '' ? undefined : await edits.file(actor, slug, path, typed.base).catch(() => undefined)
    const text = before && usesCrlf(before.content.toString()) ? content.replaceAll('\n', '\r\n') : content
    return path !== '' && path !== name ? { [path]: null, [name]: text } : { [name]: text }
  }

  async function textAt(
    actor: Located,
    { slug, files }: Opened,
    path: string,
  ): Promise<{ text?: string; crlf?: boolean }> {
    if (path === '') return { text: '' }
    if (!files.some((file) => file.path === path))
      throw new AppError('not_found', `${path} is no file of ${slug}; it may have been renamed or removed`)
    const file = await edits.file(actor, slug, path).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'too_large') return undefined
      throw error
    })
    if (!file || !isText(file.content)) return {}
    const text = file.content.toString('utf8')
    return { text, crlf: usesCrlf(text) }
  }

  async function landed({ slug }: Opened, id: string | undefined): Promise<Partial<EditProps>> {
    const commit = id === undefined ? undefined : await doors.repository.findCommit(id)
    if (!commit) return {}
    const nextTickAt = doors.nextTickAt(slug)
    return { committed: { id: commit.id, ...(nextTickAt === undefined ? {} : { nextTickAt }) } }
  }
}

type Opened = {
  actor: Located
  slug: string
  base: string
  files: ScriptFile[]
  single: boolean
  /** '' for a new file. */
  path: string
}
type Typed = Record<'base' | 'path' | 'name' | 'message' | 'do', string> & {
  /** Absent where the open file is no text. */
  content?: string
}

// What a person can mend in the form; everything else is a page of its own.
const ANSWERED = new Set(['invalid', 'conflict', 'too_large'])

function readForm(fields: Record<string, string>): Typed {
  const { base = '', path = '', content, message = '' } = fields
  return {
    ...{ base, path, message, name: (fields['name'] ?? path).trim(), do: fields['do'] ?? 'commit' },
    ...(content === undefined ? {} : { content: content.replaceAll('\r\n', '\n') }),
  }
}

const kept = ({ path, name, content, message, base }: Typed): Partial<EditProps> => ({
  base,
  message,
  file: { path, name, ...(content === undefined ? {} : { text: content }) },
})

const wrongName = (path: string, message: string, remedy: string) =>
  new AppError('invalid', `${message}; ${remedy}`, { problems: [{ path, message, remedy }] })

const usesCrlf = (text: string) => /\r\n/.test(text) && !/(^|[^\r])\n/.test(text)

/** The check's words with paths as the script's own page has them. */
function checkOf(slug: string, { problems, diff, effect, outlook, conflicts }: Preview): CheckView {
  const own = <T extends { path: string }>(thing: T): T => ({ ...thing, path: ownPath(slug, thing.path) })
  return {
    problems: problems.map((problem: Problem) => own(problem)),
    diff: diff.map((file) => ({ ...own(file), ...(file.from ? { from: ownPath(slug, file.from) } : {}) })),
    effect,
    ...(outlook ? { outlook } : {}),
    conflicts: conflicts.map(({ path }) => ownPath(slug, path)),
  }
}

/** `scripts/demo/main.py` → `main.py`; a path elsewhere stays whole. */
function ownPath(slug: string, path: string): string {
  const place = `scripts/${slug.replaceAll('.', '/')}`
  if (path === `${place}.py`) return path.slice(path.lastIndexOf('/') + 1)
  return path.startsWith(`${place}/`) ? path.slice(place.length + 1) : path
}
