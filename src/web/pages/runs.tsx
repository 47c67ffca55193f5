import { Hono, type Context } from 'hono'
import { AppError } from '../../base/index.ts'
import { can, type Located } from '../../access/index.ts'
import { CAUSES, RUN_STATES, type Run } from '../../run/index.ts'
import { describeSchedule } from '../../script/index.ts'
import type { LogView } from '../../../views/runs/_log.tsx'
import type { RunView } from '../../../views/runs/_state.tsx'
import { RunsList, RunsPage, type RunsProps } from '../../../views/runs/index.tsx'
import { RunFragments, RunPage } from '../../../views/runs/show.tsx'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { formOf, pageOf } from './page.ts'
import { runRow } from './rows.ts'

const ROWS = 50
const LOG_LINES = 1000
const LOG_BYTES = 8 * 2 ** 20

/** Runs: the list, and one with its log. */
export function runPages(doors: Doors, version: string): Hono<Env> {
  const { runs, catalog } = doors
  return new Hono<Env>()
    .get('/runs', async (c) => c.html(<RunsPage {...await listed(c)} />))
    .get('/runs/_list', async (c) => c.html(<RunsList {...await listed(c)} />))
    .get('/runs/:id', async (c) => {
      const { actor, run, ...props } = await shown(c)
      return c.html(<RunPage {...props} run={run} log={await logView(actor, run)} />)
    })
    .get('/runs/:id/_state', async (c) => {
      const { actor: _, ...props } = await shown(c)
      return c.html(<RunFragments {...props} />)
    })
    .get('/runs/:id/log', (c) => c.redirect(`/api/v1/runs/${idOf(c)}/log`))
    .get('/runs/:id/artifacts/:name{.+}', (c) =>
      c.redirect(
        `/api/v1/runs/${idOf(c)}/artifacts/${c.req.param('name').split('/').map(encodeURIComponent).join('/')}`,
      ),
    )
    .post('/runs/:id/cancel', async (c) => {
      const actor = actorOf(c)
      await formOf(c, actor, doors)
      const run = await runs.cancel(actor, idOf(c))
      return c.redirect(`/runs/${run.id}`, 303)
    })
    .post('/runs/:id/rerun', async (c) => {
      const actor = actorOf(c)
      const { at } = await formOf(c, actor, doors)
      const run = await runs.rerun(actor, idOf(c), at === 'head' ? 'head' : 'same')
      return c.redirect(`/runs/${run.id}`, 303)
    })

  async function listed(c: Context<Env>): Promise<RunsProps> {
    const { script, state, cause, from, cursor } = c.req.query()
    const filter = {
      ...(script ? { script } : {}),
      ...(state ? { state } : {}),
      ...(cause ? { cause } : {}),
      ...(from ? { from } : {}),
    }
    const fromAt = from ? Date.parse(from) : Number.NaN
    const { items, nextCursor } = await runs.list(
      actorOf(c),
      {
        ...(script ? { script } : {}),
        ...optional(
          'state',
          RUN_STATES.find((one) => one === state),
        ),
        ...optional(
          'cause',
          CAUSES.find((one) => one === cause),
        ),
        ...(Number.isNaN(fromAt) ? {} : { from: fromAt }),
      },
      { limit: ROWS, ...(cursor ? { cursor } : {}) },
    )
    const query = (more: Record<string, string>) => new URLSearchParams({ ...filter, ...more }).toString()
    return {
      page: pageOf(c, doors, version, { title: 'Runs', active: 'runs' }),
      rows: items.map(runRow),
      filter,
      ...(nextCursor ? { nextHref: `/runs?${query({ cursor: nextCursor })}` } : {}),
      ...(cursor ? { firstHref: `/runs?${query({})}` } : {}),
      fragmentHref: `/runs/_list?${query(cursor ? { cursor } : {})}`,
    }
  }

  async function shown(c: Context<Env>) {
    const actor = actorOf(c)
    const run = await runs.get(actor, idOf(c))
    const page = pageOf(c, doors, version, { title: `Run ${run.id} of ${run.script}`, active: 'runs' })
    const may = { cancel: can(actor, 'run.cancel', run.script), rerun: can(actor, 'run.rerun', run.script) }
    return { actor, page, run: await runView(run), may }
  }

  async function runView(run: Run): Promise<RunView> {
    const script = (await catalog.find(run.script))?.script
    const schedule = script?.manifest.schedules.find(({ id }) => id === run.scheduleId)
    return {
      ...runRow(run),
      ...(schedule ? { schedule: describeSchedule(schedule) } : {}),
      ...(run.scheduledAt ? { scheduledAt: Date.parse(run.scheduledAt) } : {}),
      ...optional('lock', run.lock),
      ...optional('python', run.python),
      ...optional('isolation', run.isolation),
      ...optional('peakMemoryBytes', run.peakMemoryBytes),
      ...optional('memoryBytes', script?.manifest.memoryBytes),
      ...(script ? { attempts: script.manifest.retries.limit + 1 } : {}),
      ...optional('error', run.error),
      ...(Object.keys(run.input).length > 0 ? { input: run.input } : {}),
      ...('result' in run ? { result: run.result } : {}),
      artifacts: run.artifacts.map(({ name, bytes }) => ({ name, size: bytes })),
    }
  }

  /** The end of the log as it is now; from `next` on the browser follows. */
  async function logView(actor: Located, { id }: { id: number }): Promise<LogView> {
    const { lines, end, next, complete } = await runs.logLines(actor, id, { from: 0, limit: LOG_BYTES })
    const rows = lines
      .slice(-LOG_LINES)
      .map((line, at, all) =>
        line.cut
          ? { cut: { from: line.offset, next: all[at + 1]?.offset ?? next } }
          : { at: line.at, stream: STREAMS[line.stream], text: line.text, offset: line.offset },
      )
    return { rows, next, complete: complete && next >= end, bytes: end, earlier: lines.length > LOG_LINES }
  }
}

const STREAMS = { stdout: 'out', stderr: 'err', note: 'note' } as const

function idOf(c: Context<Env>): number {
  const text = c.req.param('id') ?? ''
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new AppError('not_found', `run ${text.slice(0, 40)} is not found`)
  return Number(text)
}

/** The member, if it has a value. */
function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V }
}
