import type { KeyObject } from 'node:crypto'
import { AppError, DAY, HOUR, notFound, type Actor, type Clock } from '../base/index.ts'
import { auditRowOf, type Located } from './audit.ts'
import type { Memory } from './cache.ts'
import { signToken } from './jwt.ts'
import { assertCan, can } from './policy.ts'
import type { AccessStore, SessionRow } from './store.ts'
import { hashOf, newToken } from './token.ts'
import { changer } from './users.ts'

const BROWSER_LIFE_MS = 30 * DAY
const BROWSER_IDLE_MS = 7 * DAY
const TOKEN_LIFE_MS = 12 * HOUR

export type SessionKind = 'browser' | 'jwt'

export type Session = {
  /** Names the session; it opens nothing. */
  id: string
  kind: SessionKind
  createdAt: number
  usedAt: number
  expiresAt: number
  address?: string
}

export type Sessions = {
  /** A browser session for who has just given a password; the secret is the cookie's value and is not kept. */
  open(actor: Actor): Promise<{ secret: string; expiresAt: number }>
  /** An API session for who has just given a password: a JWT of 12 hours. */
  issue(actor: Actor): Promise<{ token: string; expiresAt: number }>
  /** Of the actor's own user, or of another's where the actor may; last used first. */
  list(actor: Actor, userId?: number): Promise<Session[]>
  /** Ends one at once; throws `not_found` for others' where the actor may not. */
  revoke(actor: Actor, id: string): Promise<void>
  /** Ends the one that the actor came in by; twice does no harm. */
  end(actor: Actor): Promise<void>
}

type Parts = { store: AccessStore; clock: Clock; memory: Memory; signingKey: KeyObject }

export function createSessions({ store, clock, memory, signingKey }: Parts): Sessions {
  const change = changer(store, memory)
  return {
    async open(actor) {
      const secret = newToken()
      const session = await insert(actor, hashOf(secret), 'browser', BROWSER_LIFE_MS)
      return { secret, expiresAt: session.expiresAt }
    },
    async issue(actor) {
      const session = await insert(actor, newToken(), 'jwt', TOKEN_LIFE_MS)
      const { id, userId, createdAt, expiresAt } = session
      const token = await signToken(signingKey, { sessionId: id, userId }, createdAt, expiresAt)
      return { token, expiresAt }
    },
    async list(actor, userId = actor.userId) {
      assertCan(actor, userId === actor.userId ? 'session.manage-own' : 'session.manage-others')
      const now = clock.now()
      return (await store.listSessions(userId, now)).filter((row) => isAlive(row, now)).map(sessionOf)
    },
    async revoke(actor, id) {
      assertCan(actor, 'session.manage-own')
      if (!(await remove(actor, id))) throw notFound('this session')
    },
    async end(actor) {
      if (actor.sessionId === undefined)
        throw new AppError('invalid', 'this is not a session; revoke the key instead')
      await remove(actor, actor.sessionId)
    },
  }

  async function insert(actor: Located, id: string, kind: SessionKind, lifeMs: number): Promise<SessionRow> {
    // A session made from a key would outlive it and its limits; one made from a session would never end.
    if (actor.kind !== 'user' || actor.sessionId !== undefined)
      throw new AppError('forbidden', 'a session begins with a user name and password')
    return store.write(async () => {
      const user = await store.findUser(actor.userId)
      if (!user || user.disabled) throw new AppError('unauthenticated', 'this user may not sign in')
      const now = clock.now()
      const row: SessionRow = {
        id,
        userId: actor.userId,
        kind,
        createdAt: now,
        usedAt: now,
        expiresAt: now + lifeMs,
        address: actor.address ?? null,
      }
      await store.insertSession(
        row,
        auditRowOf({ actor, action: 'session.create', target: actor.name, after: kind }, now),
      )
      return row
    })
  }

  /** Whether there was such a session that the actor may end. */
  async function remove(actor: Actor, id: string): Promise<boolean> {
    return change(async () => {
      const found = await store.findSession(id)
      const isOwn = found?.user.id === actor.userId
      if (!found || (!isOwn && !can(actor, 'session.manage-others'))) return false
      const event = auditRowOf({ actor, action: 'session.end', target: found.user.name }, clock.now())
      await store.deleteSession(id, event)
      return true
    })
  }
}

/** Whether the session lets anybody in at this moment: 30 days at most, and 7 unused, for a browser's. */
export function isAlive(row: SessionRow, now: number): boolean {
  return now < row.expiresAt && (row.kind !== 'browser' || now - row.usedAt < BROWSER_IDLE_MS)
}

function sessionOf({ id, kind, createdAt, usedAt, expiresAt, address }: SessionRow): Session {
  return {
    id,
    kind: kind as SessionKind,
    createdAt,
    usedAt,
    expiresAt,
    ...(address !== null && { address }),
  }
}
