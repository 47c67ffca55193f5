import { and, asc, desc, eq, lt, lte, ne } from 'drizzle-orm'
import { recordSchema, type RecordDatabase } from '../db/index.ts'

const { apiKeys, auditEvents, links, sessions, users } = recordSchema

export type UserRow = typeof users.$inferSelect
export type LinkRow = typeof links.$inferSelect
export type SessionRow = typeof sessions.$inferSelect
export type KeyRow = typeof apiKeys.$inferSelect
export type AuditRow = typeof auditEvents.$inferSelect
export type NewAudit = typeof auditEvents.$inferInsert

export type AccessStore = ReturnType<typeof createAccessStore>

/** The queries of access. What changes something takes the audit event of it, and writes both in one transaction. */
export function createAccessStore(db: RecordDatabase) {
  const { orm } = db
  const audit = (event: NewAudit) => orm.insert(auditEvents).values(event)
  return {
    /** The one queue for whatever reads before it writes; never nested. */
    write: db.write,

    findUser: async (id: number): Promise<UserRow | undefined> =>
      (await orm.select().from(users).where(eq(users.id, id)))[0],
    findUserByName: async (name: string): Promise<UserRow | undefined> =>
      (await orm.select().from(users).where(eq(users.name, name)))[0],
    listUsers: (): Promise<UserRow[]> => orm.select().from(users).orderBy(asc(users.name)),
    listActiveAdmins: (): Promise<UserRow[]> =>
      orm
        .select()
        .from(users)
        .where(and(eq(users.role, 'admin'), eq(users.disabled, false)))
        .orderBy(asc(users.id)),
    async insertUser(user: typeof users.$inferInsert, event: NewAudit): Promise<UserRow> {
      const [rows] = await orm.batch([orm.insert(users).values(user).returning(), audit(event)])
      return rows[0]!
    },
    async setRole(id: number, role: string, event: NewAudit): Promise<void> {
      await orm.batch([orm.update(users).set({ role }).where(eq(users.id, id)), audit(event)])
    },
    /** With it go the user's links and sessions, but for the session to keep. */
    async setPasswordHash(id: number, passwordHash: string, keepSession: string, event: NewAudit) {
      await orm.batch([
        orm.update(users).set({ passwordHash }).where(eq(users.id, id)),
        orm.delete(links).where(eq(links.userId, id)),
        orm.delete(sessions).where(and(eq(sessions.userId, id), ne(sessions.id, keepSession))),
        audit(event),
      ])
    },
    /** With it go the user's links, sessions and keys. */
    async disableUser(id: number, event: NewAudit): Promise<void> {
      await orm.batch([
        orm.update(users).set({ disabled: true }).where(eq(users.id, id)),
        orm.delete(links).where(eq(links.userId, id)),
        orm.delete(sessions).where(eq(sessions.userId, id)),
        orm.delete(apiKeys).where(eq(apiKeys.userId, id)),
        audit(event),
      ])
    },
    async enableUser(id: number, event: NewAudit): Promise<void> {
      await orm.batch([orm.update(users).set({ disabled: false }).where(eq(users.id, id)), audit(event)])
    },

    findLink: async (hash: string): Promise<LinkRow | undefined> =>
      (await orm.select().from(links).where(eq(links.hash, hash)))[0],
    /** It replaces the user's earlier links, and those that have expired go too. */
    async replaceLink(link: LinkRow, now: number, event: NewAudit): Promise<void> {
      await orm.batch([
        orm.delete(links).where(eq(links.userId, link.userId)),
        orm.delete(links).where(lte(links.expiresAt, now)),
        orm.insert(links).values(link),
        audit(event),
      ])
    },

    findSession: async (id: string): Promise<{ session: SessionRow; user: UserRow } | undefined> =>
      (
        await orm
          .select({ session: sessions, user: users })
          .from(sessions)
          .innerJoin(users, eq(users.id, sessions.userId))
          .where(eq(sessions.id, id))
      )[0],
    listSessions: (userId: number, now: number): Promise<SessionRow[]> =>
      orm
        .select()
        .from(sessions)
        .where(eq(sessions.userId, userId))
        .orderBy(desc(sessions.usedAt))
        .then((rows) => rows.filter((row) => row.expiresAt > now)),
    /** Those that have expired go with it, so that they never pile up. */
    async insertSession(session: SessionRow, event: NewAudit): Promise<void> {
      await orm.batch([
        orm.delete(sessions).where(lte(sessions.expiresAt, session.createdAt)),
        orm.insert(sessions).values(session),
        audit(event),
      ])
    },
    async touchSession(id: string, usedAt: number): Promise<void> {
      await orm.update(sessions).set({ usedAt }).where(eq(sessions.id, id))
    },
    async deleteSession(id: string, event: NewAudit): Promise<void> {
      await orm.batch([orm.delete(sessions).where(eq(sessions.id, id)), audit(event)])
    },

    findKey: async (id: number): Promise<KeyRow | undefined> =>
      (await orm.select().from(apiKeys).where(eq(apiKeys.id, id)))[0],
    findKeyByHash: async (hash: string): Promise<{ key: KeyRow; user: UserRow } | undefined> =>
      (
        await orm
          .select({ key: apiKeys, user: users })
          .from(apiKeys)
          .innerJoin(users, eq(users.id, apiKeys.userId))
          .where(eq(apiKeys.hash, hash))
      )[0],
    /** Of one user, or of all. */
    listKeys: (userId?: number): Promise<{ key: KeyRow; user: UserRow }[]> =>
      orm
        .select({ key: apiKeys, user: users })
        .from(apiKeys)
        .innerJoin(users, eq(users.id, apiKeys.userId))
        .where(userId === undefined ? undefined : eq(apiKeys.userId, userId))
        .orderBy(asc(apiKeys.id)),
    async insertKey(key: typeof apiKeys.$inferInsert, event: NewAudit): Promise<KeyRow> {
      const [rows] = await orm.batch([orm.insert(apiKeys).values(key).returning(), audit(event)])
      return rows[0]!
    },
    async touchKey(id: number, usedAt: number): Promise<void> {
      await orm.update(apiKeys).set({ usedAt }).where(eq(apiKeys.id, id))
    },
    async deleteKey(id: number, event: NewAudit): Promise<void> {
      await orm.batch([orm.delete(apiKeys).where(eq(apiKeys.id, id)), audit(event)])
    },

    async insertAudit(event: NewAudit): Promise<void> {
      await audit(event)
    },
    /** Newest first, those before the id. */
    listAudit: (limit: number, before?: number): Promise<AuditRow[]> =>
      orm
        .select()
        .from(auditEvents)
        .where(before === undefined ? undefined : lt(auditEvents.id, before))
        .orderBy(desc(auditEvents.id))
        .limit(limit),
  }
}
