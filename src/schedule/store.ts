import { and, asc, desc, eq, gte, inArray, lt, sql, type SQL } from 'drizzle-orm'
import { recordSchema, type RecordDatabase } from '../db/index.ts'
import type { Span } from './due.ts'
import type { Tick, TickOutcome } from './tick.ts'

const { frontiers, ticks } = recordSchema

/** Writes of another station for the same transaction. The first inserts the one row of the run. */
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

export type TickRange = { from?: number | undefined; to?: number | undefined }

/** A place in a list: that of its last row. */
export type TickPlace = { scheduledAt: number; id: number }

export type TickStore = ReturnType<typeof createTickStore>

type TickRow = typeof ticks.$inferSelect
type Write = RunWrites[number]

const ROWS_A_WRITE = 500

/** The queries over frontiers and ticks. */
export function createTickStore(db: RecordDatabase) {
  const { orm } = db

  return {
    /** Every frontier there is, those of retired schedules too. */
    async frontiers(): Promise<Frontier[]> {
      return orm.select().from(frontiers)
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
      const writes: Write[] = []
      const places = advances.map((advance) => {
        writes.push(moveFrontier(advance))
        for (const span of advance.spans) writes.push(...foldSpan(advance, span))
        return advance.moments.map((moment) => {
          const [insertRun, ...more] = moment.writes ?? []
          if (insertRun) writes.push(insertRun)
          const place = writes.push(insertMoment(advance, moment)) - 1
          writes.push(...more)
          return place
        })
      })
      const results = await db.write(() => batch(writes))
      return places.map((list) => list.map((place) => writtenOf(results[place])))
    },

    /** Ends a pending tick; gives the run made, if any. Undefined, with nothing written, where it is not pending any more. */
    async settle(tickId: number, settlement: Settlement): Promise<{ runId?: number } | undefined> {
      return db.write(async () => {
        const [tick] = await orm.select().from(ticks).where(eq(ticks.id, tickId))
        if (tick?.outcome !== 'pending') return undefined
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
        const { runId } = writtenOf(results[1])
        return runId === undefined ? {} : { runId }
      })
    },

    /** Ticks whose gate was not done with, oldest first. */
    async pending(): Promise<Tick[]> {
      const rows = await orm.select().from(ticks).where(eq(ticks.outcome, 'pending')).orderBy(asc(ticks.id))
      return rows.map(tickOf)
    },

    /** A script's ticks, newest first: those that reach into `from` (with it) to `to` (without it). */
    async list(slug: string, { from, to }: TickRange, limit: number, after?: TickPlace): Promise<Tick[]> {
      const rows = await orm
        .select()
        .from(ticks)
        .where(
          and(
            eq(ticks.slug, slug),
            from === undefined ? undefined : gte(ticks.until, from),
            to === undefined ? undefined : lt(ticks.scheduledAt, to),
            after && sql`(${ticks.scheduledAt}, ${ticks.id}) < (${after.scheduledAt}, ${after.id})`,
          ),
        )
        .orderBy(desc(ticks.scheduledAt), desc(ticks.id))
        .limit(limit)
      return rows.map(tickOf)
    },

    /** The newest ticks of each script, oldest first. */
    async newest(slugs: string[], count: number): Promise<Map<string, Tick[]>> {
      const bySlug = new Map<string, Tick[]>(slugs.map((slug) => [slug, []]))
      const wanted = sql`(select t.id from json_each(${JSON.stringify([...bySlug.keys()])}) s join ticks t on t.id in
        (select id from ticks where slug = s.value order by scheduled_at desc, id desc limit ${count}))`
      const rows = await orm
        .select()
        .from(ticks)
        .where(inArray(ticks.id, wanted as SQL<number> & { getSQL(): SQL }))
        .orderBy(asc(ticks.scheduledAt), asc(ticks.id))
      for (const row of rows) bySlug.get(row.slug)?.push(tickOf(row))
      return bySlug
    },
  }

  async function batch(writes: Write[]): Promise<unknown[]> {
    const [first, ...rest] = writes
    return first ? orm.batch([first, ...rest]) : []
  }

  /** Compare and swap: a frontier that is elsewhere becomes NULL, which the column refuses, and all is rolled back. */
  function moveFrontier({ slug, scheduleId, from, to }: Advance): Write {
    return orm
      .insert(frontiers)
      .values({ slug, scheduleId, at: to })
      .onConflictDoUpdate({
        target: [frontiers.slug, frontiers.scheduleId],
        set: { at: sql`case when ${frontiers.at} = ${from} then excluded.at end` },
      })
  }

  function insertMoment(advance: Advance, { at, lateMs, outcome, reason, writes }: MomentEntry): Write {
    const { slug, scheduleId, commit } = advance
    return orm
      .insert(ticks)
      .values({
        ...{ slug, scheduleId, commit, scheduledAt: at, until: at, outcome, lateMs },
        reason: reason ?? null,
        runId: writes ? sql`last_insert_rowid()` : null,
      })
      .returning({ tickId: ticks.id, runId: ticks.runId })
  }

  /** Lengthens the schedule's last row where it is of the same kind; else, when that changed nothing, adds one. */
  function foldSpan({ slug, scheduleId, commit }: Advance, span: Span): Write[] {
    const { outcome, reason, first, last, count } = span
    const newest = sql`(select id from ticks where slug = ${slug} and schedule_id = ${scheduleId}
      order by scheduled_at desc limit 1)`
    return [
      orm.run(sql`update ticks set until = ${last}, count = count + ${count} where id = ${newest}
        and outcome = ${outcome} and reason = ${reason} and "commit" = ${commit}`),
      orm.run(sql`insert into ticks (slug, schedule_id, scheduled_at, until, count, outcome, reason, "commit")
        select ${slug}, ${scheduleId}, ${first}, ${last}, ${count}, ${outcome}, ${reason}, ${commit}
        where changes() = 0`),
    ]
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

function writtenOf(result: unknown): WrittenMoment {
  const [{ tickId, runId }] = result as [{ tickId: number; runId: number | null }]
  return runId === null ? { tickId } : { tickId, runId }
}

function tickOf({ reason, runId, lateMs, commit, outcome, ...row }: TickRow): Tick {
  return {
    ...row,
    outcome: outcome as TickOutcome,
    ...(reason !== null && { reason }),
    ...(runId !== null && { runId }),
    ...(lateMs !== null && { lateMs }),
    ...(commit !== null && { commit }),
  }
}
