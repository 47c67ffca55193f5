import { createRoute, z } from '@hono/zod-openapi'
import { assertCan, type Located } from '../../access/index.ts'
import { EVERY_STANDING } from '../../../views/scripts/standing.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import type { Standings } from '../pages/standings.ts'
import { scriptJson, scriptsJson, tickJson } from '../present.ts'
import { findScript, searchScripts } from '../search.ts'
import { body, commitRefusals, json, listQuery, pageOf, pageRequest, refusals } from './answers.ts'
import { createApi, strict } from './app.ts'
import { commitId, done, moment, scriptSchema, slugParam, tickSchema } from './schema.ts'
import { newScript, newScriptForm, newScriptOf } from './upload.ts'

const params = z.object({ slug: slugParam })

const listScripts = createRoute({
  method: 'get',
  path: '/scripts',
  operationId: 'listScripts',
  tags: ['Scripts'],
  summary: 'Scripts by slug',
  request: {
    query: listQuery({
      q: z.string().max(200).optional().openapi({ description: 'In slug, description and tags' }),
      tag: z.string().max(100).optional(),
      state: z.enum(EVERY_STANDING).optional(),
    }),
  },
  responses: { 200: json(pageOf(scriptSchema), 'A page of them'), ...refusals },
})
const getScript = createRoute({
  method: 'get',
  path: '/scripts/{slug}',
  operationId: 'getScript',
  tags: ['Scripts'],
  summary: 'The script as it is at head',
  request: { params },
  responses: { 200: json(scriptSchema, 'The script'), ...refusals },
})
const createScript = createRoute({
  method: 'post',
  path: '/scripts',
  operationId: 'createScript',
  tags: ['Scripts'],
  summary: 'Makes a new script, as one commit; as JSON, or as a form with files',
  request: {
    body: {
      content: {
        'application/json': {
          schema: newScript,
        },
        'multipart/form-data': { schema: newScriptForm },
      },
      // One of the two; the document says that there must be one.
      required: false,
    },
  },
  responses: { 201: json(done, 'Committed'), ...commitRefusals },
})
const deleteScript = createRoute({
  method: 'delete',
  path: '/scripts/{slug}',
  operationId: 'deleteScript',
  tags: ['Scripts'],
  summary: 'Takes the script away, as one commit; its history stays',
  request: { params },
  responses: { 200: json(z.object({ commit: commitId }), 'Committed'), ...commitRefusals },
})
const pauseScript = createRoute({
  method: 'put',
  path: '/scripts/{slug}/pause',
  operationId: 'pauseScript',
  tags: ['Scripts'],
  summary: 'Pauses the script, as one commit to its manifest: ticks are recorded as skipped',
  request: {
    params,
    ...body(
      strict({ reason: z.string().max(500).openapi({ example: 'Stocktaking' }), until: moment.optional() }),
    ),
  },
  responses: { 200: json(done, 'Committed; or head, where it was so already'), ...commitRefusals },
})
const resumeScript = createRoute({
  method: 'delete',
  path: '/scripts/{slug}/pause',
  operationId: 'resumeScript',
  tags: ['Scripts'],
  summary: 'Ends the pause, as one commit',
  request: { params },
  responses: { 200: json(done, 'Committed; or head, where it was so already'), ...commitRefusals },
})
const listTicks = createRoute({
  method: 'get',
  path: '/scripts/{slug}/ticks',
  operationId: 'listTicks',
  tags: ['Schedules'],
  summary: 'What became of each due moment, newest first',
  request: { params, query: listQuery({ from: moment.optional(), to: moment.optional() }) },
  responses: { 200: json(pageOf(tickSchema), 'A page of them'), ...refusals },
})

/** Scripts, their pauses and their ticks. */
export function scriptRoutes(doors: Doors, standings: Standings) {
  const { edits } = doors
  return createApi()
    .openapi(listScripts, async (c) => {
      const actor = actorOf(c)
      assertCan(actor, 'script.read')
      const { q, tag, state, ...page } = c.req.valid('query')
      const words = { ...(q ? { q } : {}), ...(tag ? { tag } : {}), ...(state ? { state } : {}) }
      const found = await searchScripts(doors, standings, actor, { ...words, ...pageRequest(page) })
      return c.json({ ...found, items: await scriptsJson(doors, actor, found.items) }, 200)
    })
    .openapi(getScript, async (c) => c.json(await shown(c.req.valid('param').slug, actorOf(c)), 200))
    .openapi(createScript, async (c) => {
      const { slug, files, message } = await newScriptOf(c.req.valid('json'), c.req.valid('form'))
      const { commit } = await edits.create(actorOf(c), slug, files, message)
      return c.json({ script: await shown(slug, actorOf(c)), commit }, 201)
    })
    .openapi(deleteScript, async (c) => {
      const { commit } = await edits.remove(actorOf(c), c.req.valid('param').slug)
      return c.json({ commit }, 200)
    })
    .openapi(pauseScript, async (c) => {
      const { slug } = c.req.valid('param')
      const { reason, until } = c.req.valid('json')
      const end = until === undefined ? {} : { until: Date.parse(until) }
      const { commit } = await edits.pause(actorOf(c), slug, { reason, ...end })
      return c.json({ script: await shown(slug, actorOf(c)), commit }, 200)
    })
    .openapi(resumeScript, async (c) => {
      const { slug } = c.req.valid('param')
      const { commit } = await edits.resume(actorOf(c), slug)
      return c.json({ script: await shown(slug, actorOf(c)), commit }, 200)
    })
    .openapi(listTicks, async (c) => {
      const { slug } = c.req.valid('param')
      const { from, to, ...page } = c.req.valid('query')
      const found = await doors.ticks.list(actorOf(c), slug, {
        ...pageRequest(page),
        ...(from ? { from: Date.parse(from) } : {}),
        ...(to ? { to: Date.parse(to) } : {}),
      })
      return c.json({ ...found, items: found.items.map(tickJson) }, 200)
    })

  async function shown(slug: string, actor: Located) {
    return scriptJson(doors, actor, await findScript(doors, standings, actor, slug))
  }
}
