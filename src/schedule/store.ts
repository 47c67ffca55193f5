import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { createTally } from '../base/index.ts'
import { recordSchema, type RecordDatabase } from '../db/index.ts'
import type { Span } from './due.ts'
import { createLedgerStore } from './ledger/store.ts'
import { TICK_OUTCOMES } from './tick.ts'

const { frontiers, ticks } = recordSchema

/** Writes of another station for the same transaction. The first inserts the run, with its schedule and its moment. */
export type RunWrites = Parameters<RecordDatabase['orm']['batch']>[0][number][]

/** One schedule's way from one frontier to the next, with all that it met. */
export type Advance = {
  slug: string
  scheduleId: string
  commit: string
  from: number
  to: number
  spans: Span[]
  moments: MomentEntry[]
}

export type MomentEntry = {
  at: number
  lateMs: number
  outcome: 'ran' | 'pending' | 'skipped' | 'refused'
  reason?: string
  /** With `ran`: makes the run. */
  writes?: RunWrites
}

/** What a moment's row became. */
export type WrittenMoment = { tickId: number; runId?: number }

export type Frontier = typeof frontiers.$inferSelect

/** How a pending tick ended; with `ran`, the writes that make its run. */
export type Settlement =
  | { outcome: 'gated' }
  | { outcome: 'gate-failed' | 'refused' | 'skipped'; reason: string }
  | { outcome: 'ran'; writes: RunWrites }

export type TickStore = ReturnType<typeof createTickStore>

type TickRow = typeof ticks.$inferSelect
type Write = RunWrites[number]

const ROWS_A_WRITE = 500

