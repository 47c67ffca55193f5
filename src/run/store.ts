import {
  and,
  asc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  lt,
  sql,
  type SQL,
  type SQLWrapper,
} from 'drizzle-orm'
import { createTally } from '../base/index.ts'
import { recordSchema, type RecordDatabase } from '../db/index.ts'
import { createRunHistoryStore } from './history/store.ts'
import type { Outcome } from './outcome.ts'
import { endOfKey, keptKey, type OnceKey } from './idempotency.ts'
import type { NewRun, RunError } from './run.ts'
import { RUN_STATES, type RunState } from './state.ts'
import type { Artifact } from './artifact.ts'

export type { RunFilter, RunSummaryRow } from './history/store.ts'

const { runs, scriptData, scriptIdentities } = recordSchema

/** `input` and `result` are the JSON texts that they came as: parsing would cut the digits of Python's long integers. */
export type RunRow = Omit<typeof runs.$inferSelect, 'input' | 'result'> & {
  input: string | null
  result: string | null
}

/** Writes for one `orm.batch`, together with others of the caller's. */
export type RunWrites = Parameters<RecordDatabase['orm']['batch']>[0][number][]

/** What a run ran with. */
export type EnvironmentUsed = { lock: string; python: string; environment: string }

/** How an attempt, or the run, ended. `result` is JSON text. */
export type Ending = Partial<EnvironmentUsed> & {
  state: RunState
  outcome: Outcome
  endedAt: number
  error?: RunError
  result?: string
  peakMemoryBytes?: number
  logBytes: number
  artifacts?: Artifact[]
  /** What the script's data is from now on, JSON text of an object; absent: as it was. */
  data?: string
}

export type RunStore = ReturnType<typeof createRunStore>

