import { asc, eq, inArray, ne, sql } from 'drizzle-orm'
import { recordSchema, type RecordDatabase } from '../db/index.ts'

const { secrets, secretGrants } = recordSchema

export type SecretRow = typeof secrets.$inferSelect
export type Grant = typeof secretGrants.$inferSelect

export type SecretStore = ReturnType<typeof createSecretStore>

/** The queries over secrets and the scripts that they are granted to. */
export function createSecretStore(db: RecordDatabase) {
  const { orm } = db
  return {
    /** The one queue for whatever reads before it writes; never nested. */
    write: db.write,

    /** All but the values. */
    list: (): Promise<Omit<SecretRow, 'keyId' | 'sealed'>[]> =>
      orm
        .select({ name: secrets.name, changedAt: secrets.changedAt, changedBy: secrets.changedBy })
        .from(secrets)
        .orderBy(asc(secrets.name)),
    grants: (): Promise<Grant[]> => orm.select().from(secretGrants).orderBy(asc(secretGrants.slug)),
    some: (names: string[]): Promise<SecretRow[]> =>
      orm.select().from(secrets).where(inArray(secrets.name, names)),
    async grantedTo(slug: string): Promise<string[]> {
      const rows = await orm.select().from(secretGrants).where(eq(secretGrants.slug, slug))
      return rows.map(({ name }) => name)
    },
    /** Puts value and grants, in place of those before. */
    async put(secret: SecretRow, slugs: string[]): Promise<void> {
      const { name, ...rest } = secret
      const put = orm.insert(secrets).values(secret).onConflictDoUpdate({ target: secrets.name, set: rest })
      const take = orm.delete(secretGrants).where(eq(secretGrants.name, name))
      if (slugs.length === 0) await orm.batch([put, take])
      else
        await orm.batch([put, take, orm.insert(secretGrants).values(slugs.map((slug) => ({ name, slug })))])
    },
    /** False where there was none. */
    async remove(name: string): Promise<boolean> {
      const [gone] = await orm.batch([
        orm.delete(secrets).where(eq(secrets.name, name)).returning({ name: secrets.name }),
        orm.delete(secretGrants).where(eq(secretGrants.name, name)),
      ])
      return gone.length > 0
    },
    /** Carries grants over to a script's new slug, beside those that are there. Said twice, the second changes nothing. */
    async rename(from: string, to: string): Promise<void> {
      const before = orm
        .select({ name: secretGrants.name, slug: sql<string>`${to}`.as('slug') })
        .from(secretGrants)
        .where(eq(secretGrants.slug, from))
      await orm.batch([
        orm.insert(secretGrants).select(before).onConflictDoNothing(),
        orm.delete(secretGrants).where(eq(secretGrants.slug, from)),
      ])
    },
    notSealedBy: (keyId: string): Promise<SecretRow[]> =>
      orm.select().from(secrets).where(ne(secrets.keyId, keyId)),
    /** Puts values that are sealed anew, all or none. */
    async reseal(rows: SecretRow[]): Promise<void> {
      const [first, ...rest] = rows.map(({ name, keyId, sealed }) =>
        orm.update(secrets).set({ keyId, sealed }).where(eq(secrets.name, name)),
      )
      if (first) await orm.batch([first, ...rest])
    },
  }
}
