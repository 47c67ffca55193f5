import { randomBytes } from 'node:crypto'
import { AppError, notFound, type Actor, type Clock, type Role } from '../base/index.ts'
import { auditRowOf } from './audit.ts'
import type { Memory } from './cache.ts'
import { assertCan, atLeast, can, lesserRole } from './policy.ts'
import type { AccessStore, KeyRow, UserRow } from './store.ts'
import { hashOf, newToken } from './token.ts'
import { assertRole, changer, getUser } from './users.ts'

const KEY = /^sxs_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/
// A slug as CONTRACT has it; the script need not exist yet.
const SLUG = /^[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9][a-z0-9_-]{0,62})*$/
const MOST_SCRIPTS = 200

export type ApiKey = {
  id: number
  userId: number
  /** The user's name. */
  user: string
  name: string
  /** The beginning of the key, by which people tell keys apart. */
  prefix: string
  /** What the key may now: never more than its user. */
  role: Role
  /** The only scripts that it may touch; absent: all. */
  scripts?: string[]
  createdAt: number
  expiresAt?: number
  usedAt?: number
}

export type NewKey = {
  /** Absent: the actor's own user. */
  userId?: number
  name?: string
  /** Absent: the user's. */
  role?: Role
  scripts?: string[]
  expiresAt?: number
}

export type Keys = {
  /** A new key; `secret` is the whole key, given this once. At most the user's role and, made by a key, at most that key's. */
  create(actor: Actor, wanted: NewKey): Promise<{ key: ApiKey; secret: string }>
  /** Of the actor's own user, of another, or of all. */
  list(actor: Actor, userId?: number | 'all'): Promise<ApiKey[]>
  /** Ends it at once; throws `not_found` for others' where the actor may not. */
  revoke(actor: Actor, id: number): Promise<void>
}

export function createKeys(parts: { store: AccessStore; clock: Clock; memory: Memory }): Keys {
  const { store, clock, memory } = parts
  const change = changer(store, memory)
  return {
    async create(actor, { userId = actor.userId, name = 'API key', role, scripts, expiresAt }) {
      const isOwn = userId === actor.userId
      assertCan(actor, isOwn ? 'key.manage-own' : 'key.manage-others')
      assertName(name)
      if (role !== undefined) assertRole(role)
      if (scripts !== undefined) assertScripts(scripts)
      return store.write(async () => {
        const now = clock.now()
        const user = await getUser(store, userId)
        if (user.disabled) throw new AppError('conflict', `${user.name} is disabled`)
        const most = isOwn ? lesserRole(user.role as Role, actor.role) : (user.role as Role)
        if (role !== undefined && !atLeast(most, role))
          throw new AppError('invalid', `role: a key of ${user.name} may be at most ${most}`)
        const end = await endOf(actor, expiresAt, now)
        const prefix = `sxs_${randomBytes(4).toString('hex')}`
        const secret = `${prefix}_${newToken()}`
        const row = await store.insertKey(
          {
            userId,
            name,
            prefix,
            hash: hashOf(secret),
            role: role ?? most,
            scripts: scripts ? [...new Set(scripts)] : null,
            createdAt: now,
            expiresAt: end ?? null,
          },
          auditRowOf(
            {
              actor,
              action: 'key.create',
              target: `${user.name}: ${name}`,
              after: `${prefix} ${role ?? most}`,
            },
            now,
          ),
        )
        return { key: keyOf(row, user), secret }
      })
    },
    async list(actor, userId = actor.userId) {
      assertCan(actor, userId === actor.userId ? 'key.manage-own' : 'key.manage-others')
      const rows = await store.listKeys(userId === 'all' ? undefined : userId)
      return rows.map(({ key, user }) => keyOf(key, user))
    },
    async revoke(actor, id) {
      assertCan(actor, 'key.manage-own')
      await change(async () => {
        const row = await store.findKey(id)
        const isOwn = row?.userId === actor.userId
        if (!row || (!isOwn && !can(actor, 'key.manage-others'))) throw notFound('this key')
        const user = await getUser(store, row.userId)
        const target = `${user.name}: ${row.name}`
        await store.deleteKey(
          id,
          auditRowOf({ actor, action: 'key.revoke', target, before: row.prefix }, clock.now()),
        )
      })
    },
  }

  /** A key that a key makes ends no later than that one. */
  async function endOf(actor: Actor, wanted: number | undefined, now: number): Promise<number | undefined> {
    if (wanted !== undefined && !(wanted > now))
      throw new AppError('invalid', 'expiresAt: this moment is past already')
    if (actor.keyId === undefined) return wanted
    const parent = await store.findKey(actor.keyId)
    if (!parent) throw new AppError('unauthenticated', 'this key was revoked')
    if (parent.expiresAt === null) return wanted
    if (wanted !== undefined && wanted > parent.expiresAt)
      throw new AppError('invalid', 'expiresAt: a key made by a key ends no later than that one')
    return wanted ?? parent.expiresAt
  }
}

/** Whether the text has the form of an API key. */
export const isKeyText = (text: string): boolean => text.length < 100 && KEY.test(text)

/** The scripts that a key is limited to; throws where the row is damaged, rather than give an unlimited key. */
export function scriptsOf(row: KeyRow): string[] | undefined {
  if (row.scripts === null) return undefined
  if (!Array.isArray(row.scripts) || !row.scripts.every((slug) => typeof slug === 'string'))
    throw new Error(`the scripts of API key ${row.id} are not a list of slugs`)
  return row.scripts
}

function keyOf(row: KeyRow, user: UserRow): ApiKey {
  const scripts = scriptsOf(row)
  return {
    id: row.id,
    userId: row.userId,
    user: user.name,
    name: row.name,
    prefix: row.prefix,
    role: lesserRole(row.role as Role, user.role as Role),
    ...(scripts && { scripts }),
    createdAt: row.createdAt,
    ...(row.expiresAt !== null && { expiresAt: row.expiresAt }),
    ...(row.usedAt !== null && { usedAt: row.usedAt }),
  }
}

function assertName(name: string): void {
  if (name.trim() === '' || name.length > 100 || /\p{C}/u.test(name))
    throw new AppError('invalid', 'name: a key name has 1 to 100 printable characters')
}

function assertScripts(scripts: string[]): void {
  if (scripts.length === 0 || scripts.length > MOST_SCRIPTS)
    throw new AppError('invalid', `scripts: name 1 to ${MOST_SCRIPTS}, or leave it out for all`)
  const wrong = scripts.find((slug) => !SLUG.test(slug))
  if (wrong !== undefined) throw new AppError('invalid', `scripts: ${JSON.stringify(wrong)} is not a slug`)
}
