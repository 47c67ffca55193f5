import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { notFound, systemActor } from '../../src/base/index.ts'
import { openRecord, recordSchema } from '../../src/db/index.ts'
import { createTicks, createTickStore, type TickOutcome } from '../../src/schedule/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const { ticks } = recordSchema

async function openLedger() {
  const db = await openRecord(join(temporaryFolder(), 'record.db'))
  const store = createTickStore(db)
  const may = (_actor: unknown, slug: string) => {
    if (slug === 'secret') throw notFound('script secret')
  }
  return { db, store, ledger: createTicks(store, may) }
}

const row = (
  scheduledAt: number,
  outcome: TickOutcome = 'ran',
  more: Partial<typeof ticks.$inferInsert> = {},
) => ({
  ...{ slug: 'a', scheduleId: 's', scheduledAt, until: scheduledAt, outcome, commit: 'c' },
  ...more,
})

describe('the list of a script', () => {
  test('is newest first, in pages that neither repeat nor leave out', async () => {
    const { db, ledger } = await openLedger()
    await db.orm.insert(ticks).values([1, 2, 2, 3, 4].map((at, i) => row(at, 'ran', { scheduleId: `s${i}` })))
    await db.orm.insert(ticks).values(row(9, 'ran', { slug: 'b' }))
    const first = await ledger.list(systemActor, 'a', { limit: 3 })
    expect(first.items.map((tick) => tick.scheduledAt)).toEqual([4, 3, 2])
    const second = await ledger.list(systemActor, 'a', { limit: 3, cursor: first.nextCursor! })
    expect(second).toMatchObject({ items: [{ scheduledAt: 2 }, { scheduledAt: 1 }] })
    expect(second.nextCursor).toBeUndefined()
  })

  test('has the spans that reach into the time asked for', async () => {
    const { db, ledger } = await openLedger()
    await db.orm.insert(ticks).values([row(10, 'missed', { until: 50, count: 5 }), row(60), row(70)])
    const { items } = await ledger.list(systemActor, 'a', { from: 50, to: 70, limit: 10 })
    expect(items).toEqual([
      { ...row(60), id: 2, count: 1 },
      { ...row(10, 'missed'), id: 1, until: 50, count: 5 },
    ])
  })

  test('refuses what is not its cursor, and whoever may not see it', async () => {
    const { ledger } = await openLedger()
    await expect(ledger.list(systemActor, 'a', { limit: 1, cursor: 'x' })).rejects.toThrow(
      "cursor 'x' is not one of this list",
    )
    await expect(ledger.list(systemActor, 'secret', { limit: 1 })).rejects.toThrow(
      'script secret is not found',
    )
  })
})

test('the newest 30 of each script are there, oldest first', async () => {
  const { db, ledger } = await openLedger()
  await db.orm.insert(ticks).values(Array.from({ length: 40 }, (_, i) => row(i + 1)))
  await db.orm.insert(ticks).values([row(5, 'ran', { slug: 'b' }), row(1, 'ran', { slug: 'secret' })])
  const strips = await ledger.last30(systemActor, ['a', 'b', 'none', 'secret', 'a'])
  expect([...strips].map(([slug, list]) => [slug, list.map((tick) => tick.scheduledAt)])).toEqual([
    ['a', Array.from({ length: 30 }, (_, i) => i + 11)],
    ['b', [5]],
    ['none', []],
  ])
})

describe('settling a pending tick', () => {
  test('folds a no into the no before it, of the same schedule and commit', async () => {
    const { db, store } = await openLedger()
    await db.orm
      .insert(ticks)
      .values([
        row(10, 'gated', { until: 20, count: 2 }),
        row(25, 'ran', { scheduleId: 'other' }),
        row(30, 'pending'),
        row(40, 'pending', { commit: 'd' }),
      ])
    for (const id of [3, 4]) expect(await store.settle(id, { outcome: 'gated' })).toEqual({})
    expect((await store.list('a', {}, 9)).map(({ id, count, until }) => [id, count, until])).toEqual([
      [4, 1, 40],
      [2, 1, 25],
      [1, 3, 30],
    ])
  })

  test('happens once', async () => {
    const { db, store } = await openLedger()
    await db.orm.insert(ticks).values([row(10, 'pending'), row(20, 'ran')])
    expect((await store.pending()).map(({ id }) => id)).toEqual([1])
    expect(await store.settle(1, { outcome: 'gate-failed', reason: 'no' })).toEqual({})
    for (const id of [1, 2, 3]) expect(await store.settle(id, { outcome: 'ran', writes: [] })).toBeUndefined()
    expect((await store.list('a', {}, 9)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['ran', undefined],
      ['gate-failed', 'no'],
    ])
  })
})

describe('an advance', () => {
  const advance = (more = {}) => ({ slug: 'a', scheduleId: 's', commit: 'c', from: 10, to: 20, ...more })
  const moments = [{ at: 20, lateMs: 0, outcome: 'skipped' as const, reason: 'overlap' }]

  test('from where the frontier is not writes nothing at all', async () => {
    const { db, store } = await openLedger()
    await store.startFrontiers([{ slug: 'a', scheduleId: 's', at: 15 }])
    const other = { ...advance({ slug: 'b' }), spans: [], moments }
    await expect(store.advance([other, { ...advance(), spans: [], moments }])).rejects.toThrow()
    expect(await db.orm.select().from(ticks)).toEqual([])
    expect(await store.frontiers()).toEqual([{ slug: 'a', scheduleId: 's', at: 15 }])
  })

  test('lengthens only a span of its own kind', async () => {
    const { store } = await openLedger()
    const span = (outcome: 'missed' | 'skipped', reason: 'down' | 'paused', first: number) => ({
      ...{ outcome, reason, first, last: first + 5, count: 2 },
    })
    const spans = [span('skipped', 'paused', 1), span('missed', 'down', 11)]
    await store.advance([{ ...advance({ from: 0, to: 16 }), spans, moments: [] }])
    await store.advance([
      { ...advance({ from: 16, to: 30 }), spans: [span('missed', 'down', 21)], moments: [] },
    ])
    const commit = { commit: 'd', from: 30, to: 40 }
    await store.advance([{ ...advance(commit), spans: [span('missed', 'down', 31)], moments: [] }])
    expect(
      (await store.list('a', {}, 9)).map(({ scheduledAt, until, count }) => [scheduledAt, until, count]),
    ).toEqual([
      [31, 36, 2],
      [11, 26, 4],
      [1, 6, 2],
    ])
  })

  test('of a schedule that has no frontier yet makes it', async () => {
    const { store } = await openLedger()
    expect(await store.advance([{ ...advance(), spans: [], moments }])).toEqual([[{ tickId: 1 }]])
    expect(await store.frontierOf('a', 's')).toBe(20)
  })

  test('never takes a frontier back', async () => {
    const { store } = await openLedger()
    await store.startFrontiers([{ slug: 'a', scheduleId: 's', at: 15 }])
    await store.startFrontiers([
      { slug: 'a', scheduleId: 's', at: 5 },
      { slug: 'b', scheduleId: 's', at: 5 },
    ])
    expect((await store.frontiers()).map(({ at }) => at)).toEqual([15, 5])
  })
})