/** The queries over frontiers and ticks. */
export function createTickStore(db: RecordDatabase) {
  const { orm } = db
  const tally = createTally(TICK_OUTCOMES)

  return {
    ...createLedgerStore(db),

    /** How many moments came to what since this server started. */
    counts: () => tally.counts(),

    /** Every frontier there is, those of retired schedules too. */
    async frontiers(): Promise<Frontier[]> {
      return orm.select().from(frontiers)
    },

    /** Carries ticks and frontiers over to a script's new slug; said twice, the second time changes nothing. */
    async rename(from: string, to: string): Promise<void> {
      // What an earlier script left there stays, but for the same moment of an equal schedule.
      await orm.batch([
        orm.run(sql`update or ignore ${ticks} set slug = ${to} where slug = ${from}`),
        orm.delete(ticks).where(eq(ticks.slug, from)),
        orm.run(sql`update or replace ${frontiers} set slug = ${to} where slug = ${from}`),
      ])
    },

    async frontierOf(slug: string, scheduleId: string): Promise<number | undefined> {
      const [row] = await orm
        .select()
        .from(frontiers)
        .where(and(eq(frontiers.slug, slug), eq(frontiers.scheduleId, scheduleId)))
      return row?.at
    },

    /** Puts frontiers of schedules that come into force; one that is further already stays. */
    async startFrontiers(starts: Frontier[]): Promise<void> {
      const writes: Write[] = []
      for (let i = 0; i < starts.length; i += ROWS_A_WRITE)
        writes.push(
          orm
            .insert(frontiers)
            .values(starts.slice(i, i + ROWS_A_WRITE))
            .onConflictDoUpdate({
              target: [frontiers.slug, frontiers.scheduleId],
              set: { at: sql`max(${frontiers.at}, excluded.at)` },
            }),
        )
      await db.write(() => batch(writes))
    },

    /**
     * In one transaction: moves the frontiers, writes what lies between, makes the runs. Gives the moments' rows, for each
     * advance in its order. Throws, with nothing written, where a frontier is not where the advance starts.
     */
    async advance(advances: Advance[]): Promise<WrittenMoment[][]> {
      if (advances.length === 0) return []
      const moments = advances.flatMap((advance) =>
        advance.moments.map((moment) => ({ ...advance, ...moment })),
      )
      const runWrites = moments.flatMap(({ writes }) => writes ?? [])
      const writes = [
        ...moveFrontiers(advances),
        ...foldSpans(advances),
        ...runWrites,
        insertMoments(moments),
      ]
      const results = await db.write(() => batch(writes))
      for (const { spans } of advances) for (const { outcome, count } of spans) tally.add(outcome, count)
      for (const { outcome } of moments) if (outcome !== 'pending') tally.add(outcome)
      const found = new Map((results.at(-1) as MomentRow[]).map((row) => [keyOf(row), writtenOf(row)]))
      return advances.map(({ slug, scheduleId, moments }) =>
        moments.map(({ at }) => found.get(keyOf({ slug, scheduleId, scheduledAt: at }))!),
      )
    },

    /** Ends a pending tick; gives the run made, if any. Undefined, with nothing written, where it is not pending any more. */
    async settle(tickId: number, settlement: Settlement): Promise<{ runId?: number } | undefined> {
      return db.write(async () => {
        const [tick] = await orm.select().from(ticks).where(eq(ticks.id, tickId))
        if (tick?.outcome !== 'pending') return undefined
        tally.add(settlement.outcome)
        if (settlement.outcome === 'gated') {
          await batch(foldGated(tick, await previousOf(tick)))
          return {}
        }
        if (settlement.outcome !== 'ran') {
          await orm.update(ticks).set(settlement).where(eq(ticks.id, tickId))
          return {}
        }
        const [insertRun, ...more] = settlement.writes
        const link = orm
          .update(ticks)
          .set({ outcome: 'ran', runId: sql`last_insert_rowid()` })
          .where(eq(ticks.id, tickId))
          .returning({ tickId: ticks.id, runId: ticks.runId })
        const results = await batch([insertRun!, link, ...more])
        const { runId } = writtenOf((results[1] as [LinkRow])[0])
        return runId === undefined ? {} : { runId }
      })
    },
  }

  async function batch(writes: Write[]): Promise<unknown[]> {
    const [first, ...rest] = writes
    return first ? orm.batch([first, ...rest]) : []
  }

  /** Compare and swap: a frontier that is elsewhere becomes NULL, which the column refuses, and all is rolled back. */
  function moveFrontiers(advances: Advance[]): Write[] {
    const rows = sql`(select value ->> 0 as slug, value ->> 1 as id, value ->> 2 as old, value ->> 3 as new
      from ${listOf(advances.map(({ slug, scheduleId, from, to }) => [slug, scheduleId, from, to]))})`
    return [
      orm.run(sql`insert or ignore into frontiers (slug, schedule_id, at) select slug, id, old from ${rows}`),
      orm.run(sql`update frontiers set at = case when at = j.old then j.new end
        from ${rows} j where frontiers.slug = j.slug and frontiers.schedule_id = j.id`),
    ]
  }

  /** Each schedule's first span, then each one's second: a span may lengthen the row that the one before it made. */
  function foldSpans(advances: Advance[]): Write[] {
    const most = Math.max(...advances.map(({ spans }) => spans.length))
    return Array.from({ length: most }, (_, i) =>
      foldOneEach(
        advances.flatMap(({ spans, ...advance }) => (spans[i] ? [{ ...advance, ...spans[i] }] : [])),
      ),
    ).flat()
  }

  /** Lengthens the schedule's newest row where it is of the same kind; else adds one. */
  function foldOneEach(spans: (Omit<Advance, 'spans'> & Span)[]): Write[] {
    const list = spans.map((span) => [
      ...[span.slug, span.scheduleId, span.first, span.last],
      ...[span.count, span.outcome, span.reason, span.commit],
    ])
    const rows = sql`(select value ->> 0 as slug, value ->> 1 as id, value ->> 2 as first, value ->> 3 as last,
      value ->> 4 as more, value ->> 5 as outcome, value ->> 6 as reason, value ->> 7 as "commit" from ${listOf(list)})`
    const newest = sql`from ticks t where t.slug = j.slug and t.schedule_id = j.id order by t.scheduled_at desc limit 1`
    return [
      orm.run(sql`update ticks set until = j.last, count = count + j.more from ${rows} j
        where ticks.id = (select t.id ${newest})
        and ticks.outcome = j.outcome and ticks.reason = j.reason and ticks."commit" = j."commit"`),
      orm.run(sql`insert into ticks (slug, schedule_id, scheduled_at, until, count, outcome, reason, "commit")
        select slug, id, first, last, more, outcome, reason, "commit" from ${rows} j
        where (select t.until ${newest}) is not j.last`),
    ]
  }

  /** All moments in one statement: one for each would take as long as all else. A run is found by what it was made for. */
  function insertMoments(moments: (Omit<Advance, 'moments'> & MomentEntry)[]): Write {
    const list = moments.map(({ slug, scheduleId, at, outcome, reason = null, lateMs, commit, writes }) => [
      ...[slug, scheduleId, at, outcome, reason, lateMs, commit, writes ? 1 : 0],
    ])
    return orm.all<MomentRow>(sql`insert into ticks
      (slug, schedule_id, scheduled_at, until, outcome, reason, late_ms, "commit", run_id)
      select value ->> 0, value ->> 1, value ->> 2, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
        case when value ->> 7 then (select id from runs where slug = value ->> 0 and schedule_id = value ->> 1
          and scheduled_at = value ->> 2 order by id desc limit 1) end
      from ${listOf(list)} where true
      returning id as tickId, run_id as runId, slug, schedule_id as scheduleId, scheduled_at as scheduledAt`)
  }

  async function previousOf({ slug, scheduleId, scheduledAt }: TickRow): Promise<TickRow | undefined> {
    const [row] = await orm
      .select()
      .from(ticks)
      .where(and(eq(ticks.slug, slug), eq(ticks.scheduleId, scheduleId), lt(ticks.scheduledAt, scheduledAt)))
      .orderBy(desc(ticks.scheduledAt))
      .limit(1)
    return row
  }

  function foldGated(tick: TickRow, before: TickRow | undefined): Write[] {
    if (before?.outcome !== 'gated' || before.commit !== tick.commit)
      return [orm.update(ticks).set({ outcome: 'gated' }).where(eq(ticks.id, tick.id))]
    return [
      orm
        .update(ticks)
        .set({ until: tick.until, count: before.count + tick.count })
        .where(eq(ticks.id, before.id)),
      orm.delete(ticks).where(eq(ticks.id, tick.id)),
    ]
  }
}

const listOf = (rows: (string | number | null)[][]) => sql`json_each(${JSON.stringify(rows)})`

type MomentKey = { slug: string; scheduleId: string; scheduledAt: number }
type LinkRow = { tickId: number; runId: number | null }
type MomentRow = MomentKey & LinkRow

const keyOf = ({ slug, scheduleId, scheduledAt }: MomentKey) => `${slug} ${scheduleId} ${scheduledAt}`

function writtenOf({ tickId, runId }: LinkRow): WrittenMoment {
  return runId === null ? { tickId } : { tickId, runId }
}
