import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/index.ts'
import { recordSchema } from '../../src/db/index.ts'
import { startOf } from '../../src/schedule/index.ts'
import { cronOf, createWorld, everyOf, NOON, scheduledOf } from './support.ts'

const { runs } = recordSchema

describe('a schedule', () => {
  test('runs at each of its moments, with the tick, the run and the commit in one row', async () => {
    const world = await createWorld()
    await world.start()
    await world.pass(3 * MINUTE, MINUTE)
    expect(await world.story()).toEqual(['12:01:00 ran', '12:02:00 ran', '12:03:00 ran'])
    const [tick] = await world.ticks()
    expect(tick).toMatchObject({ runId: world.begun[0]!.runId, lateMs: 0, commit: 'c1', count: 1 })
    expect(world.begun.map(({ due }) => due.scheduledAt)).toEqual([1, 2, 3].map((n) => NOON + n * MINUTE))
    expect(await world.db.orm.select().from(runs)).toHaveLength(3)
  })

  test('begins with the first moment after it came into force', async () => {
    const world = await createWorld([scheduledOf({ since: NOON - MINUTE / 2, schedules: [everyOf(HOUR)] })])
    const scheduler = await world.start()
    expect(await world.story()).toEqual(['12:00:00 ran'])
    expect(scheduler.nextTickAt('a')).toBe(NOON + HOUR)
  })

  test('is one of several, each with its own moments', async () => {
    const world = await createWorld([
      scheduledOf({ schedules: [everyOf(2 * MINUTE), cronOf('*/3 * * * *', 'Europe/Rome')] }),
    ])
    await world.start()
    await world.pass(6 * MINUTE, MINUTE)
    expect((await world.ticks()).map(({ scheduledAt }) => (scheduledAt - NOON) / MINUTE)).toEqual([
      2, 3, 4, 6, 6,
    ])
  })

  test('starts later by its jitter, for the moment itself', async () => {
    const schedule = { ...everyOf(HOUR), jitterMs: 30 * MINUTE }
    const world = await createWorld([scheduledOf({ schedules: [schedule] })])
    await world.start()
    const start = startOf('a', schedule, NOON + HOUR)
    world.clock.advance(start - NOON - 1)
    expect(world.clock.alarms()).toEqual([start])
    await world.pass(1)
    expect(await world.ticks()).toMatchObject([{ scheduledAt: NOON + HOUR, lateMs: 0, outcome: 'ran' }])
  })

  test('says why a moment did not run', async () => {
    const world = await createWorld()
    await world.start()
    world.busy.add('a')
    await world.pass(2 * MINUTE, MINUTE)
    expect(await world.story()).toEqual(['12:01:00 skipped overlap', '12:02:00 skipped overlap'])
  })

  test('is announced', async () => {
    const world = await createWorld()
    const heard: string[] = []
    world.bus.on('tick', ({ slug }) => heard.push(slug))
    await world.start()
    await world.pass(MINUTE)
    expect(heard).toEqual(['a'])
  })
})

describe('after a restart', () => {
  test('nothing is doubled, moved or lost', async () => {
    const world = await createWorld([scheduledOf({ schedules: [everyOf(MINUTE, NOON + 7 * SECOND)] })])
    const first = await world.start()
    await world.pass(90 * SECOND)
    await first.stop()
    const second = await world.start()
    await world.pass(MINUTE)
    await second.stop()
    expect(await world.story()).toEqual(['12:00:07 ran', '12:01:07 ran', '12:02:07 ran'])
  })

  test('a month at 5 s is one row, and the latest moment runs', async () => {
    const world = await createWorld([scheduledOf({ schedules: [everyOf(5 * SECOND)] })])
    await (await world.start()).stop()
    world.clock.jump(NOON + 30 * DAY + SECOND)
    await world.start()
    expect(await world.ticks()).toMatchObject([
      { outcome: 'missed', reason: 'down', count: 518_399, scheduledAt: NOON + 5 * SECOND },
      { outcome: 'ran', scheduledAt: NOON + 30 * DAY, lateMs: SECOND },
    ])
  })

  test('two downtimes without a run between fold into one row', async () => {
    const catchUp = { mode: 'none', windowMs: DAY } as const
    const world = await createWorld([scheduledOf({ catchUp })])
    await (await world.start()).stop()
    for (const minutes of [10, 20]) {
      world.clock.jump(NOON + minutes * MINUTE + 1)
      await (await world.start()).stop()
    }
    expect(await world.story()).toEqual(['12:01:00-12:20:00 20 missed down'])
  })

  test('a commit that comes with the start does not take away the catch-up', async () => {
    const world = await createWorld([scheduledOf({ schedules: [everyOf(HOUR)] })])
    await (await world.start()).stop()
    world.clock.jump(NOON + 150 * MINUTE)
    world.scripts = [scheduledOf({ schedules: [everyOf(HOUR)], since: world.clock.now(), commit: 'c2' })]
    await world.start()
    expect(await world.story()).toEqual(['13:00:00 missed down', '14:00:00 ran'])
  })

  test('moments from before the last commit are missed, not run', async () => {
    const world = await createWorld([scheduledOf({ schedules: [everyOf(HOUR)] })])
    await (await world.start()).stop()
    world.scripts = [scheduledOf({ schedules: [everyOf(HOUR)], since: NOON + 90 * MINUTE, commit: 'c2' })]
    world.clock.jump(NOON + 100 * MINUTE)
    await world.start()
    expect(await world.story()).toEqual(['13:00:00 missed down'])
  })
})

