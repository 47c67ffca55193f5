import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { timeText } from '../../base/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { refusals } from './answers.ts'
import { createApi, raw, strict } from './app.ts'
import { runId } from './schema.ts'

// More than is ever kept of a log: 4 MiB of its head and 1 MiB of its tail.
const WHOLE_LOG_BYTES = 8 * 2 ** 20
// Of a log as lines, which take longer to make; the rest is had from X-Log-Next on.
const LINES_BYTES = 512 * 1024

const getLog = createRoute({
  method: 'get',
  path: '/runs/{id}/log',
  operationId: 'getLog',
  tags: ['Runs'],
  summary: 'What the run wrote, from an offset on',
  description:
    'Offsets count bytes as written. `X-Log-End` is where the log ends by now, `X-Log-Complete` whether nothing will follow, `X-Log-Next` where to go on, after a cut too.',
  request: {
    params: runId,
    query: strict({
      from: z.coerce.number().int().min(0).max(1e15).default(0),
      format: z.enum(['text', 'jsonl']).default('text').openapi({
        description: '`jsonl`: a line `{at, stream, text}` of JSON for each line',
      }),
    }),
  },
  responses: {
    200: {
      description: 'The bytes, or the lines',
      content: { 'text/plain': { schema: z.string() }, 'application/jsonl': { schema: z.string() } },
    },
    ...refusals,
  },
})
const getArtifact = createRoute({
  method: 'get',
  path: '/runs/{id}/artifacts/{name}',
  operationId: 'getArtifact',
  tags: ['Runs'],
  summary: 'A file that the run left to keep',
  request: { params: runId.extend({ name: z.string().max(1000) }) },
  responses: {
    200: {
      description: 'The file',
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...refusals,
  },
})

/** What runs left: their logs and artifacts. */
export function logRoutes({ runs }: Doors): OpenAPIHono<Env> {
  const api = createApi()
  api.openapi(getLog, async (c) => {
    const { id } = c.req.valid('param')
    const { from, format } = c.req.valid('query')
    const range = { from, limit: format === 'text' ? WHOLE_LOG_BYTES : LINES_BYTES }
    const headers = (end: number, complete: boolean, next: number | undefined) => ({
      'X-Content-Type-Options': 'nosniff',
      'X-Log-End': String(end),
      'X-Log-Complete': String(complete),
      ...(next === undefined ? {} : { 'X-Log-Next': String(next) }),
    })
    if (format === 'jsonl') {
      const { lines, end, next, complete } = await runs.logLines(actorOf(c), id, range)
      const text = lines.map((line) => `${JSON.stringify({ ...line, at: timeText(line.at) })}\n`).join('')
      const type = { 'Content-Type': 'application/jsonl; charset=utf-8' }
      return raw(c, text, { ...headers(end, complete, next), ...type })
    }
    const { bytes, end, next, complete } = await runs.readLog(actorOf(c), id, range)
    const type = { 'Content-Type': 'text/plain; charset=utf-8' }
    return raw(c, new Uint8Array(bytes), { ...headers(end, complete, next), ...type })
  })
  // The router's pattern takes slashes, which the document's cannot say.
  api.openAPIRegistry.registerPath(getArtifact)
  api.openapi({ ...getArtifact, path: '/runs/{id}/artifacts/{name{.+}}', hide: true }, async (c) => {
    const { id, name } = c.req.valid('param')
    const { path, bytes } = await runs.artifact(actorOf(c), id, name)
    return c.body(Readable.toWeb(createReadStream(path)) as ReadableStream, 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(bytes),
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name.split('/').at(-1)!)}`,
      'X-Content-Type-Options': 'nosniff',
    })
  })
  return api
}
