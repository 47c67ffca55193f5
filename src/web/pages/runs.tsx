import { Hono, type Context } from 'hono'
import { systemActor } from '../../base/index.ts'
import { can, type Located } from '../../access/index.ts'
import type { Run } from '../../run/index.ts'
import { describeSchedule } from '../../script/index.ts'
import type { RunView } from '../../../views/runs/_state.tsx'
import { RunsList, RunsPage, type RunsProps } from '../../../views/runs/index.tsx'
import { RunFragments, RunPage } from '../../../views/runs/show.tsx'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { done, queuedNotice } from './flash.ts'
import { logPlaceOf, logView, runIdOf } from './log.ts'
import { formOf, pageOf } from './page.ts'
import { runRow } from './rows.ts'
import { readRunsFilter } from './runs-filter.ts'

const ROWS = 50

/** Runs: the list, and one with its log. */
export function runPages(doors: Doors, version: string): Hono<Env> {
  const { runs, catalog } = doors
  return new Hono<Env>()
    .get('/runs', async (c) => c.html(<RunsPage {...await listed(c)} />))
    .get('/runs/_list', async (c) => c.html(<RunsList {...await listed(c)} />))
    .get('/runs/:id', async (c) => {
      const { actor, run, ...props } = await shown(c)
      const log = await logView(runs, actor, run.id, logPlaceOf(c))
      return c.html(<RunPage {...props} run={run} log={log} />)
    })
    .get('/runs/:id/_state', async (c) => {
      const { actor: _, ...props } = await shown(c)
      return c.html(<RunFragments {...props} />)
    })
    .get('/runs/:id/artifacts/:name{.+}', (c) =>
      c.redirect(
        `/api/v1/runs/${runIdOf(c)}/artifacts/${c.req.param('name').split('/').map(encodeURIComponent).join('/')}`,
      ),
    )
    .post('/runs/:id/cancel', async (c) => {
      const actor = actorOf(c)
      await formOf(c, actor, doors)
      const { id, state } = await runs.cancel(actor, runIdOf(c))
      const text = state === 'cancelled' ? `Run ${id} was cancelled.` : `Run ${id} was asked to end.`
      return done(c, doors, `/runs/${id}`, { tone: 'ok', text })
    })
    .post('/runs/:id/rerun', async (c) => {
      const actor = actorOf(c)
      const { at } = await formOf(c, actor, doors)
      const { id } = await runs.rerun(actor, runIdOf(c), at === 'head' ? 'head' : 'same')
      return done(c, doors, `/runs/${id}`, queuedNotice(id))
    })

  async function listed(c: Context<Env>): Promise<RunsProps> {
    const { cursor, ...asked } = c.req.query()
    const { filter, wanted, errors } = readRunsFilter(asked)
    const { items, nextCursor } = await runs.list(actorOf(c), wanted, {
      limit: ROWS,
      ...(cursor ? { cursor } : {}),
    })
    const query = (more: Record<string, string>) => new URLSearchParams({ ...filter, ...more }).toString()
    return {
      page: pageOf(c, doors, version, { title: 'Runs', active: 'runs' }),
      rows: items.map(runRow),
      filter,
      errors,
      ...(nextCursor ? { nextHref: `/runs?${query({ cursor: nextCursor })}` } : {}),
      ...(cursor ? { firstHref: `/runs?${query({})}` } : {}),
      fragmentHref: `/runs/_list?${query(cursor ? { cursor } : {})}`,
    }
  }

  async function shown(c: Context<Env>) {
    const actor = actorOf(c)
    const run = await runs.get(actor, runIdOf(c))
    const page = pageOf(c, doors, version, { title: `Run ${run.id} of ${run.script}`, active: 'runs' })
    const may = { cancel: can(actor, 'run.cancel', run.script), rerun: can(actor, 'run.rerun', run.script) }
    return { actor, page, run: { ...(await runView(run)), ...(await beside(actor, run)) }, may }
  }

  /** The runs of the same script just before and after this one. */
  async function beside(actor: Located, { id, script }: Run): Promise<Pick<RunView, 'before' | 'after'>> {
    const [before, after] = await Promise.all([
      runs.list(actor, { script }, { limit: 1, cursor: String(id) }),
      runs.list(actor, { script, after: id }, { limit: 1 }),
    ])
    return { ...optional('before', before.items[0]?.id), ...optional('after', after.items[0]?.id) }
  }

  async function runView(run: Run): Promise<RunView> {
    const entry = await catalog.find(run.script)
    const script = entry?.script
    // What the manifest allows now says nothing of a run of another revision.
    const manifest = entry?.revision === run.revision ? script?.manifest : undefined
    const schedule = script?.manifest.schedules.find(({ id }) => id === run.scheduleId)
    return {
      ...runRow(run),
      ...(schedule ? { schedule: describeSchedule(schedule) } : {}),
      ...(run.scheduledAt ? { scheduledAt: Date.parse(run.scheduledAt) } : {}),
      ...optional('lock', run.lock),
      ...optional('environment', run.environment),
      ...optional('python', run.python),
      ...optional('isolation', run.isolation),
      ...optional('peakMemoryBytes', run.peakMemoryBytes),
      ...optional('memoryBytes', manifest?.memoryBytes),
      ...(manifest ? { attempts: manifest.retries.limit + 1 } : {}),
      ...errorView(run),
      ...(run.state === 'queued' ? { waits: await waitsFor(run) } : {}),
      ...(Object.keys(run.input).length > 0 ? { input: run.inputJson } : {}),
      ...optional('result', run.resultJson),
      artifacts: run.artifacts.map(({ name, bytes }) => ({ name, size: bytes })),
    }
  }

  async function waitsFor({ script, notBefore }: Run): Promise<NonNullable<RunView['waits']>> {
    const at = notBefore === undefined ? 0 : Date.parse(notBefore)
    if (at > doors.clock.now()) return { notBefore: at }
    const { items } = await runs.list(systemActor, { script, state: 'running' }, { limit: 1 })
    return optional('run', items[0]?.id)
  }
}

/** What it raised, or what else there is to say of why it failed beyond the reason. */
function errorView({ outcome, error }: Run): Pick<RunView, 'error' | 'detail'> {
  if (outcome?.kind === 'no-environment') return { detail: outcome.message }
  if (outcome?.kind !== 'raised' || !error) return {}
  const [, path, line] = [...(error.traceback ?? '').matchAll(FRAME)].at(-1) ?? []
  return { error: { ...error, ...(path === undefined ? {} : { path, line: Number(line) }) } }
}

// Of Python's traceback; the record keeps the user's frames only, so the last is where it was raised.
const FRAME = /^ {2}File "([^"]+)", line (\d+)/gm

/** The member, if it has a value. */
function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V }
}
