import { z } from '@hono/zod-openapi'
import { commitId, time } from './schema.ts'

/** The shapes of what belongs to no script. */

export const statusSchema = z
  .object({
    version: z.string(),
    node: z.string(),
    git: z.string(),
    pythons: z.array(z.string()),
    isolation: z.object({ tier: z.string(), reason: z.string(), refusal: z.string().optional() }),
    head: commitId.optional(),
    indexedCommit: commitId.optional(),
    scripts: z.number(),
    queue: z.object({ queued: z.number(), running: z.number(), workers: z.number() }),
    startedAt: time,
  })
  .openapi('Status')

export const environmentSchema = z
  .object({
    key: z.string(),
    python: z.string(),
    lock: z.string(),
    state: z.enum(['building', 'ready', 'failed']),
    message: z.string().optional(),
    builtAt: time.optional(),
    usedAt: time.optional(),
    bytes: z.number().optional(),
    packages: z.array(z.object({ name: z.string(), version: z.string() })),
  })
  .openapi('Environment')

export const auditEventSchema = z
  .object({
    id: z.number(),
    at: time,
    actor: z.string(),
    action: z.string(),
    target: z.string().optional(),
    address: z.string().optional(),
    keyId: z.number().optional(),
    before: z.string().optional(),
    after: z.string().optional(),
    outcome: z.string(),
  })
  .openapi('AuditEvent')
