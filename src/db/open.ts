import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createClient, type Client } from '@libsql/client'
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql'
import { migrate } from 'drizzle-orm/libsql/migrator'
import { messageOf, packageRoot, type Log } from '../base/index.ts'
import { makePrivate, urlOf } from './file.ts'
import * as indexSchema from './index-schema.ts'
import * as recordSchema from './record-schema.ts'

/** One database: drizzle's view of it, and the one queue for whatever reads before it writes. */
export type Database<Schema extends Record<string, unknown>> = {
  orm: LibSQLDatabase<Schema>
  client: Client
  /**
   * Calls `work` when no other `write` is at work. Inside, read, decide, then write with one `orm.batch`, which is one
   * transaction. Never nest.
   */
  write<T>(work: () => Promise<T>): Promise<T>
  close(): void
}

export type IndexDatabase = Database<typeof indexSchema>
export type RecordDatabase = Database<typeof recordSchema>

const migrationsOf = (name: string) => join(packageRoot, 'src/db/migrations', name)

/** Opens record.db, made or migrated as need be. Every acknowledged write is on disk (WAL, synchronous FULL). */
export async function openRecord(path: string): Promise<RecordDatabase> {
  const client = await connect(path, 'FULL')
  const orm = drizzle({ client, schema: recordSchema, casing: 'snake_case' })
  await migrate(orm, { migrationsFolder: migrationsOf('record') })
  return databaseOf(client, orm)
}

/** Opens index.db. A file that is damaged, or of another version, is thrown away: it is read from Git again. */
export async function openIndex(path: string, log: Log): Promise<IndexDatabase> {
  const version = versionOf(migrationsOf('index'))
  try {
    return await openIndexAt(path, version)
  } catch (error) {
    if (existsSync(path))
      log.warn({ path, reason: messageOf(error) }, 'the index cannot be used and is rebuilt from Git')
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    return openIndexAt(path, version)
  }
}

async function openIndexAt(path: string, version: number): Promise<IndexDatabase> {
  if (existsSync(path) && statSync(path).size === 0) throw new Error('it is empty')
  const client = await connect(path, 'NORMAL')
  try {
    const orm = drizzle({ client, schema: indexSchema, casing: 'snake_case' })
    const found = Number((await client.execute('PRAGMA user_version')).rows[0]![0])
    if (found !== 0 && found !== version) throw new Error(`it has layout ${found}, wanted is ${version}`)
    const damage = (await client.execute('PRAGMA quick_check(1)')).rows[0]![0]
    if (damage !== 'ok') throw new Error(String(damage))
    await migrate(orm, { migrationsFolder: migrationsOf('index') })
    await client.execute(`PRAGMA user_version = ${version}`)
    return databaseOf(client, orm)
  } catch (error) {
    client.close()
    throw error
  }
}

async function connect(path: string, synchronous: 'FULL' | 'NORMAL'): Promise<Client> {
  mkdirSync(dirname(path), { recursive: true })
  makePrivate(path)
  // One connection: PRAGMAs are per connection, and a second one would only wait for the first.
  const client = createClient({ url: urlOf(path), concurrency: 1, timeout: 5000 })
  try {
    await client.execute('PRAGMA journal_mode = WAL')
    await client.execute(`PRAGMA synchronous = ${synchronous}`)
    await client.execute('PRAGMA foreign_keys = ON')
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

function databaseOf<S extends Record<string, unknown>>(client: Client, orm: LibSQLDatabase<S>): Database<S> {
  let last: Promise<unknown> = Promise.resolve()
  return {
    orm,
    client,
    write(work) {
      const next = last.then(work, work)
      last = next.catch(() => undefined)
      return next
    },
    close: () => client.close(),
  }
}

/** A positive 31-bit number that changes whenever the migrations do. */
function versionOf(folder: string): number {
  const hash = createHash('sha256')
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()) {
    hash.update(readFileSync(join(folder, file)))
  }
  return hash.digest().readUInt32BE(0) >>> 1 || 1
}