/** The queries over runs, data and the scripts' numbers. */
export function createRunStore(db: RecordDatabase) {
  const { orm } = db
  const tally = createTally(RUN_STATES)
  const numbers = new Map<string, number>()
  const { input, result, artifacts, ...summary } = getTableColumns(runs)
  const whole = { ...summary, artifacts, input: textOf(input), result: textOf(result) }

  return {
    ...createRunHistoryStore(db),

    /** How many runs ended in which state since this server started. */
    counts: () => tally.counts(),

    /** The write that makes the run. */
    insertWrite(run: NewRun) {
      return orm
        .insert(runs)
        .values({ ...run, state: 'queued', input: run.input === undefined ? null : sql`${run.input}` })
    },

    async insert(run: NewRun): Promise<RunRow> {
      const [row] = await this.insertWrite(run).returning(whole)
      return row!
    },

    async find(id: number): Promise<RunRow | undefined> {
      const [row] = await orm.select(whole).from(runs).where(eq(runs.id, id))
      return row
    },

    /** Makes the run, unless one was made with this key; then that one. */
    async insertOnce(run: NewRun, once: OnceKey): Promise<{ row: RunRow; made: boolean }> {
      return db.write(async () => {
        const { idempotencyKey: kept } = runs
        const used = and(gte(kept, once.key), lt(kept, endOfKey(once)))
        const rows = await orm.select(whole).from(runs).where(used)
        const known = rows.find((row) => row.idempotencyKey?.split('\n')[0] === once.key)
        if (known) return { row: known, made: false }
        return { row: await this.insert({ ...run, idempotencyKey: keptKey(once) }), made: true }
      })
    },

    /** The runs in this state with ids above `after`, in order. */
    async inState(state: RunState, after: number, limit: number): Promise<RunRow[]> {
      return orm
        .select(whole)
        .from(runs)
        .where(and(eq(runs.state, state), gt(runs.id, after)))
        .orderBy(asc(runs.id))
        .limit(limit)
    },

    /** Takes a queued run for execution; undefined where it is not queued any more. */
    async claim(id: number, claim: Claim): Promise<RunRow | undefined> {
      const [row] = await orm
        .update(runs)
        .set({ ...claim, state: 'running', notBefore: null, outcome: null, error: null })
        .where(and(eq(runs.id, id), eq(runs.state, 'queued')))
        .returning(whole)
      return row
    },

    /** Records what the run was given to run with. */
    async noteEnvironment(id: number, used: EnvironmentUsed): Promise<void> {
      await orm.update(runs).set(used).where(eq(runs.id, id))
    },

    async extendLeases(ids: number[], leaseUntil: number): Promise<void> {
      if (ids.length > 0) await orm.update(runs).set({ leaseUntil }).where(inArray(runs.id, ids))
    },

    /** Records the end of a run that is in state `from`, and its data, in one transaction; false if it was not in it. */
    async end(
      run: { id: number; slug: string },
      from: 'queued' | 'running',
      ending: Ending,
    ): Promise<boolean> {
      const { data, result, ...columns } = ending
      const update = orm
        .update(runs)
        .set({
          ...columns,
          error: ending.error ?? null,
          result: result === undefined ? null : sql`${result}`,
          leaseUntil: null,
          notBefore: null,
        })
        .where(and(eq(runs.id, run.id), eq(runs.state, from)))
        .returning({ id: runs.id })
      // The data goes under the name that the script has by now.
      const slug = sql<string>`(select ${runs.slug} from ${runs} where ${runs.id} = ${run.id})`
      const [updated] =
        data === undefined
          ? [await update]
          : await orm.batch([update, this.dataWrite(slug, data, ending.endedAt)])
      if (updated.length > 0) tally.add(ending.state)
      return updated.length > 0
    },

    /** Puts a running run back into the queue for its next attempt. */
    async requeue(id: number, again: Requeue): Promise<boolean> {
      const rows = await orm
        .update(runs)
        .set({ ...again, error: again.error ?? null, state: 'queued', leaseUntil: null })
        .where(and(eq(runs.id, id), eq(runs.state, 'running')))
        .returning({ id: runs.id })
      return rows.length > 0
    },

    /** The queued runs of the script, in order. */
    async queuedOf(slug: string): Promise<number[]> {
      const rows = await orm
        .select({ id: runs.id })
        .from(runs)
        .where(and(eq(runs.slug, slug), eq(runs.state, 'queued')))
        .orderBy(asc(runs.id))
      return rows.map(({ id }) => id)
    },

    /** Whether any run of the script is running. */
    async isRunning(slug: string): Promise<boolean> {
      const [row] = await orm
        .select({ id: runs.id })
        .from(runs)
        .where(and(eq(runs.state, 'running'), eq(runs.slug, slug)))
        .limit(1)
      return row !== undefined
    },

    /** The script's data; an empty object at first. */
    async data(slug: string): Promise<ScriptData> {
      const [row] = await orm.select().from(scriptData).where(eq(scriptData.slug, slug))
      return row ? { json: row.json, version: row.version, updatedAt: row.updatedAt } : NO_DATA
    },

    /** The write that puts the script's data, one version on. */
    dataWrite(slug: string | SQL<string>, json: string, updatedAt: number) {
      return orm
        .insert(scriptData)
        .values({ slug, json, version: 1, updatedAt })
        .onConflictDoUpdate({
          target: scriptData.slug,
          set: { json, updatedAt, version: sql`${scriptData.version} + 1` },
        })
    },

    /** Puts the data if it is still at this version (0: there is none yet); false if it is not. */
    async replaceData(slug: string, version: number, json: string, updatedAt: number): Promise<boolean> {
      return db.write(async () => {
        if ((await this.data(slug)).version !== version) return false
        await this.dataWrite(slug, json, updatedAt)
        return true
      })
    },

    /** Carries what is kept of a script over to its new slug, in place of what an earlier script left there. */
    async rename(from: string, to: string): Promise<void> {
      // Said twice, as after a crash, the second time changes nothing: there is nothing under the old slug then.
      const hasData = sql`exists (select 1 from ${scriptData} where slug = ${from})`
      const hasIdentity = sql`exists (select 1 from ${scriptIdentities} where slug = ${from})`
      await orm.batch([
        orm.update(runs).set({ slug: to }).where(eq(runs.slug, from)),
        orm.delete(scriptData).where(and(eq(scriptData.slug, to), hasData)),
        orm.update(scriptData).set({ slug: to }).where(eq(scriptData.slug, from)),
        orm.delete(scriptIdentities).where(and(eq(scriptIdentities.slug, to), hasIdentity)),
        orm.update(scriptIdentities).set({ slug: to }).where(eq(scriptIdentities.slug, from)),
      ])
      numbers.delete(from)
      numbers.delete(to)
    },

    /** The script's lasting number, from 1, made at the first call. */
    async numberOf(slug: string): Promise<number> {
      const known = numbers.get(slug)
      if (known !== undefined) return known
      await orm.insert(scriptIdentities).values({ slug }).onConflictDoNothing()
      const [row] = await orm.select().from(scriptIdentities).where(eq(scriptIdentities.slug, slug))
      numbers.set(slug, row!.number)
      return row!.number
    },
  }
}

export type Claim = { startedAt: number; leaseUntil: number; isolation: string }

export type Requeue = {
  attempt: number
  notBefore: number
  outcome: Outcome
  error?: RunError
  logBytes: number
}

export type ScriptData = { json: string; version: number; updatedAt?: number }

const NO_DATA: ScriptData = { json: '{}', version: 0 }

const textOf = (column: SQLWrapper) => sql<string | null>`${column}`
