import { expect, test } from 'vitest'
import { createFlights, createSlots, shared } from '../../src/environment/sharing.ts'

test('at most so many work at once, and the others in order', async () => {
  const inSlot = createSlots(2)
  const started: number[] = []
  const ends: (() => void)[] = []
  const works = [0, 1, 2, 3].map((n) =>
    inSlot(async () => {
      started.push(n)
      await new Promise<void>((resolve) => (ends[n] = resolve))
      if (n === 0) throw new Error('no')
    }),
  )
  const first = expect(works[0]).rejects.toThrow('no')
  await settle()
  expect(started).toEqual([0, 1])
  ends[0]!()
  await first
  await settle()
  expect(started).toEqual([0, 1, 2])
  ends[1]!()
  ends[2]!()
  await settle()
  expect(started).toEqual([0, 1, 2, 3])
  ends[3]!()
  await Promise.all(works.slice(1))
})

test('who asks meanwhile joins what is at work, and who asks later begins anew', async () => {
  const flights = createFlights()
  let count = 0
  const work = async () => {
    count += 1
    await settle()
  }
  await Promise.all([flights.join('a', work), flights.join('a', work), flights.join('b', work)])
  expect(count).toBe(2)
  void flights.join('a', work)
  await flights.landed()
  expect(count).toBe(3)
})

test('what is shared is made once, but for a failure', async () => {
  let count = 0
  const make = shared(
    async (name: string) => {
      count += 1
      if (count === 1) throw new Error('no')
      return `${name} ${count}`
    },
    (name) => name,
  )
  await expect(make('a')).rejects.toThrow('no')
  expect(await Promise.all([make('a'), make('a'), make('b')])).toEqual(['a 2', 'a 2', 'b 3'])
})

const settle = () => new Promise((resolve) => setImmediate(resolve))
