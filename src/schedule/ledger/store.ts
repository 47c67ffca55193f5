import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm'
import { recordSchema, type RecordDatabase } from '../../db/index.ts'
import type { Tick, TickMark, TickOutcome, TickPlace, TickRange } from '../tick.ts'

const { ticks } = recordSchema

type TickRow = typeof ticks.$inferSelect

/** The queries that read ticks. */
export function createLedgerStore({ orm }: RecordDatabase) {
  return {
    /** Ticks whose gate was not done with, oldest first. */
    async pending(): Promise<Tick[]> {
      const rows = await orm.select().from(ticks).where(eq(ticks.outcome, 'pending')).orderBy(asc(ticks.id))
      return rows.map(tickOf)
    },

    /** A script's ticks, newest first: those that reach into `from` (with it) to `to` (without it). */
    async list(
      slug: string,
      { from, to, outcome }: TickRange,
      limit: number,
      after?: TickPlace,
    ): Promise<Tick[]> {
      const rows = await orm
        .select()
        .from(ticks)
        .where(
          and(
            eq(ticks.slug, slug),
            outcome === undefined ? undefined : eq(ticks.outcome, outcome),
            from === undefined ? undefined : gte(ticks.until, from),
            to === undefined ? undefined : lt(ticks.scheduledAt, to),
            after && sql`(${ticks.scheduledAt}, ${ticks.id}) < (${after.scheduledAt}, ${after.id})`,
          ),
        )
        .orderBy(desc(ticks.scheduledAt), desc(ticks.id))
        .limit(limit)
      return rows.map(tickOf)
    },

    /** The newest ticks of each script, oldest first; all of a script's in one JSON text, which is fetched at once. */
    async newest(slugs: string[], count: number): Promise<Map<string, TickMark[]>> {
      const rows = await orm.all<{ slug: string; marks: string }>(sql`select s.value as slug, (
        select json_group_array(json_array(scheduled_at, until, count, outcome, reason)) from (
          select * from ticks where slug = s.value order by scheduled_at desc, id desc limit ${count})
      ) as marks from json_each(${JSON.stringify([...new Set(slugs)])}) s`)
      return new Map(
        rows.map(({ slug, marks }) => [slug, (JSON.parse(marks) as MarkRow[]).map(markOf).reverse()]),
      )
    },
  }
}

type MarkRow = [
  scheduledAt: number,
  until: number,
  count: number,
  outcome: TickOutcome,
  reason: string | null,
]

const markOf = ([scheduledAt, until, count, outcome, reason]: MarkRow): TickMark => ({
  ...{ scheduledAt, until, count, outcome },
  ...(reason !== null && { reason }),
})

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
