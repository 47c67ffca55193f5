import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, like, lt, sql, type SQL } from 'drizzle-orm'
import { pageOf, type Page, type PageRequest } from '../../base/index.ts'
import { recordSchema, type RecordDatabase } from '../../db/index.ts'
import type { Cause, RunMark } from '../run.ts'
import type { RunState } from '../state.ts'

const { runs } = recordSchema

/** What lists show: all but what may be large. */
export type RunSummaryRow = Omit<typeof runs.$inferSelect, 'input' | 'result' | 'artifacts'>

export type RunFilter = {
  script?: string
  /** Only these scripts. */
  scripts?: string[]
  state?: RunState
  cause?: Cause
  /** Of these very files: the script's tree at a commit. */
  tree?: string
  /** Queued at or after, Unix milliseconds. */
  from?: number
  /** Only those after this one, and then the oldest first. */
  after?: number
}

type MarkRow = [
  id: number,
  state: RunState,
  revision: string,
  queuedAt: number,
  startedAt: number | null,
  endedAt: number | null,
]

/** The queries for lists of runs, and of scripts with their runs. */
export function createRunHistoryStore({ orm }: RecordDatabase) {
  const { input: _, result: __, artifacts: ___, ...summary } = getTableColumns(runs)

  return {
    /** Newest first. */
    async list(filter: RunFilter, { limit, cursor }: PageRequest): Promise<Page<RunSummaryRow>> {
      const rows = await orm
        .select(summary)
        .from(runs)
        .where(and(cursor === undefined ? undefined : lt(runs.id, Number(cursor)), ...conditionsOf(filter)))
        .orderBy(filter.after === undefined ? desc(runs.id) : asc(runs.id))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.id)
    },

    /** Those of the runs that there are, in no order. */
    async some(ids: number[]): Promise<RunSummaryRow[]> {
      return ids.length === 0 ? [] : orm.select(summary).from(runs).where(inArray(runs.id, ids))
    },

    /** The newest run of each script that has one. */
    async last(slugs: string[]): Promise<RunSummaryRow[]> {
      const newest = sql`(select (select id from runs where slug = s.value order by id desc limit 1)
        from ${listOf(slugs)} s)`
      return orm
        .select(summary)
        .from(runs)
        .where(sql`${runs.id} in ${newest}`)
    },

    /**
     * The newest runs of each script, newest first. All of a script's are one JSON text: a row for each run would take
     * ten times as long to fetch as SQLite takes to find it.
     */
    async marks(slugs: string[], count: number): Promise<Map<string, RunMark[]>> {
      const rows = await orm.all<{ slug: string; marks: string }>(sql`select s.value as slug, (
        select json_group_array(json_array(id, state, revision, queued_at, started_at, ended_at)) from (
          select * from runs where slug = s.value order by id desc limit ${count})
      ) as marks from ${listOf(slugs)} s`)
      return new Map(rows.map(({ slug, marks }) => [slug, (JSON.parse(marks) as MarkRow[]).map(markOf)]))
    },
  }
}

const listOf = (slugs: string[]) => sql`json_each(${JSON.stringify([...new Set(slugs)])})`

const markOf = ([id, state, revision, queuedAt, startedAt, endedAt]: MarkRow): RunMark => ({
  id,
  state,
  revision,
  queuedAt,
  startedAt: startedAt ?? undefined,
  endedAt: endedAt ?? undefined,
})

function conditionsOf({ script, scripts, state, cause, tree, from, after }: RunFilter): (SQL | undefined)[] {
  return [
    script === undefined ? undefined : eq(runs.slug, script),
    scripts === undefined ? undefined : inArray(runs.slug, scripts),
    state === undefined ? undefined : eq(runs.state, state),
    cause === undefined ? undefined : eq(runs.cause, cause),
    tree === undefined ? undefined : like(runs.revision, `${tree.replace(/[^0-9a-f]/g, '')}-%`),
    from === undefined ? undefined : gte(runs.queuedAt, from),
    after === undefined ? undefined : gt(runs.id, after),
  ]
}
