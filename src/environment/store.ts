import { desc, eq } from 'drizzle-orm'
import { recordSchema, type RecordDatabase } from '../db/index.ts'
import type { EnvironmentRow, EnvironmentState } from './environment.ts'
import { packagesOf, type Lock } from './lock.ts'

const { environments, locks } = recordSchema

export type EnvironmentStore = {
  findLock(request: string): Promise<Lock | undefined>
  /** Keeps what the request resolved to, instead of what it resolved to before. */
  keepLock(request: string, lock: Lock, at: number): Promise<void>
  /** Keeps the row instead of the one with its key; a time of use that it lacks stays as it was. */
  keep(row: StoredEnvironment): Promise<void>
  touch(key: string, usedAt: number): Promise<void>
  remove(key: string): Promise<void>
  find(key: string): Promise<EnvironmentRow | undefined>
  /** The last built first. */
  list(): Promise<EnvironmentRow[]>
}

export type StoredEnvironment = {
  key: string
  python: string
  lock: string
  state: EnvironmentState
  message?: string
  builtAt?: number
  usedAt?: number
  bytes?: number
}

/** Locks and environments in record.db. */
export function createEnvironmentStore({ orm }: RecordDatabase): EnvironmentStore {
  return {
    async findLock(request) {
      const [row] = await orm.select().from(locks).where(eq(locks.request, request))
      return row && { id: row.id, text: row.text }
    },
    async keepLock(request, { id, text }, resolvedAt) {
      const set = { id, text, resolvedAt }
      await orm
        .insert(locks)
        .values({ request, ...set })
        .onConflictDoUpdate({ target: locks.request, set })
    },
    async keep({ key, ...rest }) {
      const set = { message: null, builtAt: null, bytes: null, ...rest }
      await orm
        .insert(environments)
        .values({ key, ...set })
        .onConflictDoUpdate({ target: environments.key, set })
    },
    async touch(key, usedAt) {
      await orm.update(environments).set({ usedAt }).where(eq(environments.key, key))
    },
    async remove(key) {
      await orm.delete(environments).where(eq(environments.key, key))
    },
    async find(key) {
      const [row] = await orm.select().from(environments).where(eq(environments.key, key))
      if (!row) return undefined
      const [lock] = await orm.select().from(locks).where(eq(locks.id, row.lock)).limit(1)
      return rowOf(row, lock?.text ?? '')
    },
    async list() {
      const rows = await orm.select().from(environments).orderBy(desc(environments.builtAt), environments.key)
      const texts = new Map(
        (await orm.selectDistinct({ id: locks.id, text: locks.text }).from(locks)).map((row) => [
          row.id,
          row.text,
        ]),
      )
      return rows.map((row) => rowOf(row, texts.get(row.lock) ?? ''))
    },
  }
}

function rowOf(row: typeof environments.$inferSelect, lockText: string): EnvironmentRow {
  const { message, builtAt, usedAt, bytes } = row
  return {
    key: row.key,
    python: row.python,
    lock: row.lock,
    state: row.state as EnvironmentState,
    ...(message === null ? {} : { message }),
    ...(builtAt === null ? {} : { builtAt }),
    ...(usedAt === null ? {} : { usedAt }),
    ...(bytes === null ? {} : { bytes }),
    packages: packagesOf(lockText),
  }
}
