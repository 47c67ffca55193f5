import type { Clock } from '../base/index.ts'
import { createAudit, type Audit } from './audit.ts'
import { createAuthenticate, type Authenticate } from './authenticate.ts'
import { createMemory } from './cache.ts'
import { ensureFirstAdmin, type FirstAdmin } from './first-admin.ts'
import { createKeys, type Keys } from './keys.ts'
import { createLinks, type Links } from './links.ts'
import { createPasswords } from './passwords.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { openSigningKey } from './signing-key.ts'
import type { AccessStore } from './store.ts'
import { createThrottle } from './throttle.ts'
import { createUsers, type Users } from './users.ts'

/** Everything of users, sessions and keys over one database. There must be one of it: it remembers who is who. */
export type Access = {
  users: Users
  links: Links
  sessions: Sessions
  keys: Keys
  audit: Audit
  authenticate: Authenticate
  /** See `ensureFirstAdmin`: call at each start, and print the link that it may give. */
  ensureFirstAdmin(wanted: { user: string; password?: string }): Promise<FirstAdmin | undefined>
}

/** Opens access; `keysFolder` keeps the key of API sessions, made if absent. */
export function openAccess(given: { store: AccessStore; clock: Clock; keysFolder: string }): Access {
  const { store, clock } = given
  const parts = {
    store,
    clock,
    memory: createMemory(clock),
    passwords: createPasswords(),
    throttle: createThrottle(clock),
    signingKey: openSigningKey(given.keysFolder),
  }
  const users = createUsers(parts)
  const links = createLinks(parts)
  return {
    users,
    links,
    sessions: createSessions(parts),
    keys: createKeys(parts),
    audit: createAudit(parts),
    authenticate: createAuthenticate(parts),
    ensureFirstAdmin: (wanted) => ensureFirstAdmin({ store, users, links }, wanted),
  }
}
