import { createHmac, createSecretKey } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, systemActor } from '../../src/base/index.ts'
import { recordSchema } from '../../src/db/index.ts'
import { ADDRESS, openTestAccess } from './open.ts'

describe('a browser session', () => {
  test('lets in who holds its secret, over a restart, and keeps only its hash', async () => {
    const { access, user, db, reopen } = await openTestAccess()
    const ann = await user('ann', 'editor')
    const { secret } = await access.sessions.open(ann)
    const [row] = await db.orm.select().from(recordSchema.sessions)
    expect(row).toMatchObject({ userId: ann.userId, kind: 'browser', address: ADDRESS })
    expect(JSON.stringify(row)).not.toContain(secret)
    expect(await reopen().authenticate.byCookie(secret, ADDRESS)).toEqual({ ...ann, sessionId: row!.id })
    expect(await access.authenticate.byCookie(row!.id)).toBeUndefined()
    expect(await access.authenticate.byCookie('A'.repeat(43))).toBeUndefined()
  })

  test('ends after seven days unused', async () => {
    const { access, user, clock } = await openTestAccess()
    const { secret } = await access.sessions.open(await user('ann', 'viewer'))
    clock.advance(7 * DAY - 1)
    expect(await access.authenticate.byCookie(secret)).toBeDefined()
    clock.advance(7 * DAY)
    expect(await access.authenticate.byCookie(secret)).toBeUndefined()
  })

  test('ends after thirty days, however much it is used', async () => {
    const { access, user, clock, reopen } = await openTestAccess()
    const { secret, expiresAt } = await access.sessions.open(await user('ann', 'viewer'))
    expect(expiresAt).toBe(clock.now() + 30 * DAY)
    for (let day = 1; day < 30; day += 1) {
      clock.advance(DAY)
      expect(await access.authenticate.byCookie(secret)).toBeDefined()
    }
    expect(await reopen().authenticate.byCookie(secret)).toBeDefined()
    clock.advance(DAY)
    expect(await access.authenticate.byCookie(secret)).toBeUndefined()
    expect(await reopen().authenticate.byCookie(secret)).toBeUndefined()
  })

  test('notes its use at most once a minute', async () => {
    const { access, user, clock } = await openTestAccess()
    const ann = await user('ann', 'viewer')
    const { secret } = await access.sessions.open(ann)
    const begun = clock.now()
    const usedAfter = async (ms: number) => {
      clock.advance(ms)
      await access.authenticate.byCookie(secret)
      return (await access.sessions.list(ann))[0]!.usedAt - begun
    }
    expect(await usedAfter(MINUTE - 1)).toBe(0)
    expect(await usedAfter(1)).toBe(MINUTE)
    expect(await usedAfter(30_000)).toBe(MINUTE)
  })

  test('dies at once when it is ended or revoked', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'viewer')
    const [one, two] = [await access.sessions.open(ann), await access.sessions.open(ann)]
    const first = (await access.authenticate.byCookie(one.secret))!
    const second = (await access.authenticate.byCookie(two.secret))!
    await access.sessions.revoke(first, second.sessionId!)
    expect(await access.authenticate.byCookie(two.secret)).toBeUndefined()
    await access.sessions.end(first)
    expect(await access.authenticate.byCookie(one.secret)).toBeUndefined()
    await access.sessions.end(first)
    expect(await access.sessions.list(ann)).toEqual([])
  })

  test("of another is not found, but for an admin's hand", async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'editor')
    const bob = await user('bob', 'editor')
    const { secret } = await access.sessions.open(ann)
    const { sessionId } = (await access.authenticate.byCookie(secret))!
    await expect(access.sessions.revoke(bob, sessionId!)).rejects.toMatchObject({ code: 'not_found' })
    await expect(access.sessions.list(bob, ann.userId)).rejects.toMatchObject({ code: 'forbidden' })
    await access.sessions.revoke(systemActor, sessionId!)
    expect(await access.authenticate.byCookie(secret)).toBeUndefined()
  })

  test('begins with a password: not with a key, and not with another session', async () => {
    const { access, user } = await openTestAccess()
    const ann = await user('ann', 'admin')
    const { secret } = await access.keys.create(ann, {})
    const { token } = await access.sessions.issue(ann)
    for (const actor of [
      await access.authenticate.byApiKey(secret),
      await access.authenticate.byToken(token),
    ]) {
      await expect(access.sessions.open(actor!)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(access.sessions.issue(actor!)).rejects.toMatchObject({ code: 'forbidden' })
    }
    await expect(access.sessions.issue(systemActor)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('that has expired is swept when the next one begins', async () => {
    const { access, user, clock, db } = await openTestAccess()
    const ann = await user('ann', 'viewer')
    await access.sessions.issue(ann)
    clock.advance(12 * HOUR)
    await access.sessions.open(ann)
    expect(await db.orm.select().from(recordSchema.sessions)).toHaveLength(1)
  })
})

describe('a session JWT', () => {
  const issued = async () => {
    const opened = await openTestAccess()
    const ann = await opened.user('ann', 'runner')
    const { token } = await opened.access.sessions.issue(ann)
    const key = createSecretKey(readFileSync(join(opened.keysFolder, 'session.key')))
    const [header, payload, signature] = token.split('.') as [string, string, string]
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const by = (text: string) => opened.access.authenticate.byBearer(text, ADDRESS)
    return { ...opened, ann, token, key, header, payload, signature, claims, by }
  }

  test('lets in for twelve hours, over a restart', async () => {
    const { ann, token, clock, claims, by, reopen } = await issued()
    expect(await by(token)).toEqual({ ...ann, sessionId: claims['jti'] })
    clock.advance(12 * HOUR - 1000)
    expect(await reopen().authenticate.byToken(token)).toBeDefined()
    clock.advance(1000)
    expect(await by(token)).toBeUndefined()
  })

  test('dies at once when it is revoked', async () => {
    const { access, token, by } = await issued()
    const actor = (await by(token))!
    await access.sessions.end(actor)
    expect(await by(token)).toBeUndefined()
  })

  test('is refused when anything of it is changed', async () => {
    const { token, header, payload, signature, by } = await issued()
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = encode({ alg: 'none', typ: 'JWT' })
    const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
    for (const text of [
      `${header}.${payload}.${flipped}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${header}.${encode({ sub: '1' })}.${signature}`,
      `${token}.${signature}`,
      ` ${token}`,
      token.repeat(1000),
      '',
      '..',
      'Bearer',
    ])
      expect(await by(text)).toBeUndefined()
  })

  test('is refused with another algorithm, audience, issuer, subject or key, or without a claim', async () => {
    const { claims, key, by } = await issued()
    const sign = (changes: Record<string, unknown>, header: object = {}, signer = key) => {
      const all = Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined)
      return new SignJWT(Object.fromEntries(all))
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
        .sign(signer)
    }
    expect(await by(await sign({}))).toBeDefined()
    const wrong = [
      sign({}, { typ: 'at+jwt' }),
      sign({}, {}, createSecretKey(Buffer.alloc(32))),
      sign({ aud: 'somebody-else' }),
      sign({ aud: undefined }),
      sign({ iss: 'somebody-else' }),
      sign({ iss: undefined }),
      sign({ sub: '2' }),
      sign({ sub: undefined }),
      sign({ jti: 'A'.repeat(43) }),
      sign({ jti: undefined }),
      sign({ exp: undefined }),
      sign({ exp: Number(claims['iat']) }),
      sign({ iat: undefined }),
      sign({ nbf: Number(claims['iat']) + 60 }),
    ]
    for (const token of await Promise.all(wrong)) expect(await by(token)).toBeUndefined()
    expect(await by(handSigned(claims, key.export()))).toBeUndefined()
    expect(await by(new UnsecuredJWT(claims).encode())).toBeUndefined()
  })

  test('is no browser session, and the other way round', async () => {
    const { access, ann, key, claims, by } = await issued()
    const { secret } = await access.sessions.open(ann)
    const { sessionId } = (await access.authenticate.byCookie(secret))!
    const crossed = await new SignJWT({ ...claims, jti: sessionId! })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(key)
    expect(await by(crossed)).toBeUndefined()
    expect(await access.authenticate.byCookie(claims['jti'] as string)).toBeUndefined()
  })
})

describe('the signing key', () => {
  test('is 32 bytes that only its owner reads', async () => {
    const { keysFolder } = await openTestAccess()
    const { mode, size } = statSync(join(keysFolder, 'session.key'))
    expect([mode & 0o777, size]).toEqual([0o600, 32])
    expect(statSync(keysFolder).mode & 0o777).toBe(0o700)
  })

  test('is refused when it is damaged', async () => {
    const { keysFolder, reopen } = await openTestAccess()
    writeFileSync(join(keysFolder, 'session.key'), 'short')
    expect(reopen).toThrow(/session\.key is damaged: it has 5 bytes, not 32; remove it/)
  })
})

// By the right key with another algorithm of the same family, which the library would not make with so short a key.
function handSigned(claims: object, key: Buffer): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${encode({ alg: 'HS512', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createHmac('sha512', key).update(text).digest('base64url')}`
}
