import { describe, expect, test } from 'vitest'
import { createSlots } from '../../src/run/slots.ts'
import { createTurns } from '../../src/run/turns.ts'

describe('turns', () => {
  test('go round in the order of asking', () => {
    const turns = createTurns()
    const order: string[] = []
    const first = turns.take('a')!
    turns.wait('a', (turn) => (order.push('b'), turn.release()))
    turns.wait('a', (turn) => (order.push('c'), turn.release()))
    expect(order).toEqual([])
    first.release()
    expect(order).toEqual(['b', 'c'])
  })

  test('are not taken while one is held or waited for', () => {
    const turns = createTurns()
    const held = turns.take('a')!
    expect(turns.take('a')).toBeUndefined()
    let second: { release(): void } | undefined
    turns.wait('a', (turn) => (second = turn))
    held.release()
    expect(turns.take('a')).toBeUndefined()
    second!.release()
    expect(turns.take('a')).toBeDefined()
  })

  test('of one script do not hold up another', () => {
    const turns = createTurns()
    turns.take('a')
    expect(turns.take('b')).toBeDefined()
  })

  test('pass over who has left the line, and a second release does nothing', () => {
    const turns = createTurns()
    const held = turns.take('a')!
    const order: string[] = []
    const leave = turns.wait('a', () => order.push('left'))
    turns.wait('a', () => order.push('stayed'))
    turns.wait('a', () => order.push('next'))
    leave()
    held.release()
    held.release()
    expect(order).toEqual(['stayed'])
  })
})

describe('slots', () => {
  test('are filled in order, never more at once than there are', () => {
    const slots = createSlots(2)
    const started: number[] = []
    const releases: (() => void)[] = []
    for (const order of [5, 3, 9, 1, 7])
      slots.wait(order, (release) => {
        started.push(order)
        releases.push(release)
      })
    expect(started).toEqual([5, 3])
    expect([slots.used(), slots.waiting()]).toEqual([2, 3])
    releases[0]!()
    releases[0]!()
    expect(started).toEqual([5, 3, 1])
    releases[1]!()
    releases[2]!()
    expect(started).toEqual([5, 3, 1, 7, 9])
  })

  test('pass over who has left', () => {
    const slots = createSlots(1)
    const started: number[] = []
    let free = () => {}
    slots.wait(1, (release) => (free = release))
    const leave = slots.wait(2, () => started.push(2))
    slots.wait(3, () => started.push(3))
    leave()
    leave()
    expect(slots.waiting()).toBe(1)
    free()
    expect(started).toEqual([3])
    expect(slots.waiting()).toBe(0)
  })
})
