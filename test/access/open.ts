import { join } from 'node:path'
import { createAccessStore, openAccess } from '../../src/access/index.ts'
import { systemActor, type Actor, type Role } from '../../src/base/index.ts'
import { openRecord } from '../../src/db/index.ts'
import { fakeClock } from '../support/clock.ts'
import { atEnd } from '../support/ends.ts'
import { temporaryFolder } from '../support/folder.ts'

export const PASSWORD = 'a long and quiet river'
export const ADDRESS = '192.0.2.7'

/** Access over a new record.db, with a clock that stands still; `reopen` is the server started again on the same folder. */
export async function openTestAccess() {
  const folder = temporaryFolder()
  const keysFolder = join(folder, 'keys')
  const clock = fakeClock('2026-03-01T12:00:00Z')
  const db = await openRecord(join(folder, 'record.db'))
  atEnd(() => db.close())
  const store = createAccessStore(db)
  const reopen = () => openAccess({ store, clock, keysFolder })
  const access = reopen()

  return {
    access,
    clock,
    db,
    store,
    keysFolder,
    reopen,
    /** A user with a password, as the actor that they are after signing in. */
    async user(name: string, role: Role): Promise<Actor> {
      await access.users.create(systemActor, { name, role, password: PASSWORD })
      return (await access.authenticate.byPassword(name, PASSWORD, ADDRESS))!
    },
    actions: async () =>
      (await access.audit.list(systemActor, { limit: 200 })).items.map((event) => event.action).reverse(),
  }
}
