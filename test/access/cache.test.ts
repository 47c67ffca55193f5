import { expect, test } from 'vitest'
import { createMemory } from '../../src/access/cache.ts'
import { fakeClock } from '../support/clock.ts'

test('what was read before a change is not kept after it', async () => {
  const memory = createMemory(fakeClock(0))
  const cache = memory.cache<{ value: string }>({ most: 10 })
  let answer: (old: { value: string }) => void = () => undefined
  const early = cache.get('key', () => new Promise((resolve) => (answer = resolve)))
  memory.clear()
  const late = cache.get('key', () => Promise.resolve({ value: 'new' }))
  answer({ value: 'old' })
  expect([await early, await late]).toEqual([{ value: 'old' }, { value: 'new' }])
  expect(await cache.get('key', () => Promise.reject(new Error('asked again')))).toEqual({ value: 'new' })
})

test('what failed or was not there is asked again', async () => {
  const cache = createMemory(fakeClock(0)).cache<object>({ most: 10 })
  await expect(cache.get('key', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await cache.get('key', () => Promise.resolve(undefined))).toBeUndefined()
  expect(await cache.get('key', () => Promise.resolve({}))).toEqual({})
})

test('no more is kept than allowed, and no longer', async () => {
  const clock = fakeClock(0)
  const cache = createMemory(clock).cache<{ n: number }>({ most: 2, keepMs: 100 })
  let loads = 0
  const get = (key: string) => cache.get(key, () => Promise.resolve({ n: (loads += 1) }))
  for (const key of ['a', 'b', 'c', 'b', 'c']) await get(key)
  expect(loads).toBe(3)
  await get('a')
  expect(loads).toBe(4)
  clock.advance(100)
  await get('a')
  expect(loads).toBe(5)
})
