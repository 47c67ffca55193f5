import { createHmac, randomBytes, type KeyObject } from 'node:crypto'
import { MINUTE, type Clock, type Role } from '../base/index.ts'
import { auditRowOf, NOBODY, type Located } from './audit.ts'
import type { Memory } from './cache.ts'
import { readToken } from './jwt.ts'
import { isKeyText, scriptsOf } from './keys.ts'
import type { Passwords } from './passwords.ts'
import { lesserRole } from './policy.ts'
import { isAlive, type SessionKind } from './sessions.ts'
import type { AccessStore, UserRow } from './store.ts'
import type { Throttle } from './throttle.ts'
import { hashOf } from './token.ts'
import { actorOf } from './users.ts'

const MOST_REMEMBERED = 10_000
const TOUCH_EVERY_MS = MINUTE
const PASSWORD_KEPT_MS = MINUTE

/**
 * Each gives who it is, or undefined. They ask the record on every call or remember what it said until anything of
 * users, keys or sessions changes, so that whatever was revoked is dead at once. `address` goes into the audit.
 */
export type Authenticate = {
  /** Throws `rate_limited` (`details.retryAfterSeconds`) after too many wrong tries. */
  byPassword(name: string, password: string, address: string): Promise<Located | undefined>
  byApiKey(text: string, address?: string): Promise<Located | undefined>
  /** A session JWT. */
  byToken(token: string, address?: string): Promise<Located | undefined>
  /** What follows `Authorization: Bearer`: an API key or a session JWT. */
  byBearer(text: string, address?: string): Promise<Located | undefined>
  /** The value of the session cookie. */
  byCookie(secret: string, address?: string): Promise<Located | undefined>
  /** Any user name with an API key, or user and password, which is remembered for a minute. */
  byBasic(name: string, password: string, address: string): Promise<Located | undefined>
}

type Parts = {
  store: AccessStore
  clock: Clock
  memory: Memory
  passwords: Passwords
  throttle: Throttle
  signingKey: KeyObject
}

export function createAuthenticate(parts: Parts): Authenticate {
  const { store, clock, memory, passwords, throttle, signingKey } = parts
  const keys = memory.cache<NonNullable<Awaited<ReturnType<AccessStore['findKeyByHash']>>>>({
    most: MOST_REMEMBERED,
  })
  const sessions = memory.cache<NonNullable<Awaited<ReturnType<AccessStore['findSession']>>>>({
    most: MOST_REMEMBERED,
  })
  const pairs = memory.cache<UserRow>({ most: MOST_REMEMBERED, keepMs: PASSWORD_KEPT_MS })
  // Pairs are remembered under a key of this process, so that a memory dump gives no fast hash of a password.
  const pairKey = randomBytes(32)

  const authenticate: Authenticate = {
    async byPassword(name, password, address) {
      const user = await userOfPassword(name, password, address)
      return user && { ...actorOf(user), address }
    },
    async byApiKey(text, address) {
      if (!isKeyText(text)) return undefined
      const hash = hashOf(text)
      const found = await keys.get(hash, () => store.findKeyByHash(hash))
      const now = clock.now()
      if (!found || found.user.disabled) return undefined
      const { key, user } = found
      if (key.expiresAt !== null && key.expiresAt <= now) return undefined
      if (key.usedAt === null || now - key.usedAt >= TOUCH_EVERY_MS) {
        key.usedAt = now
        await store.touchKey(key.id, now)
      }
      const scripts = scriptsOf(key)
      return {
        kind: 'key',
        userId: user.id,
        name: user.name,
        role: lesserRole(key.role as Role, user.role as Role),
        ...(scripts && { scripts }),
        keyId: key.id,
        ...(address !== undefined && { address }),
      }
    },
    async byToken(token, address) {
      const claims = await readToken(signingKey, token, clock.now())
      return claims && bySession(claims.sessionId, 'jwt', address, claims.userId)
    },
    byBearer: (text, address) =>
      text.startsWith('sxs_') ? authenticate.byApiKey(text, address) : authenticate.byToken(text, address),
    async byCookie(secret, address) {
      if (!/^[A-Za-z0-9_-]{43}$/.test(secret)) return undefined
      return bySession(hashOf(secret), 'browser', address)
    },
    async byBasic(name, password, address) {
      if (isKeyText(password)) return authenticate.byApiKey(password, address)
      const pair = createHmac('sha256', pairKey)
        .update(JSON.stringify([name, password]))
        .digest('hex')
      const user = await pairs.get(pair, () => userOfPassword(name, password, address))
      return user && { ...actorOf(user), address }
    },
  }
  return authenticate

  async function userOfPassword(name: string, password: string, address: string) {
    const asWritten = name.toLowerCase()
    throttle.enter(asWritten, address)
    const found = await store.findUserByName(asWritten)
    const user = found?.disabled ? undefined : found
    if (await passwords.verify(user?.passwordHash ?? undefined, password)) {
      throttle.clear(asWritten, address)
      // Asked again: hashing takes its time, and the user may have been disabled meanwhile.
      const now = await store.findUser(user!.id)
      return now?.passwordHash === user!.passwordHash && !now.disabled ? now : undefined
    }
    // The name of nobody is not kept: it may be a password in the wrong field.
    const actor = { kind: 'user', userId: 0, name: NOBODY, role: 'viewer', address } as const
    const target = found?.name ?? 'unknown user'
    await store.insertAudit(
      auditRowOf({ actor, action: 'session.create', target, outcome: 'refused' }, clock.now()),
    )
    return undefined
  }

  async function bySession(id: string, kind: SessionKind, address?: string, userId?: number) {
    const found = await sessions.get(id, () => store.findSession(id))
    const now = clock.now()
    if (!found || found.user.disabled) return undefined
    const { session, user } = found
    if (session.kind !== kind || (userId !== undefined && user.id !== userId)) return undefined
    if (!isAlive(session, now)) return undefined
    if (now - session.usedAt >= TOUCH_EVERY_MS) {
      session.usedAt = now
      await store.touchSession(id, now)
    }
    const actor: Located = { ...actorOf(user), sessionId: id, ...(address !== undefined && { address }) }
    return actor
  }
}
