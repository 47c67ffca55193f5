import { AppError, notFound, ROLES, type Actor, type Clock, type Role } from '../base/index.ts'
import { auditRowOf, type Located } from './audit.ts'
import type { Memory } from './cache.ts'
import type { Passwords } from './passwords.ts'
import { assertCan } from './policy.ts'
import type { AccessStore, UserRow } from './store.ts'
import type { Throttle } from './throttle.ts'

export type User = {
  id: number
  name: string
  role: Role
  disabled: boolean
  /** False: only a one-time link lets this user in. */
  hasPassword: boolean
  createdAt: number
}

export type Users = {
  /** A new user; without a password a one-time link lets them in (`links.create`). Needs `user.manage`. */
  create(actor: Actor, user: { name: string; role: Role; password?: string }): Promise<User>
  /** By name. Needs `user.read`. */
  list(actor: Actor): Promise<User[]>
  /** Throws `not_found`. Needs `user.read`. */
  get(actor: Actor, id: number): Promise<User>
  findByName(actor: Actor, name: string): Promise<User | undefined>
  /** Acts at once on sessions and keys. The last admin stays one. Needs `user.manage`. */
  setRole(actor: Actor, id: number, role: Role): Promise<User>
  /** One's own needs the present one; others' need `user.manage`. All other sessions of the user end; keys stay. */
  setPassword(actor: Actor, id: number, password: { password: string; current?: string }): Promise<void>
  /** Ends the user's sessions, keys and links for good, and says which. The last admin stays. Needs `user.manage`. */
  disable(actor: Actor, id: number): Promise<{ user: User; keys: string[]; sessions: number }>
  enable(actor: Actor, id: number): Promise<User>
}

type Parts = {
  store: AccessStore
  clock: Clock
  memory: Memory
  passwords: Passwords
  throttle: Throttle
}

