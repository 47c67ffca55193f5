import { createRoute, z } from '@hono/zod-openapi'
import { AppError, describeProblem, timeText } from '../../base/index.ts'
import { assertCan } from '../../access/index.ts'
import type { EnvironmentRow } from '../../environment/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { json, listQuery, pageOf, pageRequest, refusals } from './answers.ts'
import { createApi, strict } from './app.ts'
import { commitId, time } from './schema.ts'
import { auditEventSchema, environmentSchema, statusSchema } from './server-schema.ts'

const getStatus = createRoute({
  method: 'get',
  path: '/status',
  operationId: 'getStatus',
  tags: ['Server'],
  summary: 'What the server says of itself',
  responses: { 200: json(statusSchema, 'Versions, isolation and why, head, queue'), ...refusals },
})
const reindex = createRoute({
  method: 'post',
  path: '/reindex',
  operationId: 'reindex',
  tags: ['Server'],
  summary: 'Throws the catalog away and reads it from Git again',
  responses: { 200: json(z.object({ head: commitId, scripts: z.number() }), 'Read'), ...refusals },
})
const listEnvironments = createRoute({
  method: 'get',
  path: '/environments',
  operationId: 'listEnvironments',
  tags: ['Server'],
  summary: 'The environments on disk, and the failed tries',
  responses: { 200: json(z.object({ items: z.array(environmentSchema) }), 'All of them'), ...refusals },
})
const previewSchedule = createRoute({
  method: 'get',
  path: '/schedule-preview',
  operationId: 'previewSchedule',
  tags: ['Schedules'],
  summary: 'A schedule in words, and the next ten moments at which it is due',
  request: {
    query: strict({
      cron: z.string().max(1000).optional().openapi({ example: '0 7 * * 1-5' }),
      timezone: z.string().max(100).optional().openapi({ example: 'Europe/Rome' }),
      every: z.string().max(100).optional().openapi({ example: '15m' }),
      start: z.string().max(100).optional(),
      jitter: z.string().max(100).optional(),
    }),
  },
  responses: {
    200: json(
      z
        .object({
          words: z.string(),
          notes: z.array(z.string()).openapi({ description: 'What surprises people about such a line' }),
          next: z.array(time),
        })
        .openapi('SchedulePreview'),
      'What it means',
    ),
    ...refusals,
  },
})
const listAuditEvents = createRoute({
  method: 'get',
  path: '/audit-events',
  operationId: 'listAuditEvents',
  tags: ['Server'],
  summary: 'Who did what, newest first',
  request: { query: listQuery({}) },
  responses: { 200: json(pageOf(auditEventSchema), 'A page of them'), ...refusals },
})

/** The server's own state, and what it knows without a script. */
export function serverRoutes(doors: Doors) {
  return createApi()
    .openapi(getStatus, async (c) => {
      assertCan(actorOf(c), 'status.read')
      const { head, indexedCommit, ...rest } = await doors.status()
      return c.json({ ...rest, ...(head ? { head } : {}), ...(indexedCommit ? { indexedCommit } : {}) }, 200)
    })
    .openapi(reindex, async (c) => {
      assertCan(actorOf(c), 'reindex')
      return c.json(await doors.reindex(), 200)
    })
    .openapi(listEnvironments, async (c) => {
      assertCan(actorOf(c), 'environment.read')
      return c.json({ items: (await doors.environments.list()).map(environmentJson) }, 200)
    })
    .openapi(previewSchedule, (c) => {
      assertCan(actorOf(c), 'script.read')
      const found = doors.schedulePreview(c.req.valid('query') as Parameters<Doors['schedulePreview']>[0])
      if ('problems' in found)
        throw new AppError('invalid', found.problems.map(describeProblem).join('\n'), found)
      return c.json({ ...found, next: found.next.map(timeText) }, 200)
    })
    .openapi(listAuditEvents, async (c) => {
      const found = await doors.access.audit.list(actorOf(c), pageRequest(c.req.valid('query')))
      return c.json(
        { ...found, items: found.items.map(({ at, ...event }) => ({ ...event, at: timeText(at) })) },
        200,
      )
    })
}

function environmentJson({ builtAt, usedAt, ...rest }: EnvironmentRow) {
  return {
    ...rest,
    ...(builtAt === undefined ? {} : { builtAt: timeText(builtAt) }),
    ...(usedAt === undefined ? {} : { usedAt: timeText(usedAt) }),
  }
}
