import { expect, test } from 'vitest'
import { environmentKeyOf, lockIdOf, lockRequestOf } from '../../src/environment/key.ts'
import type { Python } from '../../src/isolation/index.ts'

const python: Python = {
  path: '/usr/bin/python3.11',
  version: '3.11.7',
  tag: 'cp311',
  platform: 'linux_x86_64',
  basePrefix: '/usr',
}
const newer = { ...python, path: '/usr/bin/python3.12', version: '3.12.1', tag: 'cp312' }

test('a lock request does not depend on the order, spacing or repetition of lines', () => {
  const request = lockRequestOf(['requests>=2', 'rich'], python)
  expect(request).toMatch(/^[0-9a-f]{64}$/)
  expect(lockRequestOf([' rich', 'requests>=2', 'rich'], python)).toBe(request)
  expect(lockRequestOf(['requests >=2', 'rich'], python)).not.toBe(request)
  expect(lockRequestOf(['requests>=2', 'rich'], newer)).not.toBe(request)
})

test('an environment key depends on the Python, the lock and the folder', () => {
  const key = environmentKeyOf('a==1\n', python, '/data/environments')
  expect(key).toMatch(/^[0-9a-f]{16}$/)
  const others = [
    environmentKeyOf('a==2\n', python, '/data/environments'),
    environmentKeyOf('a==1\n', newer, '/data/environments'),
    environmentKeyOf('a==1\n', { ...python, path: '/opt/bin/python3.11' }, '/data/environments'),
    environmentKeyOf('a==1\n', python, '/elsewhere'),
  ]
  expect(new Set([key, ...others]).size).toBe(5)
})

test('the empty lock has a fixed id', () => {
  expect(lockIdOf('')).toBe('e3b0c44298fc1c14')
})
