import { Hono, type Context } from 'hono'
import { formatSize } from '../../base/index.ts'
import { assertCan, can, type Located } from '../../access/index.ts'
import { isFinal } from '../../run/index.ts'
import { describeSchedule } from '../../script/index.ts'
import { OverviewFragments, OverviewPage, type OverviewProps } from '../../../views/overview/index.tsx'
import type { CommitRow } from '../../../views/overview/_commits.tsx'
import type { NextRow } from '../../../views/overview/_next.tsx'
import type { ServerTrouble } from '../../../views/scripts/_attention.tsx'
import type { RunRow } from '../../../views/runs/_table.tsx'
import type { ScriptRow } from '../../../views/scripts/_table.tsx'
import { SystemPage, SystemState, type SystemProps } from '../../../views/system/index.tsx'
import { plainText, sentence } from '../../../views/words.ts'
import type { Doors, Status } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { pageOf } from './page.ts'
import { usefulLine } from './history.ts'
import { runRow } from './rows.ts'
import type { Standings } from './standings.ts'

const RECENT = 8
const MOST_GOING = 12
const MOST_NEXT = 10
const MOST_COMMITS = 5

/** How things stand, and the server's own state. */
export function overviewPages(doors: Doors, version: string, standings: Standings): Hono<Env> {
  return new Hono<Env>()
    .get('/', async (c) => c.html(<OverviewPage {...await overview(c)} />))
    .get('/_overview', async (c) => c.html(<OverviewFragments {...await overview(c)} />))
    .get('/system', async (c) => c.html(<SystemPage {...await system(c)} />))
    .get('/_system', async (c) => c.html(<SystemState {...await system(c)} />))

  async function system(c: Context<Env>): Promise<SystemProps> {
    const actor = actorOf(c)
    assertCan(actor, 'status.read')
    const [status, disk] = await Promise.all([doors.status(), doors.disk()])
    const { version: server, node, git, pythons, isolation, head, indexedCommit, queue, startedAt } = status
    return {
      page: pageOf(c, doors, version, { title: 'System', active: 'system' }),
      versions: { server, node, git, pythons },
      startedAt: Date.parse(startedAt),
      isolation: { tier: doors.isolation.tier, reason: isolation.refusal ?? isolation.reason },
      ...(head ? { head } : {}),
      ...(indexedCommit ? { indexed: indexedCommit } : {}),
      ...{ queue, disk },
      trouble: troubleOf(status, disk),
      environments: can(actor, 'environment.read') ? await environmentRows() : [],
    }
  }

  async function environmentRows() {
    const rows = await doors.environments.list()
    return rows.map((row) => (row.message === undefined ? row : { ...row, message: usefulLine(row.message) }))
  }

  async function overview(c: Context<Env>): Promise<OverviewProps> {
    const actor = actorOf(c)
    assertCan(actor, 'script.read')
    const [status, disk, rows, going, recent, commits] = await Promise.all([
      doors.status(),
      doors.disk(),
      standings.all(actor),
      goingOn(actor),
      doors.runs.list(actor, {}, { limit: RECENT + MOST_GOING }),
      lastCommits(actor),
    ])
    return {
      page: pageOf(c, doors, version, { title: 'Overview', active: 'overview' }),
      rows,
      queue: status.queue,
      going,
      recent: recent.items
        .filter(({ state }) => isFinal(state))
        .slice(0, RECENT)
        .map(runRow),
      next: await nextMoments(rows),
      commits,
      trouble: troubleOf(status, disk),
      cloneUrl: `${doors.publicUrl()}/scripts.git`,
      may: { cancel: can(actor, 'run.cancel') },
    }
  }

  async function goingOn(actor: Located): Promise<RunRow[]> {
    const [running, queued] = await Promise.all([
      doors.runs.list(actor, { state: 'running' }, { limit: MOST_GOING }),
      doors.runs.list(actor, { state: 'queued' }, { limit: MOST_GOING }),
    ])
    return [...running.items, ...queued.items].slice(0, MOST_GOING).map(runRow)
  }

  /** The scripts that are due first; what of their schedules is shown is read for these alone. */
  async function nextMoments(rows: ScriptRow[]): Promise<NextRow[]> {
    const soonest = rows
      .filter(({ nextTickAt }) => nextTickAt !== undefined)
      .sort((a, b) => a.nextTickAt! - b.nextTickAt!)
      .slice(0, MOST_NEXT)
    return Promise.all(
      soonest.map(async ({ slug, nextTickAt }) => {
        const script = (await doors.catalog.find(slug))?.script
        const schedule = script?.manifest.schedules.map(describeSchedule).join('; ') ?? ''
        return { slug, at: nextTickAt!, schedule, gate: script?.gate !== undefined }
      }),
    )
  }

  async function lastCommits(actor: Located): Promise<CommitRow[]> {
    const { items } = await doors.history.commits(actor, {}, { limit: MOST_COMMITS })
    return items.map(({ id, message, author, at }) => ({
      ...{ id, at, author: plainText(author.name) },
      subject: plainText(message.split('\n')[0]!),
    }))
  }
}

type Disk = Awaited<ReturnType<Doors['disk']>>

/** What is wrong with the server itself, with what to do. */
function troubleOf({ isolation }: Status, { freeBytes, reserveBytes }: Disk): ServerTrouble[] {
  const open = isolation.tier === 'none'
  const full = freeBytes < reserveBytes
  return [
    ...(full ? [fullDisk(freeBytes, reserveBytes)] : []),
    ...(open ? [withoutIsolation(isolation.refusal ?? isolation.reason)] : []),
  ]
}

const fullDisk = (freeBytes: number, reserveBytes: number): ServerTrouble => ({
  tone: 'bad',
  title: `The disk has only ${formatSize(freeBytes)} left.`,
  text: `That is below the reserve of ${formatSize(reserveBytes)} (SXS_DISK_RESERVE); free some.`,
})

const withoutIsolation = (reason: string): ServerTrouble => ({
  ...{ tone: 'warn', title: 'Scripts run without isolation.', text: sentence(reason) },
})
