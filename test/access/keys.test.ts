import { describe, expect, test } from 'vitest'
import { can } from '../../src/access/index.ts'
import { DAY, MINUTE, systemActor, type Role } from '../../src/base/index.ts'
import { recordSchema } from '../../src/db/index.ts'
import { ADDRESS, openTestAccess } from './open.ts'

test('a key lets in who holds it, and only its hash is kept', async () => {
  const { access, user, db, reopen } = await openTestAccess()
  const ann = await user('ann', 'editor')
  const { key, secret } = await access.keys.create(ann, { name: 'ci' })
  expect(secret).toMatch(/^sxs_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/)
  expect(key).toEqual({
    id: 1,
    userId: ann.userId,
    user: 'ann',
    name: 'ci',
    prefix: secret.slice(0, 12),
    role: 'editor',
    createdAt: Date.parse('2026-03-01T12:00:00Z'),
  })
  expect(await reopen().authenticate.byBearer(secret, ADDRESS)).toEqual({
    kind: 'key',
    userId: ann.userId,
    name: 'ann',
    role: 'editor',
    keyId: key.id,
    address: ADDRESS,
  })
  const rows = JSON.stringify([
    await db.orm.select().from(recordSchema.apiKeys),
    await db.orm.select().from(recordSchema.auditEvents),
  ])
  expect(rows).not.toContain(secret.slice(13))
})

test('what is not a key lets nobody in', async () => {
  const { access, user } = await openTestAccess()
  const { secret } = await access.keys.create(await user('ann', 'admin'), {})
  const flipped = secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A')
  for (const text of ['', 'sxs_', flipped, `${secret}x`, ` ${secret}`, `${secret}\n`, secret.toUpperCase()])
    expect(await access.authenticate.byBearer(text)).toBeUndefined()
})

test('a revoked key dies at once', async () => {
  const { access, user } = await openTestAccess()
  const ann = await user('ann', 'viewer')
  const { key, secret } = await access.keys.create(ann, {})
  expect(await access.authenticate.byApiKey(secret)).toBeDefined()
  await access.keys.revoke(ann, key.id)
  expect(await access.authenticate.byApiKey(secret)).toBeUndefined()
  await expect(access.keys.revoke(ann, key.id)).rejects.toMatchObject({ code: 'not_found' })
})

test('a key expires', async () => {
  const { access, user, clock } = await openTestAccess()
  const ann = await user('ann', 'viewer')
  const { secret } = await access.keys.create(ann, { expiresAt: clock.now() + DAY })
  clock.advance(DAY - 1)
  expect(await access.authenticate.byApiKey(secret)).toBeDefined()
  clock.advance(1)
  expect(await access.authenticate.byApiKey(secret)).toBeUndefined()
})

test('the use of a key is noted at most once a minute', async () => {
  const { access, user, clock } = await openTestAccess()
  const ann = await user('ann', 'viewer')
  const { secret } = await access.keys.create(ann, {})
  const begun = clock.now()
  const usedAfter = async (ms: number) => {
    clock.advance(ms)
    await access.authenticate.byApiKey(secret)
    return (await access.keys.list(ann))[0]!.usedAt! - begun
  }
  expect(await usedAfter(0)).toBe(0)
  expect(await usedAfter(MINUTE - 1)).toBe(0)
  expect(await usedAfter(1)).toBe(MINUTE)
})

describe('the role of a key', () => {
  test("is its user's, or less, and never more", async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'runner')
    const least = await access.keys.create(ann, { role: 'viewer' })
    expect(await access.authenticate.byApiKey(least.secret)).toMatchObject({ role: 'viewer' })
    for (const actor of [ann, systemActor])
      await expect(access.keys.create(actor, { userId: ann.userId, role: 'editor' })).rejects.toMatchObject({
        code: 'invalid',
        message: 'role: a key of ann may be at most runner',
      })
    await expect(access.keys.create(ann, { role: 'owner' as Role })).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('falls with its user at once, and does not rise with them', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'editor')
    const { secret } = await access.keys.create(ann, {})
    expect(await access.authenticate.byApiKey(secret)).toMatchObject({ role: 'editor' })
    await access.users.setRole(systemActor, ann.userId, 'viewer')
    expect(await access.authenticate.byApiKey(secret)).toMatchObject({ role: 'viewer' })
    expect((await access.keys.list(systemActor, ann.userId))[0]).toMatchObject({ role: 'viewer' })
    await access.users.setRole(systemActor, ann.userId, 'admin')
    expect(await access.authenticate.byApiKey(secret)).toMatchObject({ role: 'editor' })
  })

  test('of a damaged row may nothing', async () => {
    const { access, user, db, reopen } = await openTestAccess()
    const { secret } = await access.keys.create(await user('ann', 'admin'), {})
    await db.orm.update(recordSchema.apiKeys).set({ role: 'owner' })
    const actor = (await reopen().authenticate.byApiKey(secret))!
    expect(can(actor, 'script.read')).toBe(false)
  })
})

