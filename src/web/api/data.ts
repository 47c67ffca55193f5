import { createRoute, z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { assertMatch, etagOf, isKnown } from '../conditional.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { bodyRefusals, conflict, moved, refusals } from './answers.ts'
import { createApi, raw } from './app.ts'
import { slugParam } from './schema.ts'

const params = z.object({ slug: slugParam })
// No zod: the text is passed on as it came, since parsing would cut the digits of Python's long integers.
const content = { 'application/json': { schema: { type: 'object', additionalProperties: true } as const } }
const kept = { description: 'The data as JSON text; `ETag` is its version', content }

const getData = createRoute({
  method: 'get',
  path: '/scripts/{slug}/data',
  operationId: 'getData',
  tags: ['Data'],
  summary: 'What the script keeps from run to run',
  request: { params, headers: z.object({ 'if-none-match': z.string().optional() }) },
  responses: {
    200: kept,
    304: { description: 'It is the version that If-None-Match names' },
    ...refusals,
  },
})
const putData = createRoute({
  method: 'put',
  path: '/scripts/{slug}/data',
  operationId: 'putData',
  tags: ['Data'],
  summary: 'Replaces the data by a JSON object of at most 1 MiB',
  description:
    'With `If-Match` only if it is at that version still (412); without, whatever it is. While a run is under way, which would replace it, 409.',
  request: {
    params,
    headers: z.object({ 'if-match': z.string().optional() }),
    body: { content, required: true },
  },
  responses: { 200: kept, ...refusals, ...conflict, ...moved, ...bodyRefusals },
})

/** The data of a script. */
export function dataRoutes({ runs }: Doors) {
  return createApi()
    .openapi(getData, async (c) => {
      const { json, version } = await runs.data(actorOf(c), c.req.valid('param').slug)
      const headers = { ETag: etagOf(version), 'Cache-Control': 'private, no-cache' }
      if (isKnown(c, etagOf(version))) return c.body(null, 304, headers)
      return raw(c, json, { ...headers, 'Content-Type': 'application/json' })
    })
    .openapi(putData, async (c) => {
      const { slug } = c.req.valid('param')
      if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) throw new HTTPException(415)
      const { version: before } = await runs.data(actorOf(c), slug)
      assertMatch(c, etagOf(before), `the data of ${slug}`)
      const ifVersion = c.req.header('if-match') === undefined ? {} : { ifVersion: before }
      const { json, version } = await runs.setData(actorOf(c), slug, await c.req.text(), ifVersion)
      return raw(c, json, { ETag: etagOf(version), 'Content-Type': 'application/json' })
    })
}
