import { z } from '@hono/zod-openapi'
import { ROLES } from '../../base/index.ts'
import { CAUSES, RUN_STATES } from '../../run/index.ts'
import { TICK_OUTCOMES } from '../../schedule/index.ts'
import { EVERY_STANDING } from '../../../views/scripts/standing.ts'
import { problemSchema } from './answers.ts'

/** The shapes of the API: one definition each for validation and the OpenAPI document. */

export const time = z.string().openapi({ format: 'date-time', example: '2026-01-01T07:00:00.000Z' })
/** A moment in a request, with its offset. */
export const moment = z.iso.datetime({ offset: true }).openapi({ example: '2026-01-01T07:00:00Z' })
export const slugParam = z.string().max(500).openapi({ example: 'finance.report' })
export const runId = z.object({ id: z.coerce.number().int().min(1).max(1e15) })
/** Any JSON, and any JSON object. */
export const jsonValue = z
  .custom<JsonValue>()
  .openapi({ type: ['object', 'array', 'string', 'number', 'boolean', 'null'], description: 'Any JSON' })
const jsonObject = z
  .custom<Record<string, JsonValue>>()
  .openapi({ type: 'object', additionalProperties: true })
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

export const commitId = z.string().openapi({ example: '9f03e11c2b7d5a8e4f6071829304a5b6c7d8e9f0' })

export const userSchema = z
  .object({ id: z.number(), name: z.string(), role: z.enum(ROLES), disabled: z.boolean(), createdAt: time })
  .openapi('User')

const scheduleSchema = z
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
    state: z
      .enum(EVERY_STANDING)
      .openapi({ description: 'How it stands; what is wrong comes before what goes on' }),
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
    lastGood: z
      .object({ commit: commitId, revision: z.string() })
      .optional()
      .openapi({ description: 'What runs, where problems keep what is at head from running' }),
    environment: z
      .object({ requirements: z.array(z.string()), source: z.string(), python: z.string().optional() })
      .optional(),
  })
  .openapi('Script')

/** What a commit to a script is answered with. */
export const done = z.object({ script: scriptSchema, commit: commitId })

export const tickSchema = z
  .object({
    scheduledAt: time,
    until: time.optional(),
    count: z.number(),
    schedule: z.string(),
    outcome: z.enum(TICK_OUTCOMES),
    reason: z.string().optional(),
    runId: z.number().optional(),
    lateMs: z.number().optional(),
    commit: z.string().optional(),
  })
  .openapi('Tick')
