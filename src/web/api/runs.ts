import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createRoute, z } from '@hono/zod-openapi'
import { AppError } from '../../base/index.ts'
import { CAUSES, RUN_STATES } from '../../run/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { runJson, runSummaryJson } from '../present.ts'
import { createApi } from './app.ts'
import {
  optionalBody,
  conflict,
  json,
  pageOf,
  pageQuery,
  pageRequest,
  refusals,
  runSchema,
  runSummarySchema,
  slugParam,
  tooLarge,
} from './schema.ts'

const id = { params: z.object({ id: z.coerce.number().int().min(1) }) }
// More than is ever kept of a log: 4 MiB of its head and 1 MiB of its tail.
const WHOLE_LOG_BYTES = 8 * 2 ** 20
// Of a log as lines, which take longer to make; the rest is had from X-Log-Next on.
const LINES_BYTES = 512 * 1024
const moment = z.iso.datetime({ offset: true })

const enqueue = createRoute({
  method: 'post',
  path: '/scripts/{slug}/runs',
  summary: 'Asks for a run; without force a gate is asked first',
  request: {
    params: z.object({ slug: slugParam }),
    headers: z.object({ 'idempotency-key': z.string().min(1).max(200).optional() }),
    // Nothing has to be said to ask for a run.
    ...optionalBody(
      z.object({
        input: z.record(z.string(), z.unknown()).optional(),
        force: z.boolean().optional(),
        commit: z.string().max(40).optional(),
        scheduledAt: moment.optional(),
        notBefore: moment.optional(),
      }),
    ),
  },
  responses: { 202: json(runSchema, 'Queued'), ...refusals, ...conflict, ...tooLarge },
})
const list = createRoute({
  method: 'get',
  path: '/runs',
  request: {
    query: pageQuery.extend({
      script: slugParam.optional(),
      state: z.enum(RUN_STATES).optional(),
      cause: z.enum(CAUSES).optional(),
      from: moment.optional(),
    }),
  },
  responses: { 200: json(pageOf(runSummarySchema), 'Newest first'), ...refusals },
})
const get = createRoute({
  method: 'get',
  path: '/runs/{id}',
  request: id,
  responses: { 200: json(runSchema, 'The run'), ...refusals },
})
const cancel = createRoute({
  method: 'post',
  path: '/runs/{id}/cancel',
  request: id,
  responses: { 200: json(runSchema, 'The run as it is now'), ...refusals, ...conflict },
})

/** Runs, their logs and their artifacts. */
export function runRoutes({ runs }: Doors) {
  return createApi()
    .openapi(enqueue, async (c) => {
      const { input, force, commit, scheduledAt, notBefore } = c.req.valid('json')
      const idempotencyKey = c.req.valid('header')['idempotency-key']
      const run = await runs.enqueue(actorOf(c), {
        slug: c.req.valid('param').slug,
        cause: 'api',
        ...(input === undefined ? {} : { input }),
        ...(force === undefined ? {} : { force }),
        ...(commit === undefined ? {} : { commit }),
        ...(scheduledAt === undefined ? {} : { scheduledAt: Date.parse(scheduledAt) }),
        ...(notBefore === undefined ? {} : { notBefore: Date.parse(notBefore) }),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      })
      return c.json(runJson(run), 202)
    })
    .openapi(list, async (c) => {
      const { script, state, cause, from, ...page } = c.req.valid('query')
      const filter = {
        ...(script === undefined ? {} : { script }),
        ...(state === undefined ? {} : { state }),
        ...(cause === undefined ? {} : { cause }),
        ...(from === undefined ? {} : { from: Date.parse(from) }),
      }
      const found = await runs.list(actorOf(c), filter, pageRequest(page))
      return c.json({ ...found, items: found.items.map(runSummaryJson) }, 200)
    })
    .openapi(get, async (c) => c.json(runJson(await runs.get(actorOf(c), c.req.valid('param').id)), 200))
    .openapi(cancel, async (c) =>
      c.json(runJson(await runs.cancel(actorOf(c), c.req.valid('param').id)), 200),
    )
    .get('/runs/:id/log', async (c) => {
      const run = numberOf('id', c.req.param('id'), 1)
      const from = numberOf('from', c.req.query('from') ?? '0', 0)
      if (c.req.query('format') === 'jsonl') {
        const { lines, end, next, complete } = await runs.logLines(actorOf(c), run, {
          from,
          limit: LINES_BYTES,
        })
        const text = lines.map(
          (line) => `${JSON.stringify({ ...line, at: new Date(line.at).toISOString() })}\n`,
        )
        return c.body(text.join(''), 200, {
          'Content-Type': 'application/jsonl; charset=utf-8',
          'X-Log-End': String(end),
          'X-Log-Complete': String(complete),
          'X-Log-Next': String(next),
        })
      }
      const { bytes, end, next, complete } = await runs.readLog(actorOf(c), run, {
        from,
        limit: WHOLE_LOG_BYTES,
      })
      return c.body(new Uint8Array(bytes), 200, {
        'Content-Type': 'text/plain; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
        'X-Log-End': String(end),
        'X-Log-Complete': String(complete),
        ...(next === undefined ? {} : { 'X-Log-Next': String(next) }),
      })
    })
    .get('/runs/:id/artifacts/:name{.+}', async (c) => {
      const { id, name } = c.req.param()
      const { path, bytes } = await runs.artifact(actorOf(c), numberOf('id', id, 1), name)
      return c.body(Readable.toWeb(createReadStream(path)) as ReadableStream, 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(bytes),
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name.split('/').at(-1)!)}`,
        'X-Content-Type-Options': 'nosniff',
      })
    })
}

function numberOf(name: string, text: string, least: number): number {
  const number = Number(text)
  if (!/^\d{1,15}$/.test(text) || number < least)
    throw new AppError('invalid', `${name}: '${text.slice(0, 40)}' is no whole number from ${least} on`)
  return number
}
