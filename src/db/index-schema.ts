import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// index.db: the catalog. Everything here is read from Git, so the file can be deleted at any time.

/** Every script at head, valid or not. */
export const scripts = sqliteTable('scripts', {
  slug: text().primaryKey(),
  /** `scripts/hello`, or `scripts/hello.py` for a single file. */
  folder: text().notNull(),
  /** Id of the folder's tree, or of the single file's blob. */
  treeId: text().notNull(),
  /** `<tree>-<libTree>`. */
  revision: text().notNull(),
  /** The last first-parent commit of main that touched it, and its time. */
  commit: text().notNull(),
  committedAt: integer().notNull(),
  /** What `readScript` gave, at head or of the last good revision; absent where there is none. */
  script: text({ mode: 'json' }),
  /** Where that revision is, if it is not the one at head. */
  lastGood: text({ mode: 'json' }).$type<{ commit: string; revision: string }>(),
  problems: text({ mode: 'json' }).notNull(),
  /** Lower-case slug, description and tags, for the search. */
  words: text().notNull(),
})

export const meta = sqliteTable('meta', { key: text().primaryKey(), value: text().notNull() })
