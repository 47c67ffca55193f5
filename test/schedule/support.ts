import { join } from 'node:path'
import { createBus, createLog, systemActor, MINUTE, type Bus } from '../../src/base/index.ts'
import { openRecord, recordSchema, type RecordDatabase } from '../../src/db/index.ts'
import {
  createScheduler,
  createTicks,
  createTickStore,
  type Admission,
  type DueTick,
  type GateAnswer,
  type Scheduled,
  type Scheduler,
  type Tick,
} from '../../src/schedule/index.ts'
import type { Schedule } from '../../src/script/index.ts'
import { fakeClock, type FakeClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/folder.ts'

/** A cron schedule whose id is its meaning. */
export function cronOf(cron: string, timezone: string): Schedule {
  return { id: `${cron} ${timezone}`, kind: 'cron', cron, timezone, jitterMs: 0 }
}

/** An interval whose id is its meaning. */
export function everyOf(everyMs: number, startAt = 0): Schedule {
  return { id: `every ${everyMs} ${startAt}`, kind: 'every', everyMs, startAt, jitterMs: 0 }
}

/** Noon, on the grid of every interval that divides a day. */
export const NOON = Date.parse('2026-06-01T12:00:00Z')

/** A script `a` that is due each minute, in force since noon; with what a test says. */
export function scheduledOf(more: Partial<Scheduled> = {}): Scheduled {
  return {
    slug: 'a',
    commit: 'c1',
    revision: 't1-l1',
    since: NOON,
    schedules: [everyOf(MINUTE)],
    paused: false,
    overlap: 'skip',
    catchUp: { mode: 'latest', windowMs: 24 * 60 * MINUTE },
    hasGate: false,
    ...more,
  }
}

/** A record database and a clock that outlive the schedulers on them, and what these were seen to do. */
export type World = {
  db: RecordDatabase
  clock: FakeClock
  bus: Bus
  scripts: Scheduled[]
  /** Slugs whose turn is taken: a moment of theirs is skipped. */
  busy: Set<string>
  begun: { runId: number; due: DueTick }[]
  dropped: number
  /** What gates say; each call is asked once. */
  gate: (due: DueTick) => Promise<GateAnswer>
  /** A scheduler as after a start of the server, started and idle. */
  start(): Promise<Scheduler>
  /** Lets time pass in steps, with the scheduler idle after each. */
  pass(ms: number, step?: number): Promise<void>
  ticks(slug?: string): Promise<Tick[]>
  /** The ticks of a script in short, oldest first: `12:01:00 ran`, `12:02:00-12:05:00 4 skipped paused`. */
  story(slug?: string): Promise<string[]>
}

export async function createWorld(scripts: Scheduled[] = [scheduledOf()], at = NOON): Promise<World> {
  const db = await openRecord(join(temporaryFolder(), 'record.db'))
  const store = createTickStore(db)
  const ledger = createTicks(store, () => undefined)
  let scheduler: Scheduler | undefined
  const world: World = {
    db,
    clock: fakeClock(at),
    bus: createBus((error) => {
      throw error
    }),
    scripts,
    busy: new Set(),
    begun: [],
    dropped: 0,
    gate: () => Promise.resolve({ kind: 'gated' }),
    async start() {
      const { clock, bus } = world
      const log = createLog('silent')
      const parts = { clock, store, log, bus, scripts: () => Promise.resolve(world.scripts), offer }
      scheduler = createScheduler(parts)
      await scheduler.start()
      await scheduler.idle()
      return scheduler
    },
    async pass(ms, step = ms) {
      for (let passed = 0; passed < ms; passed += step) {
        world.clock.advance(step)
        await scheduler!.idle()
      }
    },
    async ticks(slug = 'a') {
      const { items } = await ledger.list(systemActor, slug, { limit: 1000 })
      return items.reverse()
    },
    async story(slug) {
      return (await world.ticks(slug)).map(describe)
    },
  }
  return world

  function offer({ slug, gated }: { slug: string; gated: boolean }): Admission {
    if (world.busy.has(slug)) return { kind: 'skip', reason: 'overlap' }
    const drop = () => {
      world.dropped += 1
    }
    if (gated) return { kind: 'gate', ask: (due) => world.gate(due), drop }
    return { kind: 'run', ...admitted(world) }
  }
}

/** What makes and begins a run, as the run station would. */
export function admitted(world: World) {
  let due: DueTick
  return {
    writes(tick: DueTick) {
      due = tick
      return [world.db.orm.insert(recordSchema.runs).values(runOf(tick))]
    },
    begin: (runId: number) => void world.begun.push({ runId, due }),
    drop() {
      world.dropped += 1
    },
  }
}

function runOf({ slug, commit, revision, scheduleId, scheduledAt }: DueTick) {
  const what = { slug, commit, revision, scheduleId, scheduledAt, queuedAt: scheduledAt }
  return { ...what, cause: 'tick', actor: 'system', state: 'queued' }
}

function describe({ scheduledAt, until, count, outcome, reason }: Tick): string {
  const span = until === scheduledAt ? time(scheduledAt) : `${time(scheduledAt)}-${time(until)} ${count}`
  return [span, outcome, reason].filter((part) => part !== undefined).join(' ')
}

const time = (at: number) => new Date(at).toISOString().slice(11, 19)
