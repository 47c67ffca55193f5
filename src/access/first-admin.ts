import { systemActor } from '../base/index.ts'
import type { Links, NewLink } from './links.ts'
import type { AccessStore } from './store.ts'
import type { User, Users } from './users.ts'

/** The first admin, with the one-time link to print where there is no password yet. */
export type FirstAdmin = { user: User; link?: NewLink }

/**
 * Called at each start: sees to it that some admin can sign in. Undefined when one has a password; else an admin of
 * this name with the password given, or, without one, an admin with a new set-up link.
 */
export async function ensureFirstAdmin(
  { store, users, links }: { store: AccessStore; users: Users; links: Links },
  wanted: { user: string; password?: string },
): Promise<FirstAdmin | undefined> {
  const admins = await store.listActiveAdmins()
  if (admins.some((admin) => admin.passwordHash !== null)) return undefined
  const { user: name, password } = wanted
  const namesake = admins.find((admin) => admin.name === name)
  if (password !== undefined) {
    if (!namesake) return { user: await users.create(systemActor, { name, role: 'admin', password }) }
    await users.setPassword(systemActor, namesake.id, { password })
    return { user: await users.get(systemActor, namesake.id) }
  }
  const id = (namesake ?? admins[0])?.id ?? (await users.create(systemActor, { name, role: 'admin' })).id
  return { user: await users.get(systemActor, id), link: await links.create(systemActor, id, 'set-up') }
}
