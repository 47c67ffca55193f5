import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../src/base/index.ts'
import { recordSchema } from '../../src/db/index.ts'
import type { Scheduled } from '../../src/schedule/index.ts'
import { createWorld, NOON, scheduledOf } from './support.ts'

const { frontiers, runs, ticks } = recordSchema

describe('a database that cannot be written', () => {
  test('delays a moment and loses none', async () => {
    const world = await createWorld()
    await world.start()
    await world.db.client.execute('PRAGMA query_only = ON')
    await world.pass(MINUTE)
    await world.pass(10 * SECOND, SECOND)
    expect(world.begun).toEqual([])
    expect(world.dropped).toBeGreaterThan(1)
    await world.db.client.execute('PRAGMA query_only = OFF')
    await world.pass(20 * SECOND, SECOND)
    expect(await world.story()).toEqual(['12:01:00 ran'])
    expect((await world.ticks())[0]!.lateMs).toBeGreaterThan(10 * SECOND)
    expect(world.begun).toHaveLength(1)
  })

  test('for one script holds up no other', async () => {
    const world = await createWorld(['a', 'b', 'c', 'd'].map((slug) => scheduledOf({ slug })))
    await world.start()
    await world.db.client.execute(
      "CREATE TRIGGER no_b BEFORE INSERT ON runs WHEN NEW.slug = 'b' BEGIN SELECT raise(ABORT, 'no'); END",
    )
    await world.pass(MINUTE)
    await world.pass(5 * SECOND, SECOND)
    for (const slug of ['a', 'c', 'd']) expect(await world.story(slug)).toEqual(['12:01:00 ran'])
    expect(await world.story('b')).toEqual([])
    await world.db.client.execute('DROP TRIGGER no_b')
    await world.pass(40 * SECOND, SECOND)
    expect(await world.story('b')).toEqual(['12:01:00 ran'])
  })
})

test('a frontier that somebody else has moved is taken over, and nothing doubles', async () => {
  const world = await createWorld()
  await world.start()
  await world.db.orm.update(frontiers).set({ at: NOON + 2 * MINUTE })
  await world.pass(MINUTE)
  expect([await world.story(), world.begun, world.dropped]).toEqual([[], [], 1])
  await world.pass(2 * MINUTE, MINUTE)
  expect(await world.story()).toEqual(['12:03:00 ran'])
})

test('two schedulers on one record account for each moment once', async () => {
  const world = await createWorld()
  await world.start()
  const first = world.pass
  await world.start()
  for (let minute = 0; minute < 5; minute++) await first(MINUTE, 10 * SECOND)
  await world.pass(MINUTE, SECOND)
  const [{ count, distinct } = { count: 0, distinct: 0 }] = await world.db.orm
    .select({ count: sql<number>`count(*)`, distinct: sql<number>`count(distinct scheduled_at)` })
    .from(runs)
  expect(count).toBe(distinct)
  expect(count).toBeGreaterThanOrEqual(5)
})

test('10,000 moments in one second, a stop in the middle and a new start are each one run', async () => {
  const all: Scheduled[] = Array.from({ length: 10_000 }, (_, i) => scheduledOf({ slug: `s${i}` }))
  const world = await createWorld(all)
  const first = await world.start()
  let heard = 0
  world.bus.on('tick', () => {
    // Ends while the first tenth is being told.
    if (++heard === 1000) void first.stop()
  })
  world.clock.advance(MINUTE)
  await first.idle()
  const [before] = await world.db.orm.select({ count: sql<number>`count(*)` }).from(runs)
  expect(before!.count).toBe(1000)
  const begun = performance.now()
  const second = await world.start()
  const rate = 9000 / ((performance.now() - begun) / SECOND)
  await second.stop()
  expect(await world.db.orm.select({ count: sql<number>`count(*)` }).from(ticks)).toEqual([{ count: 10_000 }])
  const [runsNow] = await world.db.orm
    .select({ count: sql<number>`count(*)`, slugs: sql<number>`count(distinct slug)` })
    .from(runs)
  expect(runsNow).toEqual({ count: 10_000, slugs: 10_000 })
  expect(new Set(world.begun.map(({ runId }) => runId)).size).toBe(10_000)
  const linked = await world.db.client.execute(
    'select count(*) from ticks t join runs r on r.id = t.run_id where r.slug = t.slug and r.scheduled_at = t.scheduled_at',
  )
  expect(linked.rows[0]![0]).toBe(10_000)
  if (process.env['SXS_RATES']) console.log(`${Math.round(rate)} ticks/s`)
})
