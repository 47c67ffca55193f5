import { expect, test } from 'vitest'
import { fakeClock } from './clock.ts'

test('alarms ring in order, each at its moment, those set on the way too', () => {
  const clock = fakeClock(1000)
  const rung: [string, number][] = []
  const ring = (name: string) => () => rung.push([name, clock.now()])
  clock.at(1300, ring('late'))
  clock.at(1100, () => {
    ring('early')()
    clock.at(1200, ring('between'))
    clock.at(1050, ring('past'))
  })
  clock.at(1300, ring('late twin'))
  clock.at(1150, ring('cancelled')).cancel()
  clock.at(1401, ring('beyond'))
  expect(clock.alarms()).toEqual([1100, 1300, 1300, 1401])
  clock.advance(400)
  expect(rung).toEqual([
    ['early', 1100],
    ['past', 1100],
    ['between', 1200],
    ['late', 1300],
    ['late twin', 1300],
  ])
  expect(clock.now()).toBe(1400)
})

test('an alarm that is due already rings soon, but not at once', async () => {
  const clock = fakeClock('2026-01-01T00:00:00Z')
  let rung = false
  const ringing = new Promise<void>((resolve) => {
    clock.at(clock.now(), () => {
      rung = true
      resolve()
    })
  })
  expect(rung).toBe(false)
  await ringing
})

test('after a jump what is due rings soon', async () => {
  const clock = fakeClock(0)
  const ringing = new Promise<number>((resolve) => clock.at(500, () => resolve(clock.now())))
  clock.jump(-1000)
  expect(clock.alarms()).toEqual([500])
  clock.jump(9000)
  expect(await ringing).toBe(9000)
})
