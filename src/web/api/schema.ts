import { z } from '@hono/zod-openapi'
import { LONGEST_PAGE, ROLES } from '../../base/index.ts'
import { CAUSES, RUN_STATES } from '../../run/index.ts'

/** The shapes of the API: one definition each for validation and the OpenAPI document. */

const time = z.string().openapi({ format: 'date-time', example: '2026-01-01T07:00:00.000Z' })
export const slugParam = z.string().max(500).openapi({ example: 'finance.report' })
/** Any JSON, and any JSON object. */
const jsonValue = z
  .custom<JsonValue>()
  .openapi({ type: ['object', 'array', 'string', 'number', 'boolean', 'null'], description: 'Any JSON' })
const jsonObject = z
  .custom<Record<string, JsonValue>>()
  .openapi({ type: 'object', additionalProperties: true })
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

export const commitId = z.string().openapi({ example: '9f03e11c2b7d5a8e4f6071829304a5b6c7d8e9f0' })

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    problems: z
      .array(
        z.object({
          path: z.string(),
          line: z.number().optional(),
          column: z.number().optional(),
          message: z.string(),
          remedy: z.string().optional(),
        }),
      )
      .optional(),
  })
  .openapi('Problem')

/** `?limit=&cursor=`; a limit above the longest page is refused, not cut. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(LONGEST_PAGE).default(50),
  cursor: z.string().max(500).optional(),
})

/** The request without the members that were not sent. */
export function pageRequest({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
  return cursor === undefined ? { limit } : { limit, cursor }
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

export const userSchema = z
  .object({ id: z.number(), name: z.string(), role: z.enum(ROLES), disabled: z.boolean(), createdAt: time })
  .openapi('User')

export const scheduleSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['cron', 'every']),
    words: z.string().openapi({ example: 'at 07:00, Monday through Friday, Europe/Rome' }),
    cron: z.string().optional(),
    timezone: z.string().optional(),
    everyMs: z.number().optional(),
    startAt: time.optional(),
    jitterMs: z.number(),
  })
  .openapi('Schedule')

export const runSummarySchema = z
  .object({
    id: z.number(),
    script: z.string(),
    commit: commitId,
    revision: z.string(),
    cause: z.enum(CAUSES),
    actor: z.string(),
    state: z.enum(RUN_STATES),
    outcome: jsonObject.optional(),
    summary: z.string().optional(),
    isolation: z.string().optional(),
    scheduledAt: time.optional(),
    notBefore: time.optional(),
    queuedAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    durationMs: z.number().optional(),
    attempt: z.number(),
    error: z.object({ type: z.string(), message: z.string(), traceback: z.string().optional() }).optional(),
    peakMemoryBytes: z.number().optional(),
    logBytes: z.number(),
  })
  .openapi('RunSummary')

export const runSchema = runSummarySchema
  .extend({
    lock: z.string().optional(),
    python: z.string().optional(),
    environment: z.string().optional(),
    scheduleId: z.string().optional(),
    force: z.boolean(),
    input: jsonObject,
    result: jsonValue.optional(),
    artifacts: z.array(z.object({ name: z.string(), bytes: z.number() })),
  })
  .openapi('Run')

export type RunSummaryJson = z.infer<typeof runSummarySchema>
export type RunJson = z.infer<typeof runSchema>

export const scriptSchema = z
  .object({
    slug: z.string(),
    description: z.string().optional(),
    tags: z.array(z.string()),
    paused: z.union([z.literal(false), z.object({ reason: z.string().optional(), until: time.optional() })]),
    hold: z.null(),
    schedule: z.array(scheduleSchema),
    nextTickAt: time.optional(),
    lastRun: runSummarySchema.optional(),
    commit: commitId,
    committedAt: time,
    revision: z.string(),
    manifest: jsonObject.optional(),
    problems: problemSchema.shape.problems.unwrap(),
    environment: z
      .object({ requirements: z.array(z.string()), source: z.string(), python: z.string().optional() })
      .optional(),
  })
  .openapi('Script')

export const tickSchema = z
  .object({
    scheduledAt: time,
    until: time.optional(),
    count: z.number(),
    schedule: z.string(),
    outcome: z.enum(['pending', 'ran', 'gated', 'skipped', 'missed', 'gate-failed', 'refused']),
    reason: z.string().optional(),
    runId: z.number().optional(),
    lateMs: z.number().optional(),
    commit: z.string().optional(),
  })
  .openapi('Tick')

/** A JSON answer for a route's `responses`. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})

/** A JSON body for a route's `request`. */
export const body = <T extends z.ZodType>(schema: T) => ({
  body: { content: { 'application/json': { schema } }, required: true },
})

/** The same for a body that may be left out. */
export const optionalBody = <T extends z.ZodType>(schema: T) => ({
  body: { content: { 'application/json': { schema } }, required: false },
})

const refusal = (description: string) => ({
  content: { 'application/problem+json': { schema: problemSchema } },
  description,
})

/** The refusals that every route may answer with. */
export const refusals = {
  400: refusal('The request is not valid'),
  401: refusal('Nobody signed in'),
  403: refusal('The actor may not do this'),
  404: refusal('Not found'),
}
export const conflict = { 409: refusal('It changed meanwhile, or exists already') }
export const tooLarge = { 413: refusal('The body is too large') }
