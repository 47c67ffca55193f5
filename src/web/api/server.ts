import { createRoute, z } from '@hono/zod-openapi'
import { assertCan } from '../../access/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { createApi } from './app.ts'
import { commitId, json, refusals } from './schema.ts'

const statusSchema = z
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
    startedAt: z.string(),
  })
  .openapi('Status')

const status = createRoute({
  method: 'get',
  path: '/status',
  responses: { 200: json(statusSchema, 'What the server says of itself'), ...refusals },
})
const reindex = createRoute({
  method: 'post',
  path: '/reindex',
  summary: 'Throws the catalog away and reads it from Git again',
  responses: { 200: json(z.object({ head: commitId, scripts: z.number() }), 'Read'), ...refusals },
})

/** The server's own state. */
export function serverRoutes(doors: Doors) {
  return createApi()
    .openapi(status, async (c) => {
      assertCan(actorOf(c), 'status.read')
      const { head, indexedCommit, ...rest } = await doors.status()
      return c.json({ ...rest, ...(head ? { head } : {}), ...(indexedCommit ? { indexedCommit } : {}) }, 200)
    })
    .openapi(reindex, async (c) => {
      assertCan(actorOf(c), 'reindex')
      return c.json(await doors.reindex(), 200)
    })
}
