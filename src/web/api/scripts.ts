import { createRoute, z } from '@hono/zod-openapi'
import { AppError, notFound } from '../../base/index.ts'
import { assertCan, maySee } from '../../access/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { scriptJson, tickJson } from '../present.ts'
import { createApi } from './app.ts'
import {
  body,
  commitId,
  conflict,
  json,
  pageOf,
  pageQuery,
  pageRequest,
  refusals,
  scriptSchema,
  slugParam,
  tickSchema,
  tooLarge,
} from './schema.ts'

const slug = { params: z.object({ slug: slugParam }) }
const message = z.string().max(10_000).optional().openapi({ description: 'The commit message' })
const done = z.object({ script: scriptSchema, commit: commitId })

const list = createRoute({
  method: 'get',
  path: '/scripts',
  request: {
    query: pageQuery.extend({ q: z.string().max(200).optional(), tag: z.string().max(100).optional() }),
  },
  responses: { 200: json(pageOf(scriptSchema), 'Scripts by slug'), ...refusals },
})
const get = createRoute({
  method: 'get',
  path: '/scripts/{slug}',
  request: slug,
  responses: { 200: json(scriptSchema, 'The script at head'), ...refusals },
})
const create = createRoute({
  method: 'post',
  path: '/scripts',
  summary: 'A new script, as one commit',
  request: body(z.object({ slug: slugParam, files: z.record(z.string(), z.string()), message })),
  responses: { 201: json(done, 'Committed'), ...refusals, ...conflict, ...tooLarge },
})
const listFiles = createRoute({
  method: 'get',
  path: '/scripts/{slug}/files',
  request: slug,
  responses: {
    200: json(
      z.object({
        base: commitId,
        files: z.array(z.object({ path: z.string(), size: z.number(), id: z.string() })),
      }),
      'The files, and the commit to name as base in an edit',
    ),
    ...refusals,
  },
})
const edit = createRoute({
  method: 'put',
  path: '/scripts/{slug}/files',
  summary: 'Writes files (null takes one away), as one commit',
  request: {
    ...slug,
    ...body(
      z.object({
        files: z.record(z.string(), z.string().nullable()),
        base: z.string().regex(/^[0-9a-f]{7,40}$/, 'it must be the id of the commit that was read'),
        message,
      }),
    ),
  },
  responses: { 200: json(done, 'Committed'), ...refusals, ...conflict, ...tooLarge },
})
const remove = createRoute({
  method: 'delete',
  path: '/scripts/{slug}',
  summary: 'Takes the script away, as one commit',
  request: slug,
  responses: { 200: json(z.object({ commit: commitId }), 'Committed'), ...refusals },
})
const ticks = createRoute({
  method: 'get',
  path: '/scripts/{slug}/ticks',
  request: {
    ...slug,
    query: pageQuery.extend({
      from: z.iso.datetime({ offset: true }).optional(),
      to: z.iso.datetime({ offset: true }).optional(),
    }),
  },
  responses: { 200: json(pageOf(tickSchema), 'Newest first'), ...refusals },
})

/** Scripts, their files and their ticks. */
export function scriptRoutes(doors: Doors) {
  const { catalog, edits } = doors
  return createApi()
    .openapi(list, async (c) => {
      const actor = actorOf(c)
      assertCan(actor, 'script.read')
      const { q, tag, ...page } = c.req.valid('query')
      const { items, nextCursor } = await catalog.list({
        ...pageRequest(page),
        ...(q ? { q } : {}),
        ...(tag ? { tag } : {}),
      })
      const seen = items.filter((entry) => maySee(actor, entry.slug))
      const scripts = await Promise.all(seen.map((entry) => scriptJson(doors, actor, entry)))
      return c.json({ items: scripts, ...(nextCursor ? { nextCursor } : {}) }, 200)
    })
    .openapi(get, async (c) => c.json(await found(c.req.valid('param').slug, actorOf(c)), 200))
    .openapi(create, async (c) => {
      const { slug, files, message } = c.req.valid('json')
      const { commit } = await edits.create(actorOf(c), slug, files, message)
      return c.json({ script: await found(slug, actorOf(c)), commit }, 201)
    })
    .openapi(listFiles, async (c) => c.json(await edits.files(actorOf(c), c.req.valid('param').slug), 200))
    .openapi(edit, async (c) => {
      const { slug } = c.req.valid('param')
      const { files, base, message } = c.req.valid('json')
      const { commit } = await edits.edit(actorOf(c), slug, files, base, message)
      return c.json({ script: await found(slug, actorOf(c)), commit }, 200)
    })
    .openapi(remove, async (c) => {
      const { commit } = await edits.remove(actorOf(c), c.req.valid('param').slug)
      return c.json({ commit }, 200)
    })
    .openapi(ticks, async (c) => {
      const { slug } = c.req.valid('param')
      const { from, to, ...page } = c.req.valid('query')
      const { items, nextCursor } = await doors.ticks.list(actorOf(c), slug, {
        ...pageRequest(page),
        ...(from ? { from: Date.parse(from) } : {}),
        ...(to ? { to: Date.parse(to) } : {}),
      })
      return c.json({ items: items.map(tickJson), ...(nextCursor ? { nextCursor } : {}) }, 200)
    })
    .get('/scripts/:slug/files/:path{.+}', async (c) => {
      const { slug, path } = c.req.param()
      const { commit, content } = await edits.file(actorOf(c), slug, path, c.req.query('commit'))
      return c.body(new Uint8Array(content), 200, {
        'Content-Type': 'text/plain; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
        'X-Commit': commit,
      })
    })

  async function found(slug: string, actor: ReturnType<typeof actorOf>) {
    assertCan(actor, 'script.read', slug)
    const entry = await catalog.find(slug)
    if (!entry)
      throw slug.length > 200 ? new AppError('not_found', 'script is not found') : notFound(`script ${slug}`)
    return scriptJson(doors, actor, entry)
  }
}
