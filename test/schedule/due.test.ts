import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/index.ts'
import { nextAfter, nextMoments, startOf } from '../../src/schedule/index.ts'
import { ON_TIME_MS, planMoments, type DuePlan, type DueQuestion } from '../../src/schedule/due.ts'
import type { Schedule } from '../../src/script/index.ts'
import fc from 'fast-check'
import { cronOf, everyOf, NOON } from './support.ts'

const question = (more: Partial<DueQuestion> = {}): DueQuestion => ({
  slug: 'a',
  schedule: everyOf(MINUTE),
  frontier: NOON,
  now: NOON,
  upSince: NOON - DAY,
  notBefore: NOON - DAY,
  paused: false,
  catchUp: { mode: 'latest', windowMs: DAY },
  ...more,
})

const none = { mode: 'none', windowMs: DAY } as const
const all = { mode: 'all', windowMs: DAY } as const
const dueAt = (plan: DuePlan) => plan.due.map(({ at }) => (at - NOON) / MINUTE)
const spansOf = ({ spans }: DuePlan) =>
  spans.map(({ count, outcome, reason }) => `${count} ${outcome} ${reason}`)

test('nothing has come before the first moment', () => {
  expect(planMoments(question({ now: NOON + MINUTE - 1 }))).toEqual({ spans: [], due: [], frontier: NOON })
})

test('a moment is due at its time, and says how late it is', () => {
  const plan = planMoments(question({ now: NOON + MINUTE + 40 }))
  expect(plan).toEqual({ spans: [], due: [{ at: NOON + MINUTE, lateMs: 40 }], frontier: NOON + MINUTE })
})

test('a clock that was put back brings nothing again', () => {
  expect(planMoments(question({ now: NOON - HOUR }))).toEqual({ spans: [], due: [], frontier: NOON })
})

describe('after a month without a server', () => {
  const month = { schedule: everyOf(5 * SECOND), now: NOON + 30 * DAY, upSince: NOON + 30 * DAY }

  test('latest starts one and folds the others into one span', () => {
    const plan = planMoments(question(month))
    expect(dueAt(plan)).toEqual([30 * 24 * 60])
    const [first, last, count] = [NOON + 5 * SECOND, month.now - 5 * SECOND, 518_399]
    expect(plan.spans).toEqual([{ outcome: 'missed', reason: 'down', first, last, count }])
  })

  test('none starts none', () => {
    const plan = planMoments(
      question({ ...month, upSince: month.now + 1, now: month.now + 2 * SECOND, catchUp: none }),
    )
    expect(spansOf(plan)).toEqual(['518400 missed down'])
    expect(plan.due).toEqual([])
  })

  test('all starts the last 25', () => {
    const plan = planMoments(question({ ...month, schedule: everyOf(HOUR / 2), catchUp: all }))
    expect(plan.due).toHaveLength(25)
    expect(spansOf(plan)).toEqual(['1415 missed down'])
  })

  test.each([
    [none, []],
    [{ mode: 'latest', windowMs: 40 * MINUTE } as const, [0]],
    [{ mode: 'latest', windowMs: 39 * MINUTE } as const, []],
    [{ mode: 'all', windowMs: 3 * HOUR } as const, [-2 * 60, -60, 0]],
  ])('%j starts those within its window: %j', (catchUp, expected) => {
    const now = NOON + 40 * MINUTE
    const hourly = { schedule: everyOf(HOUR), frontier: NOON - 10 * HOUR, now, upSince: now }
    expect(dueAt(planMoments(question({ ...hourly, catchUp })))).toEqual(expected)
  })
})

describe('a server that comes too late', () => {
  test.each([
    ['none', ON_TIME_MS, [60], []],
    ['none', ON_TIME_MS + 1, [], ['1 missed late']],
    ['latest', 2 * HOUR - MINUTE, [60], []],
  ] as const)('with %s and %i ms late', (mode, late, due, spans) => {
    const catchUp = { mode, windowMs: DAY }
    const plan = planMoments(
      question({ schedule: everyOf(2 * HOUR, NOON - HOUR), now: NOON + HOUR + late, catchUp }),
    )
    expect([dueAt(plan), spansOf(plan)]).toEqual([due, spans])
  })

  test('starts the last of several moments, and has missed the others', () => {
    const plan = planMoments(question({ now: NOON + 3 * MINUTE + 5, catchUp: none }))
    expect([dueAt(plan), spansOf(plan)]).toEqual([[3], ['2 missed late']])
  })

  test('tells being late from not being there', () => {
    const plan = planMoments(question({ now: NOON + 10 * MINUTE, upSince: NOON + 4 * MINUTE + 1 }))
    expect([dueAt(plan), spansOf(plan)]).toEqual([[10], ['4 missed down', '5 missed late']])
  })
})

