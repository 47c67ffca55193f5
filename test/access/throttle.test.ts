import { expect, test } from 'vitest'
import { createThrottle, networkOf } from '../../src/access/throttle.ts'
import { MINUTE } from '../../src/base/index.ts'
import { fakeClock } from '../support/clock.ts'

const limited = (retryAfterSeconds: number) =>
  expect.objectContaining({ code: 'rate_limited', details: { retryAfterSeconds } }) as Error

test('a wait is never longer than fifteen minutes, and all is forgotten after half an hour of quiet', () => {
  const clock = fakeClock(0)
  const throttle = createThrottle(clock)
  for (let tries = 0; tries < 60; tries += 1) {
    throttle.enter('ann', '192.0.2.1')
    clock.advance(15 * MINUTE)
  }
  clock.advance(-15 * MINUTE)
  expect(() => throttle.enter('ann', '192.0.2.1')).toThrow(limited(15 * 60))
  clock.advance(30 * MINUTE)
  for (let tries = 0; tries < 10; tries += 1) throttle.enter('ann', '192.0.2.1')
  expect(() => throttle.enter('ann', '192.0.2.1')).toThrow(limited(1))
})

test('one address that tries all names in turn waits too, at most a minute', () => {
  const clock = fakeClock(0)
  const throttle = createThrottle(clock)
  for (let tries = 0; tries < 100; tries += 1) throttle.enter(`user${tries}`, '192.0.2.1')
  expect(() => throttle.enter('ann', '192.0.2.1')).toThrow(limited(1))
  throttle.enter('ann', '192.0.2.2')
  for (let tries = 0; tries < 20; tries += 1) {
    clock.advance(MINUTE)
    throttle.enter(`other${tries}`, '192.0.2.1')
  }
  expect(() => throttle.enter('ann', '192.0.2.1')).toThrow(limited(60))
})

test('right tries do not count', () => {
  const throttle = createThrottle(fakeClock(0))
  for (let tries = 0; tries < 1000; tries += 1) {
    throttle.enter('ann', '192.0.2.1')
    throttle.clear('ann', '192.0.2.1')
  }
  throttle.enter('bob', '192.0.2.1')
})

test('an own account does not win back tries at others', () => {
  const clock = fakeClock(0)
  const throttle = createThrottle(clock)
  for (let tries = 0; tries < 100; tries += 1) {
    throttle.enter(`user${tries}`, '192.0.2.1')
    if (tries === 99) break
    throttle.enter('mallory', '192.0.2.1')
    throttle.clear('mallory', '192.0.2.1')
  }
  expect(() => throttle.enter('mallory', '192.0.2.1')).toThrow(limited(1))
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['64:ff9b::192.0.2.33', '64:ff9b:0:0'],
  ['1::4:5:6:1.2.3.4', '1:0:0:4'],
  ['socket', 'socket'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
