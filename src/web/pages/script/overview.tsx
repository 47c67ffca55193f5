import { Hono, type Context } from 'hono'
import { formatDuration } from '../../../base/index.ts'
import { can, type Located } from '../../../access/index.ts'
import type { CatalogEntry } from '../../../catalog/index.ts'
import { pythonWanted, type Script } from '../../../script/index.ts'
import { ScriptActivity } from '../../../../views/scripts/_activity.tsx'
import type { ScriptView } from '../../../../views/scripts/_facts.tsx'
import { codeHref, rawHref } from '../../../../views/scripts/_hrefs.ts'
import { ScriptPage, type ScriptProps } from '../../../../views/scripts/show.tsx'
import type { Doors } from '../../doors.ts'
import { AppError } from '../../../base/index.ts'
import { STATUS } from '../../errors.ts'
import { actorOf, type Env } from '../../identity.ts'
import { renderMarkdown } from '../markdown.ts'
import { done, queuedNotice } from '../flash.ts'
import { backOr, formOf } from '../page.ts'
import { runRow, tickView } from '../rows.ts'
import { environmentOf } from './environment.ts'
import type { Frames } from './frame.ts'
import { inputFrom, runFormOf, type RunFields } from './input.ts'

const RUNS = 10
const TICKS = 10

/** What a script is and how it stands, and running it by hand. */
export function overviewPage(doors: Doors, frames: Frames): Hono<Env> {
  return new Hono<Env>()
    .get('/scripts/:slug', async (c) => c.html(<ScriptPage {...await shown(c)} />))
    .get('/scripts/:slug/_activity', async (c) => {
      const { actor, entry } = await frames.found(c)
      const now = doors.clock.now()
      return c.html(<ScriptActivity slug={entry.slug} now={now} {...await activity(actor, entry)} />)
    })
    .post('/scripts/:slug/runs', async (c) => {
      const actor = actorOf(c)
      const fields = await formOf(c, actor, doors)
      const { entry } = await frames.found(c)
      try {
        const inputJson = inputFrom(entry.script?.manifest.inputSchema, fields)
        const run = await doors.runs.enqueue(actor, {
          ...{ slug: entry.slug, cause: 'manual' },
          ...(inputJson === undefined ? {} : { inputJson }),
          ...(fields['force'] ? { force: true } : {}),
        })
        return done(c, doors, backOr(fields['next'], `/runs/${run.id}`), queuedNotice(run.id))
      } catch (error) {
        if (!(error instanceof AppError) || !['invalid', 'too_large'].includes(error.code)) throw error
        // Who stays in a list is told there.
        if (c.req.header('hx-request')) throw error
        return c.html(<ScriptPage {...await shown(c, { fields, error })} />, STATUS[error.code])
      }
    })

  async function shown(
    c: Context<Env>,
    refused?: { fields: RunFields; error: AppError },
  ): Promise<ScriptProps> {
    const found = await frames.found(c)
    const { actor, entry } = found
    const { script } = entry
    const frame = await frames.of(c, found)
    return {
      frame,
      script: {
        ...frame.script,
        committedAt: entry.committedAt,
        ...(script ? await details(actor, script) : {}),
      },
      ...(script ? { outlook: doors.edits.outlook(script) } : {}),
      ...(await activity(actor, entry)),
      run: runFormOf(script?.manifest.inputSchema, refused),
    }
  }

  async function activity(actor: Located, { slug, script }: CatalogEntry) {
    const runs = (await doors.runs.list(actor, { script: slug }, { limit: RUNS })).items.map(runRow)
    const ticks = (await doors.ticks.list(actor, slug, { limit: TICKS })).items.map((tick) =>
      tickView(tick, script),
    )
    return { runs, ticks }
  }

  async function details(actor: Located, script: Script): Promise<Partial<ScriptView>> {
    const { manifest, requirements } = script
    const python = pythonWanted(script)
    const names = manifest.secrets.map(({ name }) => name)
    const environment = can(actor, 'environment.read') ? await environmentOf(doors, script) : undefined
    const { key, state, message } = environment ?? {}
    return {
      overlap: manifest.overlap,
      catchUp: catchUpWords(manifest.catchUp),
      timeoutMs: manifest.timeoutMs,
      graceMs: manifest.graceMs,
      retries: manifest.retries.limit,
      network: manifest.network,
      ...(manifest.memoryBytes === undefined ? {} : { memoryBytes: manifest.memoryBytes }),
      ...(python === undefined ? {} : { python }),
      ...(requirements.source ? { requirements: requirements.source } : {}),
      secrets: names,
      ...(names.length > 0 ? { lacking: (await doors.secrets.lacking())(names, script.slug) } : {}),
      ...(key && state
        ? {
            environment: {
              key,
              state,
              ...(environment?.python ? { python: environment.python } : {}),
              ...(message ? { message } : {}),
            },
          }
        : {}),
      ...(await readmeOf(actor, script)),
    }
  }

  async function readmeOf(actor: Located, { slug, readme }: Script): Promise<{ readmeHtml?: string }> {
    if (!readme) return {}
    const [{ files }, { content }] = await Promise.all([
      doors.edits.files(actor, slug),
      doors.edits.file(actor, slug, 'README.md'),
    ])
    if (content.includes(0)) return {}
    const has = (path: string) => files.some((file) => file.path === path)
    const readmeHtml = renderMarkdown(content.toString('utf8'), {
      fileHref: (path) => (has(path) ? codeHref(slug, path) : undefined),
      imageHref: (path) => (has(path) ? rawHref(slug, path) : undefined),
    })
    return { readmeHtml }
  }
}

function catchUpWords({ mode, windowMs }: { mode: string; windowMs: number }): string {
  if (mode === 'none') return 'none'
  return `${mode === 'latest' ? 'the latest' : 'all'} within ${formatDuration(windowMs)}`
}
