import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { Located } from '../../access/index.ts'
import { isText } from '../../base/index.ts'
import type { Doors } from '../doors.ts'
import { assertMatch, etagOf, isKnown } from '../conditional.ts'
import { actorOf, type Env } from '../identity.ts'
import type { Standings } from '../pages/standings.ts'
import { scriptJson } from '../present.ts'
import { findScript } from '../search.ts'
import { body, commitRefusals, json, moved, refusals } from './answers.ts'
import { createApi, strict } from './app.ts'
import { commitId, done, slugParam } from './schema.ts'

const params = z.object({ slug: slugParam })
const filePath = params.extend({
  path: z.string().max(1000).openapi({ description: 'Below the folder of the script', example: 'main.py' }),
})
const message = z.string().min(1).max(10_000).optional().openapi({ description: 'The commit message' })
const bytes = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } }

const listFiles = createRoute({
  method: 'get',
  path: '/scripts/{slug}/files',
  operationId: 'listFiles',
  tags: ['Files'],
  summary: 'The files at head, and the commit to name as base in an edit',
  request: { params },
  responses: {
    200: json(
      z.object({
        base: commitId,
        files: z.array(z.object({ path: z.string(), size: z.number(), id: z.string() })),
      }),
      'The files',
    ),
    ...refusals,
  },
})
const editFiles = createRoute({
  method: 'put',
  path: '/scripts/{slug}/files',
  operationId: 'editFiles',
  tags: ['Files'],
  summary: 'Writes files (null takes one away), as one commit',
  description:
    'Edits of different paths both land. A touched path that moved since `base` is a conflict, with both versions.',
  request: {
    params,
    ...body(
      strict({
        files: z
          .record(z.string(), z.string().nullable())
          .openapi({ example: { 'main.py': 'print(1)\n', 'old.py': null } }),
        base: commitId.regex(/^[0-9a-f]{7,40}$/, 'it must be the id of the commit that was read'),
        message,
      }),
    ),
  },
  responses: { 200: json(done, 'Committed'), ...commitRefusals },
})
const getFile = createRoute({
  method: 'get',
  path: '/scripts/{slug}/files/{path}',
  operationId: 'getFile',
  tags: ['Files'],
  summary: 'The bytes of a file at head, or at a commit',
  request: {
    params: filePath,
    query: strict({ commit: z.string().max(40).optional() }),
    headers: z.object({ 'if-none-match': z.string().optional() }),
  },
  responses: {
    200: {
      description: 'The file; `ETag` is the id of its content, `X-Commit` the commit it was read at',
      content: { 'text/plain': { schema: z.string() }, ...bytes },
    },
    304: { description: 'It is the one that If-None-Match names' },
    ...refusals,
    413: commitRefusals[413],
  },
})
const putFile = createRoute({
  method: 'put',
  path: '/scripts/{slug}/files/{path}',
  operationId: 'putFile',
  tags: ['Files'],
  summary: 'Writes one file from the bytes of the body, as one commit',
  request: {
    params: filePath,
    query: strict({ message }),
    headers: z.object({
      'if-match': z.string().optional().openapi({ description: 'The ETag that was read' }),
      'if-none-match': z.string().optional().openapi({ description: '`*`: only if it is not there' }),
    }),
    body: { content: bytes, required: true },
  },
  responses: { 200: json(done, 'Committed'), ...commitRefusals, ...moved },
})

/** The files of a script. */
export function fileRoutes(doors: Doors, standings: Standings): OpenAPIHono<Env> {
  const { edits } = doors
  const api = createApi()
  api.openapi(listFiles, async (c) => c.json(await edits.files(actorOf(c), c.req.valid('param').slug), 200))
  api.openapi(editFiles, async (c) => {
    const { files, base, message } = c.req.valid('json')
    const { slug } = c.req.valid('param')
    const { commit } = await edits.edit(actorOf(c), slug, files, base, message)
    return c.json({ script: await shown(slug, actorOf(c)), commit }, 200)
  })
  // The router's pattern takes slashes, which the document's cannot say.
  api.openAPIRegistry.registerPath(getFile)
  api.openapi({ ...getFile, path: '/scripts/{slug}/files/{path{.+}}', hide: true }, async (c) => {
    const { slug, path } = c.req.valid('param')
    const { commit, id, content } = await edits.file(actorOf(c), slug, path, c.req.valid('query').commit)
    const headers = { ETag: etagOf(id), 'X-Commit': commit, 'Cache-Control': 'private, no-cache' }
    if (isKnown(c, etagOf(id))) return c.body(null, 304, headers)
    return c.body(new Uint8Array(content), 200, {
      ...headers,
      'Content-Type': isText(content) ? 'text/plain; charset=utf-8' : 'application/octet-stream',
      'X-Content-Type-Options': 'nosniff',
    })
  })
  api.openAPIRegistry.registerPath(putFile)
  api.openapi({ ...putFile, path: '/scripts/{slug}/files/{path{.+}}', hide: true }, async (c) => {
    const { slug, path } = c.req.valid('param')
    // Anything but a form, which a browser could send from elsewhere and which is no file.
    if (/^(multipart\/|application\/x-www-form-urlencoded)/i.test(c.req.header('content-type') ?? ''))
      throw new HTTPException(415)
    const { base, files } = await edits.files(actorOf(c), slug)
    const id = files.find((file) => file.path === path)?.id
    assertMatch(c, id && etagOf(id), path)
    const content = new Uint8Array(await c.req.arrayBuffer())
    const { message } = c.req.valid('query')
    const { commit } = await edits.edit(actorOf(c), slug, { [path]: content }, base, message)
    return c.json({ script: await shown(slug, actorOf(c)), commit }, 200)
  })
  return api

  async function shown(slug: string, actor: Located) {
    return scriptJson(doors, actor, await findScript(doors, standings, actor, slug))
  }
}
