import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../src/base/index.ts'
import type { GateAnswer } from '../../src/schedule/index.ts'
import { admitted, createWorld, NOON, scheduledOf, type World } from './support.ts'

const gated = scheduledOf({ hasGate: true })

async function answering(...answers: ((world: World) => GateAnswer)[]): Promise<World> {
  const world = await createWorld([gated])
  world.gate = () => Promise.resolve(answers.shift()!(world))
  await world.start()
  return world
}

const no = (): GateAnswer => ({ kind: 'gated' })
const yes = (world: World): GateAnswer => ({ kind: 'yes', ...admitted(world) })
const failed = (): GateAnswer => ({ kind: 'gate-failed', reason: 'ValueError: no' })

describe('a gate', () => {
  test('that says no in a row leaves one row, with the count', async () => {
    const world = await answering(no, no, no)
    await world.pass(3 * MINUTE, MINUTE)
    expect(await world.story()).toEqual(['12:01:00-12:03:00 3 gated'])
  })

  test('that says yes makes the run in the moment of its tick', async () => {
    const world = await answering(no, yes, no)
    await world.pass(3 * MINUTE, MINUTE)
    expect(await world.story()).toEqual(['12:01:00 gated', '12:02:00 ran', '12:03:00 gated'])
    const { runId } = (await world.ticks())[1]!
    expect(world.begun).toMatchObject([
      { runId, due: { slug: 'a', scheduledAt: NOON + 2 * MINUTE, revision: 't1-l1' } },
    ])
  })

  test('that fails says why', async () => {
    const world = await answering(failed, () => {
      throw new Error('no process')
    })
    await world.pass(2 * MINUTE, MINUTE)
    expect(await world.story()).toEqual([
      '12:01:00 gate-failed ValueError: no',
      '12:02:00 gate-failed the gate could not be asked',
    ])
  })

  test('is pending while it is asked, and failed when the server went away meanwhile', async () => {
    const world = await createWorld([gated])
    let asked = () => {}
    const isAsked = new Promise<void>((resolve) => (asked = resolve))
    world.gate = () => {
      asked()
      return new Promise(() => undefined)
    }
    const lost = await world.start()
    world.clock.advance(MINUTE)
    await isAsked
    expect(await world.story()).toEqual(['12:01:00 pending'])
    await lost.stop()
    await world.start()
    expect(await world.story()).toEqual(['12:01:00 gate-failed the server stopped while the gate was asked'])
  })

  test('has its answer kept until it can be written', async () => {
    const world = await createWorld([gated])
    let asked = () => {}
    const isAsked = new Promise<void>((resolve) => (asked = resolve))
    let answer: (answer: GateAnswer) => void = () => {}
    world.gate = () => {
      asked()
      return new Promise((resolve) => (answer = resolve))
    }
    const scheduler = await world.start()
    world.clock.advance(MINUTE)
    await isAsked
    await world.db.client.execute('PRAGMA query_only = ON')
    answer(yes(world))
    while (!world.clock.alarms().includes(NOON + MINUTE + SECOND)) await new Promise(setImmediate)
    await world.db.client.execute('PRAGMA query_only = OFF')
    world.clock.advance(SECOND)
    await scheduler.idle()
    expect(await world.story()).toEqual(['12:01:00 ran'])
    expect([world.begun.length, world.dropped]).toEqual([1, 0])
  })
})
