import { and, asc, count, eq, gt, inArray, sql } from 'drizzle-orm'
import type { PageRequest, Problem } from '../base/index.ts'
import { indexSchema, type IndexDatabase } from '../db/index.ts'
import type { Manifest, Script } from '../script/index.ts'

const { meta, scripts } = indexSchema

/**
 * A script at head. `script` is what runs. Where problems keep the files at head from being a script, that is the last
 * good one, which `lastGood` names; without either there is nothing to run.
 */
export type CatalogEntry = {
  slug: string
  folder: string
  treeId: string
  /** `<tree>-<libTree>`. */
  revision: string
  /** The last first-parent commit of main that touched it, and its time. */
  commit: string
  committedAt: number
  script?: Script
  lastGood?: { commit: string; revision: string }
  problems: Problem[]
}

/** As much of a script as is asked of all scripts at once. */
export type Outline = Pick<CatalogEntry, 'slug' | 'commit' | 'problems' | 'lastGood'> & {
  tags: string[]
  paused: Manifest['paused']
}

/** What one sync writes, in one transaction. */
export type CatalogWrite = {
  head: string
  libTree: string
  entries: CatalogEntry[]
  removed: string[]
  /** Scripts that are the same under another slug; the old one is among the removed too. */
  renamed: { from: string; to: string }[]
}

/** Everything anew. The pieces are asked for before the transaction begins. */
export type CatalogRebuild = { head: string; libTree: string; pieces: AsyncIterable<CatalogEntry[]> }

export type CatalogFilter = { q?: string; tag?: string; only?: string[] }

export type CatalogStore = ReturnType<typeof createCatalogStore>

const ROWS_AT_ONCE = 500

export function createCatalogStore(db: IndexDatabase) {
  const { orm } = db
  const setMeta = (key: string, value: string) =>
    orm.insert(meta).values({ key, value }).onConflictDoUpdate({ target: meta.key, set: { value } })

  return {
    async readMeta(key: 'head' | 'taken' | 'libTree'): Promise<string | undefined> {
      return (await orm.select().from(meta).where(eq(meta.key, key)))[0]?.value
    },

    /** Notes that what a sync to this commit changed was handed on. */
    async noteTaken(commit: string): Promise<void> {
      await setMeta('taken', commit)
    },

    /** Makes the catalog what the sync found. */
    async write({ head, libTree, entries, removed }: CatalogWrite): Promise<void> {
      const sameLibrary = (await this.readMeta('libTree')) === libTree
      const rows: string[] = []
      for (let at = 0; at < entries.length; at += ROWS_AT_ONCE)
        rows.push(rowsOf(entries.slice(at, at + ROWS_AT_ONCE)))
      await orm.batch([
        setMeta('head', head),
        setMeta('libTree', libTree),
        ...removed.map((slug) => orm.delete(scripts).where(eq(scripts.slug, slug))),
        ...rows.map((some) => orm.run(insertRows(some))),
        ...(sameLibrary
          ? []
          : [orm.update(scripts).set({ revision: sql`${scripts.treeId} || '-' || ${libTree}` })]),
      ])
    },

    /** Puts all that the pieces hold in the place of all that there was; gives how many that are. */
    async rebuild({ head, libTree, pieces }: CatalogRebuild): Promise<number> {
      const rows: string[] = []
      let count = 0
      // As text they are small, and an entry is gone again before the next piece comes.
      for await (const entries of pieces) {
        rows.push(rowsOf(entries))
        count += entries.length
      }
      await orm.batch([
        setMeta('head', head),
        setMeta('libTree', libTree),
        orm.delete(scripts),
        ...rows.map((some) => orm.run(insertRows(some))),
      ])
      return count
    },

    async find(slug: string): Promise<CatalogEntry | undefined> {
      const [row] = await orm.select().from(scripts).where(eq(scripts.slug, slug))
      return row && entryOf(row)
    },

    /** By slug, those after `cursor`; `q` is looked for in slug, description and tags; `only` these scripts. */
    async list({ limit, cursor, q, tag, only }: CatalogFilter & PageRequest): Promise<CatalogEntry[]> {
      const rows = await orm
        .select()
        .from(scripts)
        .where(
          and(
            cursor === undefined ? undefined : gt(scripts.slug, cursor),
            only === undefined ? undefined : inArray(scripts.slug, only),
            q ? holds(q) : undefined,
            tag ? holds(`#${tag}#`) : undefined,
          ),
        )
        .orderBy(asc(scripts.slug))
        .limit(limit)
      return rows.map(entryOf)
    },

    /** Of every script, by slug. */
    async outlines(): Promise<Outline[]> {
      const rows = await orm
        .select({
          ...{ slug: scripts.slug, commit: scripts.commit, problems: scripts.problems },
          lastGood: scripts.lastGood,
          more: sql<string>`json_extract(${scripts.script}, '$.manifest.tags', '$.manifest.paused')`,
        })
        .from(scripts)
        .orderBy(asc(scripts.slug))
      return rows.map(({ slug, commit, problems, lastGood, more }) => {
        const [tags, paused] = JSON.parse(more ?? '[]') as [string[]?, Manifest['paused']?]
        const known = { slug, commit, problems: problems as Problem[], ...(lastGood ? { lastGood } : {}) }
        return { ...known, tags: tags ?? [], paused: paused ?? false }
      })
    },

    async slugs(): Promise<string[]> {
      return (await orm.select({ slug: scripts.slug }).from(scripts)).map(({ slug }) => slug)
    },

    async count(): Promise<number> {
      return (await orm.select({ count: count() }).from(scripts))[0]!.count
    },
  }
}

const holds = (text: string) => sql`instr(${scripts.words}, ${text.toLowerCase()}) > 0`

type Row = typeof scripts.$inferSelect

const columns = sql.raw(
  'slug, folder, tree_id, revision, "commit", committed_at, script, last_good, problems, words',
)

/**
 * Puts the rows, given as one JSON text, in the place of those with their slugs. One parameter instead of ten a row:
 * measured, four times as fast as a statement of many values.
 */
const insertRows = (rows: string) => sql`
  INSERT OR REPLACE INTO ${scripts} (${columns})
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9
  FROM json_each(${rows})`

const rowsOf = (entries: CatalogEntry[]): string => JSON.stringify(entries.map(rowOf))

/** The columns in their order; what is JSON in the table is text here, which SQLite takes over without reading it. */
function rowOf({ script, lastGood, ...entry }: CatalogEntry): unknown[] {
  const { description = '', tags = [] } = script?.manifest ?? {}
  const words = `${entry.slug} ${description} #${tags.join('#')}#`.toLowerCase()
  const { slug, folder, treeId, revision, commit, committedAt, problems } = entry
  const [json, good] = [script, lastGood].map((value) => (value ? JSON.stringify(value) : null))
  return [slug, folder, treeId, revision, commit, committedAt, json, good, JSON.stringify(problems), words]
}

/** The same of one script. */
export const outlineOf = ({ slug, commit, problems, script, lastGood }: CatalogEntry): Outline => ({
  ...{ slug, commit, problems },
  tags: script?.manifest.tags ?? [],
  paused: script?.manifest.paused ?? false,
  ...(lastGood ? { lastGood } : {}),
})

function entryOf({ words: _, script, lastGood, problems, ...entry }: Row): CatalogEntry {
  return {
    ...entry,
    ...(script ? { script: script as Script } : {}),
    ...(lastGood ? { lastGood } : {}),
    problems: problems as Problem[],
  }
}
