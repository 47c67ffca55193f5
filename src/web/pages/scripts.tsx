import { Hono, type Context } from 'hono'
import { AppError, formatDuration, notFound } from '../../base/index.ts'
import { assertCan, can, maySee, type Located } from '../../access/index.ts'
import type { CatalogEntry } from '../../catalog/index.ts'
import { pythonWanted } from '../../script/index.ts'
import { CodePage } from '../../../views/scripts/code.tsx'
import { ScriptsList, ScriptsPage, type ScriptsProps } from '../../../views/scripts/index.tsx'
import { ScriptActivity } from '../../../views/scripts/_activity.tsx'
import type { ScriptView } from '../../../views/scripts/_facts.tsx'
import { ScriptPage } from '../../../views/scripts/show.tsx'
import { standingOf } from '../../../views/scripts/standing.ts'
import type { Doors } from '../doors.ts'
import { STATUS } from '../errors.ts'
import { actorOf, type Env } from '../identity.ts'
import { formOf, pageOf } from './page.ts'
import { runRow, scriptRow, tickView } from './rows.ts'
import type { Standings } from './standings.ts'

const ROWS = 100
const RUNS = 10
const TICKS = 20

type Search = Record<'q' | 'tag' | 'state' | 'cursor', string | undefined>

/** Scripts: the list, one with its activity, its code, and running it by hand. */
export function scriptPages(doors: Doors, version: string, standings: Standings): Hono<Env> {
  return new Hono<Env>()
    .get('/scripts', async (c) => c.html(<ScriptsPage {...await listed(c)} />))
    .get('/scripts/_list', async (c) => c.html(<ScriptsList {...await listed(c)} />))
    .get('/scripts/:slug', async (c) => c.html(await shown(c)))
    .get('/scripts/:slug/_activity', async (c) => {
      const { actor, entry } = await found(c)
      const { runs, ticks } = await activity(actor, entry)
      return c.html(<ScriptActivity slug={entry.slug} runs={runs} ticks={ticks} now={doors.clock.now()} />)
    })
    .get('/scripts/:slug/code', async (c) => {
      const { actor, entry } = await found(c)
      const { files } = await doors.edits.files(actor, entry.slug)
      const path = c.req.query('path') ?? files.find(({ path }) => path === 'main.py')?.path ?? files[0]?.path
      const size = files.find((file) => file.path === path)?.size
      const file =
        path === undefined || size === undefined ? undefined : await fileOf(actor, entry.slug, path, size)
      const script = { ...(await scriptRow(doors, entry)), committedAt: entry.committedAt, files }
      const page = pageOf(c, doors, version, { title: `Code of ${entry.slug}`, active: 'scripts' })
      return c.html(<CodePage page={page} script={script} {...(file ? { file } : {})} />)
    })
    .post('/scripts/:slug/runs', async (c) => {
      const actor = actorOf(c)
      const { input: text = '', force } = await formOf(c, actor, doors)
      const { slug } = c.req.param()
      try {
        const input = text.trim() === '' ? {} : { input: parse(text) }
        const run = await doors.runs.enqueue(actor, {
          slug,
          cause: 'manual',
          ...input,
          ...(force ? { force: true } : {}),
        })
        return c.redirect(`/runs/${run.id}`, 303)
      } catch (error) {
        if (!(error instanceof AppError) || !['invalid', 'too_large'].includes(error.code)) throw error
        const form = { input: text, error: error.message, ...(force ? { force: true } : {}) }
        return c.html(await shown(c, form), STATUS[error.code])
      }
    })

  async function listed(c: Context<Env>): Promise<ScriptsProps> {
    const actor = actorOf(c)
    assertCan(actor, 'script.read')
    const { q, tag, state, cursor } = c.req.query()
    const filter = { ...(q ? { q } : {}), ...(tag ? { tag } : {}), ...(state ? { state } : {}) }
    const { entries, nextCursor } = await searched(actor, { q, tag, state, cursor })
    const query = (more: Record<string, string>) => new URLSearchParams({ ...filter, ...more }).toString()
    return {
      page: pageOf(c, doors, version, { title: 'Scripts', active: 'scripts' }),
      rows: await Promise.all(entries.map((entry) => scriptRow(doors, entry))),
      total: await doors.catalog.count(),
      filter,
      cloneUrl: `${doors.publicUrl()}/scripts.git`,
      ...(nextCursor ? { nextHref: `/scripts?${query({ cursor: nextCursor })}` } : {}),
      ...(cursor ? { firstHref: `/scripts?${query({})}` } : {}),
      fragmentHref: `/scripts/_list?${query(cursor ? { cursor } : {})}`,
      may: { run: can(actor, 'run.enqueue') },
    }
  }

  /** Up to a page full of scripts; how one stands is no column to ask for, so that is looked for piece by piece. */
  async function searched(actor: Located, { q, tag, state, cursor }: Search) {
    const entries: CatalogEntry[] = []
    let next = cursor
    do {
      const page = await doors.catalog.list({
        limit: ROWS,
        ...(q ? { q } : {}),
        ...(tag ? { tag } : {}),
        ...(next ? { cursor: next } : {}),
      })
      for (const entry of page.items) {
        const isSeen = maySee(actor, entry.slug)
        if (isSeen && (!state || standingOf(await standings.of(entry), doors.clock.now()) === state))
          entries.push(entry)
      }
      next = page.nextCursor
    } while (state && next && entries.length < ROWS)
    return { entries, nextCursor: next }
  }

  async function found(c: Context<Env>): Promise<{ actor: Located; entry: CatalogEntry }> {
    const actor = actorOf(c)
    const slug = c.req.param('slug') ?? ''
    assertCan(actor, 'script.read', slug)
    const entry = await doors.catalog.find(slug)
    if (!entry) throw notFound(`script ${slug}`)
    return { actor, entry }
  }

  async function shown(c: Context<Env>, form?: { input: string; error: string; force?: boolean }) {
    const { actor, entry } = await found(c)
    return (
      <ScriptPage
        page={pageOf(c, doors, version, { title: entry.slug, active: 'scripts' })}
        script={await scriptView(actor, entry)}
        {...await activity(actor, entry)}
        may={{ run: can(actor, 'run.enqueue', entry.slug) }}
        {...(form ? { form } : {})}
      />
    )
  }

  async function activity(actor: Located, { slug, script }: CatalogEntry) {
    const runs = (await doors.runs.list(actor, { script: slug }, { limit: RUNS })).items.map(runRow)
    const ticks = (await doors.ticks.list(actor, slug, { limit: TICKS })).items.map((tick) =>
      tickView(tick, script),
    )
    return { runs, ticks }
  }

  async function scriptView(actor: Located, entry: CatalogEntry): Promise<ScriptView> {
    const { script, slug } = entry
    const { files } = await doors.edits.files(actor, slug)
    const row = { ...(await scriptRow(doors, entry)), committedAt: entry.committedAt, files }
    if (!script) return row
    const { manifest } = script
    const python = pythonWanted(script)
    const readme = script.readme && files.find(({ path }) => path === 'README.md')
    const text = readme ? await fileOf(actor, slug, readme.path, readme.size) : undefined
    const environment = await environmentOf(actor, row.lastRun?.id)
    return {
      ...row,
      overlap: manifest.overlap,
      catchUp: catchUpWords(manifest.catchUp),
      timeoutMs: manifest.timeoutMs,
      graceMs: manifest.graceMs,
      retries: manifest.retries.limit,
      network: manifest.network,
      ...(manifest.memoryBytes === undefined ? {} : { memoryBytes: manifest.memoryBytes }),
      ...(python === undefined ? {} : { python }),
      ...(script.requirements.source ? { requirements: script.requirements.source } : {}),
      secrets: manifest.secrets.map(({ name }) => name),
      ...(environment ? { environment } : {}),
      ...(text?.text === undefined ? {} : { readme: text.text }),
      ...(manifest.inputSchema ? { inputSchema: JSON.stringify(manifest.inputSchema, null, 2) } : {}),
    }
  }

  /** The environment of the last run, if it came so far as to have one. */
  async function environmentOf(
    actor: Located,
    lastRun: number | undefined,
  ): Promise<ScriptView['environment']> {
    if (lastRun === undefined || !can(actor, 'environment.read')) return undefined
    const { environment: key } = await doors.runs.get(actor, lastRun)
    const found =
      key === undefined ? undefined : (await doors.environments.list()).find((one) => one.key === key)
    return found && { key: found.key, state: found.state, python: found.python }
  }

  async function fileOf(actor: Located, slug: string, path: string, size: number) {
    const { content } = await doors.edits.file(actor, slug, path)
    const text = content.includes(0) ? undefined : content.toString('utf8')
    return { path, size, ...(text === undefined ? {} : { text }) }
  }
}

function catchUpWords({ mode, windowMs }: { mode: string; windowMs: number }): string {
  if (mode === 'none') return 'none'
  return `${mode === 'latest' ? 'the latest' : 'all'} within ${formatDuration(windowMs)}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('invalid', `input is not JSON: ${(error as Error).message}`)
  }
}
