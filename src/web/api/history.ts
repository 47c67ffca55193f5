import { createRoute, z } from '@hono/zod-openapi'
import { etagOf, isKnown } from '../conditional.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { commitJson } from '../present.ts'
import { json, listQuery, pageOf, pageRequest, refusals } from './answers.ts'
import { createApi } from './app.ts'
import { fileDiffSchema } from './diff.ts'
import { commitId, slugParam, time } from './schema.ts'

const commitSchema = z
  .object({
    id: commitId,
    parents: z.array(commitId),
    author: z.object({ name: z.string(), email: z.string() }),
    at: time,
    message: z.string(),
  })
  .openapi('Commit')
const commitDetailSchema = commitSchema
  .extend({
    files: z.array(fileDiffSchema),
    cut: z.boolean().openapi({ description: 'Whether files or lines were left out' }),
  })
  .openapi('CommitDetail')

const listCommits = createRoute({
  method: 'get',
  path: '/commits',
  operationId: 'listCommits',
  tags: ['Commits'],
  summary: 'What happened on a branch, newest first; a merge counts as one',
  request: {
    query: listQuery({
      ref: z.string().max(250).optional().openapi({ description: 'A branch or a commit; absent: main' }),
      script: slugParam.optional().openapi({ description: 'Only what touched this script' }),
    }),
  },
  responses: { 200: json(pageOf(commitSchema), 'A page of them'), ...refusals },
})
const getCommit = createRoute({
  method: 'get',
  path: '/commits/{id}',
  operationId: 'getCommit',
  tags: ['Commits'],
  summary: 'A commit with what it changed against its first parent',
  request: {
    params: z.object({ id: commitId.max(64) }),
    headers: z.object({ 'if-none-match': z.string().optional() }),
  },
  responses: {
    200: json(commitDetailSchema, 'The commit'),
    304: { description: 'It is the one that If-None-Match names' },
    ...refusals,
  },
})
const listRevisions = createRoute({
  method: 'get',
  path: '/scripts/{slug}/revisions',
  operationId: 'listRevisions',
  tags: ['Commits'],
  summary: 'The commits of main that touched the script, newest first; also of one that was removed',
  request: { params: z.object({ slug: slugParam }), query: listQuery({}) },
  responses: { 200: json(pageOf(commitSchema), 'A page of them'), ...refusals },
})

/** What happened in Git. */
export function historyRoutes({ history }: Doors) {
  return createApi()
    .openapi(listCommits, async (c) => {
      const { ref, script, ...page } = c.req.valid('query')
      const filter = { ...(ref ? { ref } : {}), ...(script ? { script } : {}) }
      const found = await history.commits(actorOf(c), filter, pageRequest(page))
      return c.json({ ...found, items: found.items.map(commitJson) }, 200)
    })
    .openapi(getCommit, async (c) => {
      const commit = await history.commit(actorOf(c), c.req.valid('param').id)
      // A commit never changes.
      const headers = { ETag: etagOf(commit.id), 'Cache-Control': 'private, no-cache' }
      if (isKnown(c, etagOf(commit.id))) return c.body(null, 304, headers)
      return c.json(commitJson(commit), 200, headers)
    })
    .openapi(listRevisions, async (c) => {
      const { slug } = c.req.valid('param')
      const found = await history.revisions(actorOf(c), slug, pageRequest(c.req.valid('query')))
      return c.json({ ...found, items: found.items.map(commitJson) }, 200)
    })
}
