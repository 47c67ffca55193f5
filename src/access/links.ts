import { AppError, DAY, type Actor, type Clock } from '../base/index.ts'
import { auditRowOf } from './audit.ts'
import type { Memory } from './cache.ts'
import { assertPassword, type Passwords } from './passwords.ts'
import { assertCan } from './policy.ts'
import type { AccessStore, LinkRow, UserRow } from './store.ts'
import { hashOf, newToken } from './token.ts'
import { actorOf, changer, getUser, userOf, type User } from './users.ts'

export type LinkKind = 'set-up' | 'invitation' | 'reset'

const LIFE_MS = { 'set-up': 7 * DAY, invitation: 7 * DAY, reset: DAY } satisfies Record<LinkKind, number>

/** What stands in the address of a one-time link; the server keeps only its hash. */
export type NewLink = { token: string; expiresAt: number }

export type Links = {
  /** A one-time link by which the user sets a password; earlier ones of the user end. Needs `user.manage`. */
  create(actor: Actor, userId: number, kind: LinkKind): Promise<NewLink>
  /** Whom the link lets in, for the page that asks for the password; undefined when it does so no more. */
  find(token: string): Promise<{ user: User; kind: LinkKind; expiresAt: number } | undefined>
  /** Sets the password; the link and the user's sessions end. Throws `not_found` for a link that is not valid any more. */
  use(token: string, password: string, address?: string): Promise<User>
}

type Parts = { store: AccessStore; clock: Clock; memory: Memory; passwords: Passwords }

export function createLinks({ store, clock, memory, passwords }: Parts): Links {
  const change = changer(store, memory)
  return {
    async create(actor, userId, kind) {
      assertCan(actor, 'user.manage')
      return store.write(async () => {
        const user = await getUser(store, userId)
        if (user.disabled) throw new AppError('conflict', `${user.name} is disabled`)
        const now = clock.now()
        const token = newToken()
        const expiresAt = now + LIFE_MS[kind]
        const event = auditRowOf({ actor, action: 'user.link', target: user.name, after: kind }, now)
        await store.replaceLink({ hash: hashOf(token), userId, kind, expiresAt }, now, event)
        return { token, expiresAt }
      })
    },
    async find(token) {
      const found = await findValid(token)
      return (
        found && {
          user: userOf(found.user),
          kind: found.link.kind as LinkKind,
          expiresAt: found.link.expiresAt,
        }
      )
    },
    async use(token, password, address) {
      // Asked first, so that only who has a link can make the server hash.
      const { user } = await getValid(token)
      assertPassword(password, user.name)
      const passwordHash = await passwords.hash(password, user.name)
      return change(async () => {
        const { user, link } = await getValid(token)
        const actor = { ...actorOf(user), ...(address !== undefined && { address }) }
        const event = auditRowOf(
          { actor, action: 'user.set-password', target: user.name, after: link.kind },
          clock.now(),
        )
        await store.setPasswordHash(user.id, passwordHash, '', event)
        return userOf({ ...user, passwordHash })
      })
    },
  }

  async function getValid(token: string): Promise<{ link: LinkRow; user: UserRow }> {
    const found = await findValid(token)
    if (found) return found
    throw new AppError(
      'not_found',
      'this link is not valid: it was used or replaced, or has expired; ask an admin for another',
    )
  }

  async function findValid(token: string): Promise<{ link: LinkRow; user: UserRow } | undefined> {
    if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined
    const link = await store.findLink(hashOf(token))
    if (!link || link.expiresAt <= clock.now()) return undefined
    const user = await store.findUser(link.userId)
    return user && !user.disabled ? { link, user } : undefined
  }
}