describe('a paused script', () => {
  test('skips what comes', () => {
    const plan = planMoments(question({ now: NOON + 3 * MINUTE, paused: {} }))
    expect([dueAt(plan), spansOf(plan)]).toEqual([[], ['3 skipped paused']])
  })

  test('goes on at the end of its pause, which is not part of it', () => {
    const until = NOON + 2 * MINUTE
    const plan = planMoments(question({ now: NOON + 3 * MINUTE, paused: { until } }))
    expect([dueAt(plan), spansOf(plan)]).toEqual([[3], ['1 skipped paused', '1 missed late']])
  })

  test('is not paused by a pause that is over', () => {
    const plan = planMoments(question({ now: NOON + MINUTE, paused: { until: NOON } }))
    expect([dueAt(plan), spansOf(plan)]).toEqual([[1], []])
  })
})

test('moments from before the rules in force are not started', () => {
  const plan = planMoments(question({ now: NOON + 3 * MINUTE, notBefore: NOON + 3 * MINUTE }))
  expect([dueAt(plan), spansOf(plan)]).toEqual([[], ['3 missed late']])
})

test('jitter lets a moment wait, but not when its rules end', () => {
  const schedule = { ...everyOf(HOUR), jitterMs: 30 * MINUTE }
  const start = startOf('a', schedule, NOON + HOUR)
  expect(start).toBeGreaterThan(NOON + HOUR + 10)
  const at = (now: number, more = {}) => planMoments(question({ schedule, now, ...more }))
  expect(at(start - 1).due).toEqual([])
  expect(at(start + 7).due).toEqual([{ at: NOON + HOUR, lateMs: 7 }])
  expect(at(start - 1, { withoutJitter: true }).due).toHaveLength(1)
})

test('each moment is accounted for exactly once, whenever the server looks', () => {
  const schedules: Schedule[] = [
    everyOf(7 * SECOND),
    { ...everyOf(HOUR), jitterMs: 20 * MINUTE },
    cronOf('*/20 1-4 * * *', 'Europe/Rome'),
  ]
  const from = Date.parse('2026-10-24T20:00Z')
  const look = fc.record({
    afterMs: fc.oneof(fc.integer({ min: -HOUR, max: HOUR }), fc.integer({ min: 0, max: 20 * SECOND })),
    isNew: fc.boolean(),
    paused: fc.constantFrom<DueQuestion['paused']>(false, false, {}, { until: from + 4 * HOUR }),
    mode: fc.constantFrom('none', 'latest', 'all'),
  })
  fc.assert(
    fc.property(fc.constantFrom(...schedules), fc.array(look, { maxLength: 30 }), (schedule, looks) => {
      let [frontier, now, upSince] = [from, from, from]
      for (const { afterMs, isNew, paused, mode } of looks) {
        now += afterMs
        if (isNew) upSince = now
        const catchUp = { mode, windowMs: 2 * HOUR } as const
        const plan = planMoments(question({ schedule, frontier, now, upSince, paused, catchUp }))
        let at = frontier
        const come = (moment: number) => {
          expect(moment).toBe(nextAfter(schedule, at))
          at = moment
        }
        for (const { first, last, count } of plan.spans) {
          come(first)
          at = count === 1 ? first : nextMoments(schedule, first, count - 1).at(-1)!
          expect(at).toBe(last)
        }
        for (const due of plan.due) come(due.at)
        expect(at).toBe(plan.frontier)
        expect(startOf('a', schedule, nextAfter(schedule, at)!)).toBeGreaterThan(now)
        frontier = plan.frontier
      }
    }),
    { numRuns: 200 },
  )
})
