import { afterEach, describe, expect, test, vi } from 'vitest'
import { HOUR, MINUTE, SECOND, systemActor } from '../../src/base/index.ts'
import { recordSchema } from '../../src/db/index.ts'
import { ADDRESS, openTestAccess, PASSWORD } from './open.ts'

describe('a password', () => {
  test('lets its user in, however the name is written', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'editor')
    expect(ann).toEqual({ kind: 'user', userId: 1, name: 'ann', role: 'editor', address: ADDRESS })
    expect(await access.authenticate.byPassword('Ann', PASSWORD, ADDRESS)).toEqual(ann)
  })

  test('lets nobody in when it is wrong, or the user unknown or without one', async () => {
    const { access, user } = await openTestAccess()
    await user('ann', 'editor')
    await access.users.create(systemActor, { name: 'bob', role: 'admin' })
    for (const [name, password] of [
      ['ann', PASSWORD.toUpperCase()],
      ['ann', ''],
      ['ann', 'x'.repeat(1e6)],
      ['bob', PASSWORD],
      ['bob', ''],
      ['eve', PASSWORD],
      ['', ''],
    ] as const)
      expect(await access.authenticate.byPassword(name, password, ADDRESS)).toBeUndefined()
  })

  test('may be written in either form of its accents', async () => {
    const { access } = await openTestAccess()
    const password = 'caf\u00e9 \u00e0 la cr\u00e8me'
    await access.users.create(systemActor, { name: 'ann', role: 'viewer', password })
    expect(await access.authenticate.byPassword('ann', password.normalize('NFD'), ADDRESS)).toBeDefined()
  })

  test('that failed is in the audit, without a name that nobody has', async () => {
    const { access, user } = await openTestAccess()
    await user('ann', 'viewer')
    await access.authenticate.byPassword('ann', 'wrong', ADDRESS)
    await access.authenticate.byPassword('my secret password', 'wrong', ADDRESS)
    const { items } = await access.audit.list(systemActor, { limit: 2 })
    expect(items.map(({ actor, target, address, outcome }) => [actor, target, address, outcome])).toEqual([
      ['-', 'unknown user', ADDRESS, 'refused'],
      ['-', 'ann', ADDRESS, 'refused'],
    ])
  })
})

describe('after too many wrong tries', () => {
  const limited = (retryAfterSeconds: number) => ({ code: 'rate_limited', details: { retryAfterSeconds } })

  test('the account waits, twice as long each time, at that address only', async () => {
    const { access, user, clock } = await openTestAccess()
    await user('ann', 'viewer')
    const guess = () => access.authenticate.byPassword('ann', 'a wrong guess', ADDRESS)
    for (let tries = 0; tries < 10; tries += 1) expect(await guess()).toBeUndefined()
    for (const seconds of [1, 2, 4, 8]) {
      await expect(guess()).rejects.toMatchObject(limited(seconds))
      await expect(access.authenticate.byPassword('ann', PASSWORD, ADDRESS)).rejects.toMatchObject(
        limited(seconds),
      )
      expect(await access.authenticate.byPassword('ann', PASSWORD, '192.0.2.8')).toBeDefined()
      clock.advance(seconds * SECOND)
      expect(await guess()).toBeUndefined()
    }
    clock.advance(16 * SECOND)
    expect(await access.authenticate.byPassword('ann', PASSWORD, ADDRESS)).toBeDefined()
    expect(await guess()).toBeUndefined()
    expect(await guess()).toBeUndefined()
  })

  test('an unknown name waits like a known one', async () => {
    const { access } = await openTestAccess()
    const guess = () => access.authenticate.byBasic('eve', 'a wrong guess', ADDRESS)
    for (let tries = 0; tries < 10; tries += 1) expect(await guess()).toBeUndefined()
    await expect(guess()).rejects.toMatchObject(limited(1))
  })

  test('many at once gain nothing', async () => {
    const { access, user } = await openTestAccess()
    await user('ann', 'viewer')
    const all = await Promise.allSettled(
      Array.from({ length: 30 }, (_, at) =>
        access.authenticate.byPassword('ann', `a wrong guess ${at}`, ADDRESS),
      ),
    )
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  })
})

describe('Basic', () => {
  afterEach(() => vi.restoreAllMocks())

  test('takes an API key with any name, and user with password', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'editor')
    const { secret, key } = await access.keys.create(ann, {})
    for (const name of ['ann', 'x-token', ''])
      expect(await access.authenticate.byBasic(name, secret, ADDRESS)).toMatchObject({ keyId: key.id })
    expect(await access.authenticate.byBasic('ann', PASSWORD, ADDRESS)).toEqual(ann)
    expect(await access.authenticate.byBasic('ann', 'wrong', ADDRESS)).toBeUndefined()
  })

  test('hashes a password once a minute, for many requests at once too', async () => {
    const { access, user, clock, store } = await openTestAccess()
    await user('ann', 'editor')
    const asked = vi.spyOn(store, 'findUserByName')
    const ask = () => access.authenticate.byBasic('ann', PASSWORD, ADDRESS)
    expect((await Promise.all(Array.from({ length: 50 }, ask))).every(Boolean)).toBe(true)
    clock.advance(MINUTE - 1)
    await ask()
    expect(asked).toHaveBeenCalledTimes(1)
    clock.advance(1)
    await ask()
    expect(asked).toHaveBeenCalledTimes(2)
  })

  test('forgets at once what was changed', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'editor')
    const ask = () => access.authenticate.byBasic('ann', PASSWORD, ADDRESS)
    expect(await ask()).toMatchObject({ role: 'editor' })
    await access.users.setRole(systemActor, ann.userId, 'viewer')
    expect(await ask()).toMatchObject({ role: 'viewer' })
    await access.users.setPassword(systemActor, ann.userId, { password: 'another quiet river' })
    expect(await ask()).toBeUndefined()
  })

  test('lets nobody in who is disabled while the password is hashed', async () => {
    const { access, user, store } = await openTestAccess()
    const ann = await user('ann', 'editor')
    const found = await store.findUserByName('ann')
    vi.spyOn(store, 'findUserByName').mockImplementation(async () => {
      await access.users.disable(systemActor, ann.userId)
      return found
    })
    expect(await access.authenticate.byBasic('ann', PASSWORD, ADDRESS)).toBeUndefined()
  })
})