describe('a key limited to scripts', () => {
  test('is known with them, each once', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'editor')
    const { key, secret } = await access.keys.create(ann, { scripts: ['finance.report', 'hello', 'hello'] })
    expect(key.scripts).toEqual(['finance.report', 'hello'])
    const actor = (await access.authenticate.byApiKey(secret))!
    expect(actor.scripts).toEqual(['finance.report', 'hello'])
    expect(can(actor, 'run.enqueue', 'hello')).toBe(true)
    expect(can(actor, 'run.enqueue', 'finance')).toBe(false)
  })

  test.each([[[]], [['Hello']], [['a..b']], [['--exec=id']], [['a', '']], [['*']]])(
    'to %j is refused',
    async (scripts) => {
      const { access, user } = await openTestAccess()
      const ann = await user('ann', 'editor')
      await expect(access.keys.create(ann, { scripts })).rejects.toMatchObject({ code: 'invalid' })
    },
  )

  test('makes, lists and revokes no keys, of an admin neither', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'admin')
    const { secret, key } = await access.keys.create(ann, { scripts: ['hello'] })
    const actor = (await access.authenticate.byApiKey(secret))!
    await expect(access.keys.create(actor, {})).rejects.toMatchObject({ code: 'forbidden' })
    await expect(access.keys.list(actor)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(access.keys.revoke(actor, key.id)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('lets nobody in when its row is damaged', async () => {
    const { access, user, db, reopen } = await openTestAccess()
    const { secret } = await access.keys.create(await user('ann', 'admin'), { scripts: ['hello'] })
    await db.orm.update(recordSchema.apiKeys).set({ scripts: 'hello' })
    await expect(reopen().authenticate.byApiKey(secret)).rejects.toThrow('are not a list of slugs')
  })
})

describe('a key made by a key', () => {
  test('may at most what that one may, and ends with it', async () => {
    const { access, user, clock } = await openTestAccess()
    const ann = await user('ann', 'admin')
    const expiresAt = clock.now() + DAY
    const { secret } = await access.keys.create(ann, { role: 'runner', expiresAt })
    const actor = (await access.authenticate.byApiKey(secret))!
    await expect(access.keys.create(actor, { role: 'admin' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(access.keys.create(actor, { expiresAt: expiresAt + 1 })).rejects.toMatchObject({
      code: 'invalid',
    })
    expect((await access.keys.create(actor, {})).key).toMatchObject({ role: 'runner', expiresAt })
  })
})

describe("others' keys", () => {
  test('are made, listed and revoked by an admin only', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'admin')
    const bob = await user('bob', 'editor')
    const { key } = await access.keys.create(ann, { userId: bob.userId, name: 'for bob' })
    expect(key).toMatchObject({ user: 'bob', role: 'editor' })
    const own = await access.keys.create(ann, {})
    expect((await access.keys.list(ann, 'all')).map(({ user }) => user)).toEqual(['bob', 'ann'])
    expect((await access.keys.list(bob)).map(({ name }) => name)).toEqual(['for bob'])

    await expect(access.keys.list(bob, 'all')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(access.keys.create(bob, { userId: ann.userId })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(access.keys.revoke(bob, own.key.id)).rejects.toMatchObject({ code: 'not_found' })
    await access.keys.revoke(ann, key.id)
    expect(await access.keys.list(bob)).toEqual([])
  })

  test('of nobody are not made', async () => {
    const { access } = await openTestAccess()
    await expect(access.keys.create(systemActor, { userId: 7 })).rejects.toMatchObject({ code: 'not_found' })
    await expect(access.keys.create(systemActor, {})).rejects.toMatchObject({ code: 'not_found' })
  })
})

test.each(['', '   ', 'a\nb', 'a\u001b[31m', 'x'.repeat(101)])('the key name %j is refused', async (name) => {
  const { access, user } = await openTestAccess()
  const ann = await user('ann', 'viewer')
  await expect(access.keys.create(ann, { name })).rejects.toMatchObject({ code: 'invalid' })
})