export function createUsers({ store, clock, memory, passwords, throttle }: Parts): Users {
  const change = changer(store, memory)
  const event = (
    actor: Actor,
    action: string,
    target: string,
    more: { before?: string; after?: string } = {},
  ) => auditRowOf({ actor, action, target, ...more }, clock.now())

  return {
    async create(actor, { name, role, password }) {
      assertCan(actor, 'user.manage')
      assertUserName(name)
      assertRole(role)
      await assertNameIsFree(name)
      const passwordHash = password === undefined ? null : await passwords.hash(password, name)
      return store.write(async () => {
        await assertNameIsFree(name)
        const row = { name, role, passwordHash, createdAt: clock.now() }
        return userOf(await store.insertUser(row, event(actor, 'user.create', name, { after: role })))
      })
    },
    async list(actor) {
      assertCan(actor, 'user.read')
      return (await store.listUsers()).map(userOf)
    },
    async get(actor, id) {
      assertCan(actor, 'user.read')
      return userOf(await getUser(store, id))
    },
    async findByName(actor, name) {
      assertCan(actor, 'user.read')
      const row = await store.findUserByName(name)
      return row && userOf(row)
    },
    async setRole(actor, id, role) {
      assertCan(actor, 'user.manage')
      assertRole(role)
      return change(async () => {
        const row = await getUser(store, id)
        if (row.role === role) return userOf(row)
        if (role !== 'admin') await assertAnotherAdmin(row)
        await store.setRole(
          id,
          role,
          event(actor, 'user.set-role', row.name, { before: row.role, after: role }),
        )
        return userOf({ ...row, role })
      })
    },
    async setPassword(actor, id, { password, current }) {
      // A key may not give itself a password: it would outlive the key.
      const isOwn = actor.kind === 'user' && actor.userId === id
      if (!isOwn) assertCan(actor, 'user.manage')
      const row = await getUser(store, id)
      if (isOwn && row.passwordHash !== null) await assertCurrent(actor, row, current)
      const passwordHash = await passwords.hash(password, row.name)
      await change(async () => {
        const now = await getUser(store, id)
        // Somebody who knew the old password must not undo what was changed meanwhile.
        if (isOwn && (now.disabled || now.passwordHash !== row.passwordHash))
          throw new AppError('conflict', 'this account was changed meanwhile; sign in again')
        const keep = isOwn ? (actor.sessionId ?? '') : ''
        await store.setPasswordHash(id, passwordHash, keep, event(actor, 'user.set-password', row.name))
      })
    },
    async disable(actor, id) {
      assertCan(actor, 'user.manage')
      return change(async () => {
        const row = await getUser(store, id)
        if (row.disabled) return { user: userOf(row), keys: [], sessions: 0 }
        await assertAnotherAdmin(row)
        const keys = (await store.listKeys(id)).map(({ key }) => key.name)
        const { length } = await store.listSessions(id, clock.now())
        await store.disableUser(id, event(actor, 'user.disable', row.name))
        return { user: userOf({ ...row, disabled: true }), keys, sessions: length }
      })
    },
    async enable(actor, id) {
      assertCan(actor, 'user.manage')
      return change(async () => {
        const row = await getUser(store, id)
        if (row.disabled) await store.enableUser(id, event(actor, 'user.enable', row.name))
        return userOf({ ...row, disabled: false })
      })
    },
  }

  async function assertNameIsFree(name: string): Promise<void> {
    if (await store.findUserByName(name)) throw new AppError('conflict', `user ${name} exists`)
  }

  async function assertAnotherAdmin(row: UserRow): Promise<void> {
    if (row.role !== 'admin' || row.disabled) return
    const admins = await store.listActiveAdmins()
    if (admins.length < 2)
      throw new AppError('conflict', `${row.name} is the last admin; make another user admin first`)
  }

  // Who finds an open browser must not be able to guess the password from inside.
  async function assertCurrent(actor: Located, row: UserRow, current: string | undefined): Promise<void> {
    const address = actor.address ?? 'inside'
    throttle.enter(row.name, address)
    if (current === undefined || !(await passwords.verify(row.passwordHash ?? undefined, current)))
      throw new AppError('forbidden', 'the present password is needed, and this is not it')
    throttle.clear(row.name, address)
  }
}

/**
 * Changes or ends something through the one queue; caches are emptied before it is acknowledged. What is only added
 * needs none of this, for nothing is remembered of what was not there.
 */
export function changer(store: AccessStore, memory: Memory): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    try {
      return await store.write(work)
    } finally {
      memory.clear()
    }
  }
}

/** Throws `not_found`. */
export async function getUser(store: AccessStore, id: number): Promise<UserRow> {
  const row = await store.findUser(id)
  if (!row) throw notFound('this user')
  return row
}

/** What may be shown of a user. */
export function userOf(row: UserRow): User {
  const { id, name, role, disabled, passwordHash, createdAt } = row
  return { id, name, role: role as Role, disabled, hasPassword: passwordHash !== null, createdAt }
}

/** The user as who does something; their door adds how they came in. */
export function actorOf(row: UserRow): Actor {
  return { kind: 'user', userId: row.id, name: row.name, role: row.role as Role }
}

/** Throws `invalid`. Never option-like, since names are passed to git as authors. */
export function assertUserName(name: string): void {
  // Git cuts dots off the end of an author, so that `bob.` would sign as bob.
  if (!/^[a-z0-9][a-z0-9._-]{0,38}(?<!\.)$/.test(name))
    throw new AppError(
      'invalid',
      'a user name has 1 to 39 of a-z, 0-9, dot, dash and underscore, begins with a letter or digit, and ends in no dot',
    )
  if (name === 'system') throw new AppError('invalid', "the name system is the server's own")
}

export function assertRole(role: string): void {
  if (!(ROLES as readonly string[]).includes(role))
    throw new AppError('invalid', `a role is one of ${ROLES.join(', ')}`)
}
