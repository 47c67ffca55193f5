import { expect, test } from 'vitest'
import { systemActor, type Role } from '../../src/base/index.ts'
import { ADDRESS, openTestAccess, PASSWORD } from './open.ts'

test.each([
  '',
  '-u',
  '--exec=id',
  '@/etc/passwd',
  '$(id)',
  'Ann',
  'a b',
  'a\n',
  '.a',
  'bob.',
  'ä',
  'x'.repeat(40),
  'system',
])('the user name %j is refused', async (name) => {
  const { access } = await openTestAccess()
  await expect(access.users.create(systemActor, { name, role: 'viewer' })).rejects.toMatchObject({
    code: 'invalid',
  })
})

test('a user shows no hash', async () => {
  const { access } = await openTestAccess()
  const user = await access.users.create(systemActor, { name: 'a.b-c_1', role: 'runner', password: PASSWORD })
  expect(user).toEqual({
    id: 1,
    name: 'a.b-c_1',
    role: 'runner',
    disabled: false,
    hasPassword: true,
    createdAt: Date.parse('2026-03-01T12:00:00Z'),
  })
  expect(await access.users.list(systemActor)).toEqual([user])
})

test('a name is taken once, also by two at the same moment', async () => {
  const { access } = await openTestAccess()
  const both = await Promise.allSettled(
    ['viewer', 'admin'].map((role) => access.users.create(systemActor, { name: 'ann', role: role as Role })),
  )
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(access.users.create(systemActor, { name: 'ann', role: 'viewer' })).rejects.toMatchObject({
    code: 'conflict',
    message: 'user ann exists',
  })
})

test('an unknown role is refused', async () => {
  const { access } = await openTestAccess()
  const wanted = { name: 'ann', role: 'owner' as Role }
  await expect(access.users.create(systemActor, wanted)).rejects.toMatchObject({ code: 'invalid' })
})

test('only an admin manages users', async () => {
  const { access, user } = await openTestAccess()
  const editor = await user('eve', 'editor')
  const refused = { code: 'forbidden' }
  await expect(access.users.create(editor, { name: 'x', role: 'viewer' })).rejects.toMatchObject(refused)
  await expect(access.users.setRole(editor, editor.userId, 'admin')).rejects.toMatchObject(refused)
  await expect(access.users.disable(editor, editor.userId)).rejects.toMatchObject(refused)
  await expect(access.users.enable(editor, editor.userId)).rejects.toMatchObject(refused)
  await expect(access.links.create(editor, editor.userId, 'reset')).rejects.toMatchObject(refused)
  expect(await access.users.list(editor)).toHaveLength(1)
})

test('the last admin can be neither disabled nor demoted', async () => {
  const { access, user } = await openTestAccess()
  const ann = await user('ann', 'admin')
  const last = { code: 'conflict', message: 'ann is the last admin; make another user admin first' }
  await expect(access.users.disable(ann, ann.userId)).rejects.toMatchObject(last)
  await expect(access.users.setRole(ann, ann.userId, 'editor')).rejects.toMatchObject(last)

  const bob = await user('bob', 'admin')
  await access.users.disable(ann, bob.userId)
  await expect(access.users.setRole(ann, ann.userId, 'editor')).rejects.toMatchObject(last)
  await access.users.enable(ann, bob.userId)
  expect((await access.users.setRole(ann, ann.userId, 'editor')).role).toBe('editor')
})

test('of two admins that demote each other at once, one stays', async () => {
  const { access, user } = await openTestAccess()
  const ann = await user('ann', 'admin')
  const bob = await user('bob', 'admin')
  const both = await Promise.allSettled([
    access.users.setRole(ann, bob.userId, 'viewer'),
    access.users.setRole(bob, ann.userId, 'viewer'),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('disabling ends sessions, keys and links for good and says which', async () => {
  const { access, user } = await openTestAccess()
  await user('ann', 'admin')
  const bob = await user('bob', 'editor')
  const { secret } = await access.sessions.open(bob)
  const { token } = await access.sessions.issue(bob)
  const key = await access.keys.create(bob, { name: 'ci' })
  const link = await access.links.create(systemActor, bob.userId, 'reset')
  const answers = () =>
    Promise.all([
      access.authenticate.byCookie(secret),
      access.authenticate.byToken(token),
      access.authenticate.byApiKey(key.secret),
      access.authenticate.byPassword('bob', PASSWORD, ADDRESS),
      access.authenticate.byBasic('bob', PASSWORD, ADDRESS),
      access.links.find(link.token),
    ])
  expect((await answers()).every(Boolean)).toBe(true)

  expect(await access.users.disable(systemActor, bob.userId)).toMatchObject({
    user: { name: 'bob', disabled: true },
    keys: ['ci'],
    sessions: 2,
  })
  expect(await answers()).toEqual(Array(6).fill(undefined))
  await expect(access.sessions.open(bob)).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(access.keys.create(bob, {})).rejects.toMatchObject({ code: 'conflict' })
  await expect(access.links.create(systemActor, bob.userId, 'reset')).rejects.toMatchObject({
    code: 'conflict',
  })

  await access.users.enable(systemActor, bob.userId)
  expect((await answers()).map(Boolean)).toEqual([false, false, false, true, true, false])
})

test('a new password needs the present one, and ends the other sessions', async () => {
  const { access, user } = await openTestAccess()
  const ann = await user('ann', 'viewer')
  const mine = await access.sessions.open(ann)
  const other = await access.sessions.open(ann)
  const key = await access.keys.create(ann, {})
  const here = (await access.authenticate.byCookie(mine.secret, ADDRESS))!
  const wanted = { password: 'another quiet river' }

  for (const current of [undefined, 'not the one at all'])
    await expect(
      access.users.setPassword(here, ann.userId, { ...wanted, ...(current && { current }) }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  await access.users.setPassword(here, ann.userId, { ...wanted, current: PASSWORD })

  expect(await access.authenticate.byCookie(mine.secret)).toBeDefined()
  expect(await access.authenticate.byCookie(other.secret)).toBeUndefined()
  expect(await access.authenticate.byApiKey(key.secret)).toBeDefined()
  expect(await access.authenticate.byPassword('ann', PASSWORD, ADDRESS)).toBeUndefined()
  expect(await access.authenticate.byPassword('ann', wanted.password, ADDRESS)).toBeDefined()
})

test('the present password cannot be guessed from an open browser', async () => {
  const { access, user } = await openTestAccess()
  const ann = await user('ann', 'viewer')
  const guess = () =>
    access.users.setPassword(ann, ann.userId, { password: 'another quiet river', current: 'a wrong guess' })
  for (let tries = 0; tries < 10; tries += 1)
    await expect(guess()).rejects.toMatchObject({ code: 'forbidden' })
  await expect(guess()).rejects.toMatchObject({ code: 'rate_limited' })
})

test('a key gives its user no password', async () => {
  const { access, user } = await openTestAccess()
  const ann = await user('ann', 'editor')
  const key = await access.keys.create(ann, {})
  const actor = (await access.authenticate.byApiKey(key.secret))!
  const wanted = { password: 'another quiet river', current: PASSWORD }
  await expect(access.users.setPassword(actor, ann.userId, wanted)).rejects.toMatchObject({
    code: 'forbidden',
  })
})