test('a disabled user is out, even where a key or session of theirs was left', async () => {
  const { access, user, db, reopen } = await openTestAccess()
  const ann = await user('ann', 'editor')
  const { secret: cookie } = await access.sessions.open(ann)
  const { token } = await access.sessions.issue(ann)
  const { secret } = await access.keys.create(ann, {})
  await db.orm.update(recordSchema.users).set({ disabled: true })
  const { authenticate } = reopen()
  expect(await authenticate.byCookie(cookie)).toBeUndefined()
  expect(await authenticate.byToken(token)).toBeUndefined()
  expect(await authenticate.byApiKey(secret)).toBeUndefined()
  expect(await authenticate.byPassword('ann', PASSWORD, ADDRESS)).toBeUndefined()
})

test('a copy of the database lets nobody in', async () => {
  const { access, user, db } = await openTestAccess()
  const ann = await user('ann', 'admin')
  await access.sessions.open(ann)
  await access.sessions.issue(ann)
  await access.keys.create(ann, {})
  const link = await access.users.create(systemActor, { name: 'bob', role: 'viewer' })
  await access.links.create(systemActor, link.id, 'invitation')

  const { users, links, sessions, apiKeys, auditEvents } = recordSchema
  const rows = await Promise.all(
    [users, links, sessions, apiKeys, auditEvents].map((table) => db.orm.select().from(table)),
  )
  const texts = rows.flat().flatMap((row) => Object.values(row).filter((value) => typeof value === 'string'))
  expect(texts.length).toBeGreaterThan(20)
  for (const text of texts) {
    expect(await access.authenticate.byBearer(text)).toBeUndefined()
    expect(await access.authenticate.byCookie(text)).toBeUndefined()
    expect(await access.links.find(text)).toBeUndefined()
  }
})

test('every change is in the audit, with who, what and from where', async () => {
  const { access, user, actions, clock } = await openTestAccess()
  const ann = await user('ann', 'admin')
  const { key, secret } = await access.keys.create(ann, { name: 'ci', role: 'admin' })
  const byKey = (await access.authenticate.byApiKey(secret, '198.51.100.1'))!
  const bob = await access.users.create(byKey, { name: 'bob', role: 'viewer' })
  await access.users.setRole(ann, bob.id, 'editor')
  const { token } = await access.links.create(ann, bob.id, 'invitation')
  await access.links.use(token, PASSWORD, ADDRESS)
  const signedIn = (await access.authenticate.byPassword('bob', PASSWORD, ADDRESS))!
  const { secret: cookie } = await access.sessions.open(signedIn)
  await access.sessions.end((await access.authenticate.byCookie(cookie))!)
  await access.users.setPassword(ann, bob.id, { password: 'another quiet river' })
  await access.users.disable(ann, bob.id)
  await access.users.enable(ann, bob.id)
  await access.keys.revoke(ann, key.id)
  expect(await actions()).toEqual([
    'user.create',
    'key.create',
    'user.create',
    'user.set-role',
    'user.link',
    'user.set-password',
    'session.create',
    'session.end',
    'user.set-password',
    'user.disable',
    'user.enable',
    'key.revoke',
  ])
  const { items } = await access.audit.list(ann, { limit: 200 })
  expect(items.at(-3)).toEqual({
    id: 3,
    at: clock.now(),
    actor: 'ann',
    action: 'user.create',
    target: 'bob',
    address: '198.51.100.1',
    keyId: key.id,
    after: 'viewer',
    outcome: 'done',
  })
})

test('what changes nothing leaves no event', async () => {
  const { access, user, actions } = await openTestAccess()
  const ann = await user('ann', 'admin')
  await access.users.setRole(ann, ann.userId, 'admin')
  await access.users.enable(ann, ann.userId)
  await expect(access.users.disable(ann, 99)).rejects.toMatchObject({ code: 'not_found' })
  expect(await actions()).toEqual(['user.create'])
})

test('a warm key costs less than 0.2 ms', async () => {
  const { access, user, clock } = await openTestAccess()
  const { secret } = await access.keys.create(await user('ann', 'editor'), {})
  await access.authenticate.byApiKey(secret)
  clock.advance(HOUR)
  const times: number[] = []
  for (let round = 0; round < 500; round += 1) {
    const begun = performance.now()
    await access.authenticate.byApiKey(secret)
    times.push(performance.now() - begun)
  }
  expect(times.sort((a, b) => a - b)[250]).toBeLessThan(0.2)
})