describe('a clock that is set', () => {
  test('back repeats nothing', async () => {
    const world = await createWorld()
    await world.start()
    await world.pass(2 * MINUTE, MINUTE)
    world.clock.jump(NOON)
    await world.pass(3 * MINUTE, MINUTE)
    expect(await world.story()).toEqual(['12:01:00 ran', '12:02:00 ran', '12:03:00 ran'])
  })

  test('forward is as a downtime', async () => {
    const world = await createWorld()
    const scheduler = await world.start()
    world.clock.jump(NOON + HOUR)
    await new Promise(setImmediate)
    await scheduler.idle()
    expect(await world.story()).toEqual(['12:01:00-12:59:00 59 missed late', '13:00:00 ran'])
  })
})

describe('a pause', () => {
  test('folds into one row, and what it skipped never runs', async () => {
    const world = await createWorld([scheduledOf({ paused: { reason: 'holidays' } })])
    const scheduler = await world.start()
    await world.pass(5 * MINUTE, MINUTE)
    expect(scheduler.nextTickAt('a')).toBeUndefined()
    expect(await world.story()).toEqual(['12:01:00-12:05:00 5 skipped paused'])
    world.clock.advance(30 * SECOND)
    scheduler.reschedule([scheduledOf({ since: world.clock.now(), commit: 'c2' })])
    await scheduler.idle()
    expect(scheduler.nextTickAt('a')).toBe(NOON + 6 * MINUTE)
    await world.pass(MINUTE)
    expect(await world.story()).toEqual(['12:01:00-12:05:00 5 skipped paused', '12:06:00 ran'])
  })

  test('ends by itself', async () => {
    const until = NOON + 3 * MINUTE
    const world = await createWorld([scheduledOf({ paused: { until } })])
    const scheduler = await world.start()
    expect(scheduler.nextTickAt('a')).toBe(until)
    await world.pass(3 * MINUTE, MINUTE)
    expect(await world.story()).toEqual(['12:01:00-12:02:00 2 skipped paused', '12:03:00 ran'])
  })

  test('that is lifted in a hurry still counts for the moments before', async () => {
    const world = await createWorld([scheduledOf({ paused: {} })])
    const scheduler = await world.start()
    world.clock.jump(NOON + 3 * MINUTE + 10)
    scheduler.reschedule([scheduledOf({ since: NOON + 3 * MINUTE + 5, commit: 'c2' })])
    await scheduler.idle()
    expect(await world.story()).toEqual(['12:01:00-12:03:00 3 skipped paused'])
  })
})

describe('a change', () => {
  test('leaves an unchanged schedule where it was', async () => {
    const world = await createWorld()
    const scheduler = await world.start()
    await world.pass(MINUTE)
    scheduler.reschedule([scheduledOf({ since: NOON + MINUTE, commit: 'c2' })])
    await world.pass(MINUTE)
    expect((await world.ticks()).map(({ commit, outcome }) => [commit, outcome])).toEqual([
      ['c1', 'ran'],
      ['c2', 'ran'],
    ])
  })

  test('of a schedule loses and doubles nothing at the seam', async () => {
    const world = await createWorld()
    const scheduler = await world.start()
    // Both moments and the change have come when the scheduler looks.
    world.clock.jump(NOON + 65 * SECOND)
    const schedules = [everyOf(MINUTE, NOON + 3 * SECOND)]
    scheduler.reschedule([scheduledOf({ since: NOON + 62 * SECOND, commit: 'c2', schedules })])
    await scheduler.idle()
    expect(
      (await world.ticks()).map(({ scheduledAt, commit }) => [(scheduledAt - NOON) / SECOND, commit]),
    ).toEqual([
      [60, 'c1'],
      [63, 'c2'],
    ])
    await world.pass(2 * MINUTE, MINUTE)
    expect(await world.story()).toHaveLength(4)
  })

  test('that removes a script ends its ticks, and its return makes up for nothing', async () => {
    const world = await createWorld()
    const scheduler = await world.start()
    await world.pass(MINUTE)
    scheduler.reschedule([], ['a'])
    await world.pass(10 * MINUTE)
    expect(scheduler.nextTickAt('a')).toBeUndefined()
    scheduler.reschedule([scheduledOf({ since: world.clock.now(), commit: 'c3' })])
    await world.pass(MINUTE)
    expect(await world.story()).toEqual(['12:01:00 ran', '12:12:00 ran'])
    await scheduler.stop()
    await world.start()
    expect(await world.story()).toHaveLength(2)
  })

  test('before the start is not lost', async () => {
    const world = await createWorld([])
    const scheduler = await world.start()
    scheduler.reschedule([scheduledOf({ slug: 'b' })])
    await world.pass(MINUTE)
    expect(await world.story('b')).toEqual(['12:01:00 ran'])
  })

  test('to a zone that is no more harms only its own schedule', async () => {
    const world = await createWorld([
      scheduledOf({ slug: 'bad', schedules: [cronOf('* * * * *', 'Mars/Olympus')] }),
      scheduledOf(),
    ])
    await world.start()
    await world.pass(MINUTE)
    expect(await world.story()).toEqual(['12:01:00 ran'])
  })
})
