import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWakeQueue } from '../../src/schedule/heap.ts'

test('gives whatever is not gone, the earliest first', () => {
  const steps = fc.array(fc.record({ wakeAt: fc.nat(1000), gone: fc.boolean() }), {
    maxLength: 3000,
    size: 'max',
  })
  fc.assert(
    fc.property(steps, (items) => {
      const queue = createWakeQueue<(typeof items)[number]>(({ gone }) => gone)
      for (const item of items) queue.push(item)
      const taken: number[] = []
      for (let item = queue.take(); item; item = queue.take()) taken.push(item.wakeAt)
      const expected = items.filter(({ gone }) => !gone).map(({ wakeAt }) => wakeAt)
      expect(taken).toEqual(expected.sort((a, b) => a - b))
    }),
    { numRuns: 20 },
  )
})

test('does not keep what is gone', () => {
  const queue = createWakeQueue<{ wakeAt: number; gone: boolean }>(({ gone }) => gone)
  for (let i = 0; i < 10_000; i++) queue.push({ wakeAt: i, gone: i % 100 !== 0 })
  expect(queue.size()).toBeLessThan(2000)
})
