import { describe, expect, test } from 'vitest'
import { DAY, systemActor } from '../../src/base/index.ts'
import { recordSchema } from '../../src/db/index.ts'
import { ADDRESS, openTestAccess, PASSWORD } from './open.ts'

const notValid = { code: 'not_found', message: expect.stringContaining('this link is not valid') as string }

describe('the first admin', () => {
  test('is made with the password given', async () => {
    const { access } = await openTestAccess()
    const first = await access.ensureFirstAdmin({ user: 'root', password: PASSWORD })
    expect(first).toMatchObject({ user: { name: 'root', role: 'admin', hasPassword: true } })
    expect(first!.link).toBeUndefined()
    expect(await access.authenticate.byPassword('root', PASSWORD, ADDRESS)).toMatchObject({ role: 'admin' })
    expect(await access.ensureFirstAdmin({ user: 'root', password: 'another long password' })).toBeUndefined()
    expect(await access.authenticate.byPassword('root', PASSWORD, ADDRESS)).toBeDefined()
  })

  test('without a password gets a link, and a new one at each start until it is used', async () => {
    const { access, reopen } = await openTestAccess()
    const first = (await access.ensureFirstAdmin({ user: 'admin' }))!
    expect(first.user).toMatchObject({ name: 'admin', role: 'admin', hasPassword: false })
    const second = (await reopen().ensureFirstAdmin({ user: 'admin' }))!
    expect(second.user.id).toBe(first.user.id)
    await expect(access.links.use(first.link!.token, PASSWORD)).rejects.toMatchObject(notValid)

    expect(await access.links.find(second.link!.token)).toMatchObject({
      user: { name: 'admin' },
      kind: 'set-up',
    })
    await access.links.use(second.link!.token, PASSWORD)
    expect(await access.authenticate.byPassword('admin', PASSWORD, ADDRESS)).toMatchObject({ role: 'admin' })
    expect(await reopen().ensureFirstAdmin({ user: 'admin' })).toBeUndefined()
  })

  test('without a password gets the one that a later start gives', async () => {
    const { access } = await openTestAccess()
    const { link } = (await access.ensureFirstAdmin({ user: 'admin' }))!
    await access.ensureFirstAdmin({ user: 'admin', password: PASSWORD })
    expect(await access.authenticate.byPassword('admin', PASSWORD, ADDRESS)).toBeDefined()
    await expect(access.links.use(link!.token, 'another long password')).rejects.toMatchObject(notValid)
  })

  test('is not made with a weak password', async () => {
    const { access } = await openTestAccess()
    await expect(access.ensureFirstAdmin({ user: 'admin', password: 'short' })).rejects.toMatchObject({
      code: 'invalid',
      message: 'a password has 8 to 200 characters',
    })
    expect(await access.users.list(systemActor)).toEqual([])
  })
})

describe('a one-time link', () => {
  const invite = async () => {
    const opened = await openTestAccess()
    const { id } = await opened.access.users.create(systemActor, { name: 'ann', role: 'editor' })
    return { ...opened, id, link: await opened.access.links.create(systemActor, id, 'invitation') }
  }

  test('works once', async () => {
    const { access, link } = await invite()
    expect(await access.links.use(link.token, PASSWORD, ADDRESS)).toMatchObject({
      name: 'ann',
      hasPassword: true,
    })
    await expect(access.links.use(link.token, PASSWORD)).rejects.toMatchObject(notValid)
    expect(await access.links.find(link.token)).toBeUndefined()
  })

  test('works once for two at the same moment', async () => {
    const { access, link } = await invite()
    const both = await Promise.allSettled(
      ['the first password', 'the second password'].map((password) => access.links.use(link.token, password)),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('expires', async () => {
    const { access, clock, link } = await invite()
    clock.advance(7 * DAY - 1)
    expect(await access.links.find(link.token)).toBeDefined()
    clock.advance(1)
    await expect(access.links.use(link.token, PASSWORD)).rejects.toMatchObject(notValid)
  })

  test('stays when the password is refused', async () => {
    const { access, link } = await invite()
    await expect(access.links.use(link.token, 'password123')).rejects.toMatchObject({ code: 'invalid' })
    await access.links.use(link.token, PASSWORD)
  })

  test('for a reset lives a day and ends the sessions', async () => {
    const { access, clock, user } = await openTestAccess()
    const ann = await user('ann', 'viewer')
    const { secret } = await access.sessions.open(ann)
    const link = await access.links.create(systemActor, ann.userId, 'reset')
    expect(link.expiresAt).toBe(clock.now() + DAY)
    expect(await access.authenticate.byCookie(secret)).toBeDefined()
    await access.links.use(link.token, 'another long password')
    expect(await access.authenticate.byCookie(secret)).toBeUndefined()
  })

  test('is not what the database holds', async () => {
    const { db, link } = await invite()
    const [row] = await db.orm.select().from(recordSchema.links)
    expect(row!.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(row)).not.toContain(link.token)
  })

  test.each(['', 'x', '../..', 'A'.repeat(43), 'A'.repeat(1e6)])(
    'of text %.10s lets nobody in',
    async (token) => {
      const { access } = await invite()
      await expect(access.links.use(token, PASSWORD)).rejects.toMatchObject(notValid)
    },
  )
})
