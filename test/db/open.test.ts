import { chmodSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLog } from '../../src/base/index.ts'
import { indexSchema, openIndex, openRecord, recordSchema } from '../../src/db/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const log = createLog('silent')
const row = { key: 'syncedHead', value: 'abc' }

describe('record.db', () => {
  test('keeps what was written over a reopening', async () => {
    const path = join(temporaryFolder(), 'record.db')
    const first = await openRecord(path)
    await first.orm.insert(recordSchema.frontiers).values({ slug: 'a', scheduleId: 's', at: 5 })
    first.close()
    const second = await openRecord(path)
    expect(await second.orm.select().from(recordSchema.frontiers)).toEqual([
      { slug: 'a', scheduleId: 's', at: 5 },
    ])
    expect((await second.client.execute('PRAGMA synchronous')).rows[0]![0]).toBe(2)
    second.close()
  })

  test('is closed to everybody else, with what lies beside it, also when an earlier version left it open', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'record.db')
    const modes = () =>
      readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)])
    const closed = ['record.db', 'record.db-shm', 'record.db-wal'].map((name) => [name, '600'])
    const first = await openRecord(path)
    expect(modes()).toEqual(closed)
    first.close()
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)
    const second = await openRecord(path)
    expect(modes()).toEqual(closed)
    second.close()
  })

  test('runs writers one after another', async () => {
    const db = await openRecord(join(temporaryFolder(), 'record.db'))
    const order: number[] = []
    const slow = db.write(async () => {
      await db.client.execute('SELECT 1')
      order.push(1)
    })
    const failing = db.write(() => Promise.reject(new Error('no')))
    const last = db.write(() => Promise.resolve(order.push(2)))
    await expect(failing).rejects.toThrow('no')
    await Promise.all([slow, last])
    expect(order).toEqual([1, 2])
    db.close()
  })
})

describe('index.db', () => {
  test.each([
    ['truncated', (path: string) => truncateSync(path, 1000)],
    ['not a database', (path: string) => writeFileSync(path, 'x'.repeat(8192))],
    ['empty', (path: string) => writeFileSync(path, '')],
  ])('is made anew when it is %s', async (_, damage) => {
    const path = join(temporaryFolder(), 'index.db')
    const first = await openIndex(path, log)
    await first.orm.insert(indexSchema.meta).values(row)
    await first.client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    first.close()
    damage(path)
    const second = await openIndex(path, log)
    expect(await second.orm.select().from(indexSchema.meta)).toEqual([])
    second.close()
  })

  test('is kept when it is whole', async () => {
    const path = join(temporaryFolder(), 'index.db')
    const first = await openIndex(path, log)
    await first.orm.insert(indexSchema.meta).values(row)
    first.close()
    const second = await openIndex(path, log)
    expect(await second.orm.select().from(indexSchema.meta)).toEqual([row])
    second.close()
  })
})
