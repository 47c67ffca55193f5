import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

// record.db: what exists nowhere else, and is backed up. Times are Unix milliseconds. JSON columns hold what the
// station that owns the table wrote; nobody else writes there.

/** One request to execute one revision of a script. */
export const runs = sqliteTable(
  'runs',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    slug: text().notNull(),
    commit: text().notNull(),
    /** Folder tree and lib tree, `<tree>-<libTree>`. */
    revision: text().notNull(),
    lock: text(),
    python: text(),
    environment: text(),
    cause: text().notNull(),
    actor: text().notNull(),
    state: text().notNull(),
    outcome: text({ mode: 'json' }),
    isolation: text(),
    scheduleId: text(),
    scheduledAt: integer(),
    notBefore: integer(),
    queuedAt: integer().notNull(),
    startedAt: integer(),
    endedAt: integer(),
    leaseUntil: integer(),
    attempt: integer().notNull().default(1),
    /** Whether the gate is passed over. */
    force: integer({ mode: 'boolean' }).notNull().default(false),
    input: text({ mode: 'json' }),
    result: text({ mode: 'json' }),
    error: text({ mode: 'json' }),
    peakMemoryBytes: integer(),
    logBytes: integer().notNull().default(0),
    artifacts: text({ mode: 'json' }),
    /** `Idempotency-Key` with its actor, so that a repeated request finds its run. */
    idempotencyKey: text(),
  },
  (t) => [
    index('runs_by_slug').on(t.slug, t.id),
    index('runs_by_state').on(t.state, t.id),
    uniqueIndex('runs_by_idempotency').on(t.idempotencyKey),
  ],
)

/** One due moment with its outcome; gated, missed and paused moments in a row fold into one with a count. */
export const ticks = sqliteTable(
  'ticks',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    slug: text().notNull(),
    scheduleId: text().notNull(),
    scheduledAt: integer().notNull(),
    /** The last moment of a folded span; equal to scheduledAt where there is one moment. */
    until: integer().notNull(),
    count: integer().notNull().default(1),
    outcome: text().notNull(),
    reason: text(),
    runId: integer(),
    lateMs: integer(),
    commit: text(),
  },
  (t) => [
    uniqueIndex('ticks_by_moment').on(t.slug, t.scheduleId, t.scheduledAt),
    index('ticks_by_slug').on(t.slug, t.scheduledAt),
    index('ticks_by_outcome').on(t.outcome),
  ],
)

/** Per script and schedule, the last moment accounted for. */
export const frontiers = sqliteTable(
  'frontiers',
  { slug: text().notNull(), scheduleId: text().notNull(), at: integer().notNull() },
  (t) => [primaryKey({ columns: [t.slug, t.scheduleId] })],
)

/** What a script's `data` is now. */
export const scriptData = sqliteTable('script_data', {
  slug: text().primaryKey(),
  json: text().notNull(),
  version: integer().notNull(),
  updatedAt: integer().notNull(),
})

/** What a script keeps over its changes: its uid where the server is root. */
export const scriptIdentities = sqliteTable('script_identities', {
  number: integer().primaryKey({ autoIncrement: true }),
  slug: text().notNull().unique(),
})

/** What a set of requirements resolved to, by requirements, Python and platform. */
export const locks = sqliteTable('locks', {
  /** Hash of requirements, Python and platform. */
  request: text().primaryKey(),
  /** Hash of the lock's text. */
  id: text().notNull(),
  text: text().notNull(),
  resolvedAt: integer().notNull(),
})

/** The environments on disk, and the failed tries. */
export const environments = sqliteTable('environments', {
  key: text().primaryKey(),
  python: text().notNull(),
  lock: text().notNull(),
  state: text().notNull(),
  message: text(),
  builtAt: integer(),
  usedAt: integer(),
  bytes: integer(),
})

export const users = sqliteTable('users', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  role: text().notNull(),
  passwordHash: text(),
  disabled: integer({ mode: 'boolean' }).notNull().default(false),
  createdAt: integer().notNull(),
})

/** One-time links: the first set-up, an invitation, a reset. */
export const links = sqliteTable('links', {
  hash: text().primaryKey(),
  userId: integer().notNull(),
  kind: text().notNull(),
  expiresAt: integer().notNull(),
})

export const sessions = sqliteTable(
  'sessions',
  {
    /** Hash of the cookie's secret; a JWT names it as its id. */
    id: text().primaryKey(),
    userId: integer().notNull(),
    kind: text().notNull(),
    createdAt: integer().notNull(),
    usedAt: integer().notNull(),
    expiresAt: integer().notNull(),
    address: text(),
  },
  (t) => [index('sessions_by_user').on(t.userId)],
)

export const apiKeys = sqliteTable('api_keys', {
  id: integer().primaryKey({ autoIncrement: true }),
  userId: integer().notNull(),
  name: text().notNull(),
  prefix: text().notNull(),
  hash: text().notNull().unique(),
  role: text().notNull(),
  scripts: text({ mode: 'json' }),
  createdAt: integer().notNull(),
  expiresAt: integer(),
  usedAt: integer(),
})

/** Recorded facts: who did what, when, from where, on which commit. Only ever added to. */
export const auditEvents = sqliteTable(
  'audit_events',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    target: text(),
    address: text(),
    keyId: integer(),
    before: text(),
    after: text(),
    outcome: text().notNull(),
  },
  (t) => [index('audit_by_time').on(t.at)],
)

/** Values that are given to runs, sealed: their key lies beside the database, not in it. */
export const secrets = sqliteTable('secrets', {
  name: text().primaryKey(),
  /** Which key of `keys/secrets.key` seals the value. */
  keyId: text().notNull(),
  sealed: text().notNull(),
  changedAt: integer().notNull(),
  changedBy: text().notNull(),
})

/** The scripts that a secret is given to; they need not exist yet, and keep it when they are removed. */
export const secretGrants = sqliteTable(
  'secret_grants',
  { name: text().notNull(), slug: text().notNull() },
  (t) => [primaryKey({ columns: [t.name, t.slug] }), index('secret_grants_by_slug').on(t.slug)],
)
