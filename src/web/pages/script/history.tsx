import { Hono, type Context } from 'hono'
import { can, type Located } from '../../../access/index.ts'
import type { CommitSummary } from '../../../edit/index.ts'
import { CAUSES, RUN_STATES, type RunMark } from '../../../run/index.ts'
import { TICK_OUTCOMES } from '../../../schedule/index.ts'
import {
  ChangesFragments,
  ChangesPage,
  type ChangeRow,
  type ChangesProps,
} from '../../../../views/scripts/changes.tsx'
import { EnvironmentPage } from '../../../../views/scripts/environment.tsx'
import { scriptHref, type ScriptTab } from '../../../../views/scripts/_hrefs.ts'
import { ScriptRunsList, ScriptRunsPage, type ScriptRunsProps } from '../../../../views/scripts/runs.tsx'
import { TicksList, TicksPage, type TicksProps } from '../../../../views/scripts/ticks.tsx'
import { plainText } from '../../../../views/words.ts'
import type { Doors } from '../../doors.ts'
import type { Env } from '../../identity.ts'
import { messageOf } from '../message.ts'
import { stripOf } from '../history.ts'
import { runRow, tickView } from '../rows.ts'
import { environmentOf } from './environment.ts'
import type { Found, Frames } from './frame.ts'

const ROWS = 50
const CHANGES = 25
// As many as say something of how the last changes did; older changes have no strip.
const RUNS_FOR_STRIPS = 200

/** What became of a script: its runs, ticks and changes, and its environment. */
export function historyPages(doors: Doors, frames: Frames): Hono<Env> {
  return new Hono<Env>()
    .get('/scripts/:slug/runs', async (c) => c.html(<ScriptRunsPage {...await runs(c)} />))
    .get('/scripts/:slug/_runs', async (c) => c.html(<ScriptRunsList {...await runs(c)} />))
    .get('/scripts/:slug/ticks', async (c) => c.html(<TicksPage {...await ticks(c)} />))
    .get('/scripts/:slug/_ticks', async (c) => c.html(<TicksList {...await ticks(c)} />))
    .get('/scripts/:slug/changes', async (c) => c.html(<ChangesPage {...await changes(c)} />))
    .get('/scripts/:slug/_changes', async (c) => c.html(<ChangesFragments {...await changes(c)} />))
    .get('/scripts/:slug/environment', async (c) => {
      const { found, frame } = await framed(c, 'Environment')
      const { actor, entry } = found
      if (!can(actor, 'environment.read')) return c.html(<EnvironmentPage frame={frame} hidden />)
      const environment = entry.script && { environment: await environmentOf(doors, entry.script) }
      return c.html(<EnvironmentPage frame={frame} {...environment} />)
    })

  async function framed(c: Context<Env>, title: string) {
    const found = await frames.found(c)
    return { found, frame: await frames.of(c, found, title) }
  }

  async function runs(c: Context<Env>): Promise<ScriptRunsProps> {
    const { found, frame } = await framed(c, 'Runs')
    const { cursor, ...asked } = c.req.query()
    const filter = pick(asked, ['state', 'cause', 'from'])
    const state = RUN_STATES.find((one) => one === filter.state)
    const cause = CAUSES.find((one) => one === filter.cause)
    const from = momentOf(filter.from)
    const { items, nextCursor } = await doors.runs.list(
      found.actor,
      {
        script: found.entry.slug,
        ...(state ? { state } : {}),
        ...(cause ? { cause } : {}),
        ...(from === undefined ? {} : { from }),
      },
      { limit: ROWS, ...(cursor ? { cursor } : {}) },
    )
    return { frame, rows: items.map(runRow), filter, ...steps(found, 'runs', filter, cursor, nextCursor) }
  }

  async function ticks(c: Context<Env>): Promise<TicksProps> {
    const { found, frame } = await framed(c, 'Ticks')
    const { cursor, ...asked } = c.req.query()
    const filter = pick(asked, ['outcome', 'from', 'to'])
    const outcome = TICK_OUTCOMES.find((one) => one === filter.outcome)
    const [from, to] = [momentOf(filter.from), momentOf(filter.to)]
    const { items, nextCursor } = await doors.ticks.list(found.actor, found.entry.slug, {
      limit: ROWS,
      ...(outcome ? { outcome } : {}),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(cursor ? { cursor } : {}),
    })
    const shown = items.map((tick) => tickView(tick, found.entry.script))
    return { frame, ticks: shown, filter, ...steps(found, 'ticks', filter, cursor, nextCursor) }
  }

  async function changes(c: Context<Env>): Promise<ChangesProps> {
    const { found, frame } = await framed(c, 'Changes')
    const { actor, entry } = found
    const { cursor } = c.req.query()
    const { items, nextCursor } = await doors.history.revisions(actor, entry.slug, {
      limit: CHANGES,
      ...(cursor ? { cursor } : {}),
    })
    const rows = await changeRows(actor, entry.slug, items)
    return { frame, rows, ...steps(found, 'changes', {}, cursor, nextCursor) }
  }

  async function changeRows(actor: Located, slug: string, commits: CommitSummary[]): Promise<ChangeRow[]> {
    const runs = (await doors.runs.marks(actor, [slug], RUNS_FOR_STRIPS)).get(slug) ?? []
    const trees = await Promise.all(commits.map(({ id }) => treeAt(slug, id)))
    const byCommit = runsByCommit(runs, commits, trees)
    return commits.map((commit) => ({
      ...{ id: commit.id, at: commit.at },
      subject: messageOf(commit).subject,
      author: plainText(commit.author.name),
      strip: stripOf((byCommit.get(commit.id) ?? []).slice(0, STRIP), []),
    }))
  }

  async function treeAt(slug: string, commit: string): Promise<string | undefined> {
    return (await doors.catalog.scriptAt(slug, commit))?.revision.split('-')[0]
  }
}

const STRIP = 20

/** The runs, newest first, by the change whose files they ran: the last one before them that left the script so. */
function runsByCommit(runs: RunMark[], commits: CommitSummary[], trees: (string | undefined)[]) {
  const found = new Map<string, RunMark[]>()
  for (const run of runs) {
    const [tree] = run.revision.split('-')
    const same = commits.filter((_, i) => trees[i] === tree)
    const commit = same.find(({ at }) => at <= run.queuedAt) ?? same.at(-1)
    if (commit) found.set(commit.id, [...(found.get(commit.id) ?? []), run])
  }
  return found
}

/** The addresses of the list's parts, with the same filter. */
function steps(
  { entry }: Found,
  tab: ScriptTab,
  filter: Record<string, string>,
  cursor: string | undefined,
  nextCursor: string | undefined,
) {
  const href = (more: Record<string, string>, of = scriptHref(entry.slug, tab)) => {
    const query = new URLSearchParams({ ...filter, ...more }).toString()
    return query ? `${of}?${query}` : of
  }
  return {
    ...(nextCursor ? { nextHref: href({ cursor: nextCursor }) } : {}),
    ...(cursor ? { firstHref: href({}) } : {}),
    fragmentHref: href(cursor ? { cursor } : {}, `${scriptHref(entry.slug)}/_${tab}`),
  }
}

function pick<K extends string>(asked: Record<string, string>, names: readonly K[]): { [key in K]?: string } {
  return Object.fromEntries(names.flatMap((name) => (asked[name] ? [[name, asked[name]]] : []))) as {
    [key in K]?: string
  }
}

/** A date or a time as a form or the API writes it; a date is its first moment in UTC. */
function momentOf(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}
