import { createRoute, z } from '@hono/zod-openapi'
import { AppError, memberText } from '../../base/index.ts'
import { CAUSES, RUN_STATES } from '../../run/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { runAnswer, runSummaryJson } from '../present.ts'
import {
  bodyRefusals,
  conflict,
  json,
  listQuery,
  optionalBody,
  pageOf,
  pageRequest,
  refusals,
} from './answers.ts'
import { createApi, strict } from './app.ts'
import { moment, runId, runSchema, runSummarySchema, slugParam } from './schema.ts'

const idempotency = z.object({
  'idempotency-key': z.string().min(1).max(200).optional().openapi({
    description:
      'Asked twice with the same key and the same body, it is one run; with another body a conflict',
  }),
})

const enqueueRun = createRoute({
  method: 'post',
  path: '/scripts/{slug}/runs',
  operationId: 'enqueueRun',
  tags: ['Runs'],
  summary: 'Asks for a run; without force a gate is asked first',
  request: {
    params: z.object({ slug: slugParam }),
    headers: idempotency,
    // Nothing has to be said to ask for a run.
    ...optionalBody(
      strict({
        input: z.record(z.string(), z.unknown()).optional(),
        force: z.boolean().optional().openapi({ description: 'Passes over the gate' }),
        commit: z.string().max(40).optional().openapi({ description: 'Absent: head of main' }),
        scheduledAt: moment.optional().openapi({ description: 'As if it were then' }),
        notBefore: moment.optional().openapi({ description: 'It waits until then' }),
      }),
    ),
  },
  responses: { 202: json(runSchema, 'Queued'), ...refusals, ...conflict, ...bodyRefusals },
})
const listRuns = createRoute({
  method: 'get',
  path: '/runs',
  operationId: 'listRuns',
  tags: ['Runs'],
  summary: 'Runs, newest first',
  request: {
    query: listQuery({
      script: slugParam.optional(),
      state: z.enum(RUN_STATES).optional(),
      cause: z.enum(CAUSES).optional(),
      from: moment.optional().openapi({ description: 'Queued at or after' }),
    }),
  },
  responses: { 200: json(pageOf(runSummarySchema), 'A page of them'), ...refusals },
})
const getRun = createRoute({
  method: 'get',
  path: '/runs/{id}',
  operationId: 'getRun',
  tags: ['Runs'],
  summary: 'A run with all that is recorded of it',
  request: { params: runId },
  responses: { 200: json(runSchema, 'The run'), ...refusals },
})
const cancelRun = createRoute({
  method: 'post',
  path: '/runs/{id}/cancel',
  operationId: 'cancelRun',
  tags: ['Runs'],
  summary: 'Ends a queued run at once, and asks a running one to end within its grace',
  request: { params: runId },
  responses: { 200: json(runSchema, 'The run as it is now'), ...refusals, ...conflict },
})
const rerun = createRoute({
  method: 'post',
  path: '/runs/{id}/rerun',
  operationId: 'rerunRun',
  tags: ['Runs'],
  summary: 'A new run with the input of this one, at its commit or at head',
  request: {
    params: runId,
    headers: idempotency,
    ...optionalBody(
      strict({
        at: z.enum(['same', 'head']).default('same'),
        data: z.enum(['current', 'before']).default('current').openapi({
          description: '`before` is refused by this version: what a run began with is not kept yet',
        }),
      }),
    ),
  },
  responses: { 202: json(runSchema, 'Queued'), ...refusals, ...conflict, ...bodyRefusals },
})

/** Runs: asked for, listed, ended, asked for again. */
export function runRoutes({ runs }: Doors) {
  return createApi()
    .openapi(enqueueRun, async (c) => {
      const { scheduledAt, notBefore, input, ...wanted } = c.req.valid('json')
      const inputJson = input && memberText(await c.req.text(), 'input')
      const key = c.req.valid('header')['idempotency-key']
      const run = await runs.enqueue(actorOf(c), {
        ...given({ ...wanted, inputJson, idempotencyKey: key }),
        ...given({ scheduledAt: timeOf(scheduledAt), notBefore: timeOf(notBefore) }),
        slug: c.req.valid('param').slug,
        cause: 'api',
      })
      return runAnswer(c, run, 202)
    })
    .openapi(listRuns, async (c) => {
      const { script, state, cause, from, ...page } = c.req.valid('query')
      const filter = given({ script, state, cause, from: timeOf(from) })
      const found = await runs.list(actorOf(c), filter, pageRequest(page))
      return c.json({ ...found, items: found.items.map(runSummaryJson) }, 200)
    })
    .openapi(getRun, async (c) => runAnswer(c, await runs.get(actorOf(c), c.req.valid('param').id), 200))
    .openapi(cancelRun, async (c) =>
      runAnswer(c, await runs.cancel(actorOf(c), c.req.valid('param').id), 200),
    )
    .openapi(rerun, async (c) => {
      const { at = 'same', data = 'current' } = c.req.valid('json')
      if (data === 'before') throw noDataBefore()
      const key = c.req.valid('header')['idempotency-key']
      return runAnswer(c, await runs.rerun(actorOf(c), c.req.valid('param').id, at, key), 202)
    })
}

const timeOf = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text))

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The members that were sent. */
const given = <T extends object>(members: T): Given<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>

function noDataBefore(): AppError {
  const message = 'what data a run began with is not kept by this version'
  return new AppError('invalid', `data: ${message}; use current`, {
    problems: [{ path: 'data', message, remedy: 'use current' }],
  })
}
