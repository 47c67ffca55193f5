import { createRoute, z } from '@hono/zod-openapi'
import { notFound, ROLES, timeText } from '../../base/index.ts'
import type { ApiKey } from '../../access/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { body, bodyRefusals, conflict, json, refusals } from './answers.ts'
import { createApi, strict } from './app.ts'
import { moment, time } from './schema.ts'

const keySchema = z
  .object({
    id: z.number(),
    user: z.string(),
    name: z.string(),
    prefix: z.string(),
    role: z.enum(ROLES),
    scripts: z.array(z.string()).optional(),
    createdAt: time,
    expiresAt: time.optional(),
    usedAt: time.optional(),
  })
  .openapi('ApiKey')

const listKeys = createRoute({
  method: 'get',
  path: '/api-keys',
  operationId: 'listKeys',
  tags: ['API keys'],
  summary: 'The keys of the user who asks; of=all: everybody’s',
  request: { query: strict({ of: z.enum(['own', 'all']).default('own') }) },
  responses: { 200: json(z.object({ items: z.array(keySchema) }), 'All of them'), ...refusals },
})
const createKey = createRoute({
  method: 'post',
  path: '/api-keys',
  operationId: 'createKey',
  tags: ['API keys'],
  summary: 'Makes a key; its secret is in this answer and nowhere else',
  request: body(
    strict({
      user: z.string().max(200).optional(),
      name: z.string().max(200).optional(),
      role: z.enum(ROLES).optional(),
      scripts: z.array(z.string()).max(200).optional(),
      expiresAt: moment.optional(),
    }),
  ),
  responses: {
    201: json(z.object({ key: keySchema, secret: z.string() }), 'Made'),
    ...refusals,
    ...conflict,
    ...bodyRefusals,
  },
})
const deleteKey = createRoute({
  method: 'delete',
  path: '/api-keys/{id}',
  operationId: 'deleteKey',
  tags: ['API keys'],
  summary: 'Revokes the key: it is worth nothing from now on',
  request: { params: z.object({ id: z.coerce.number().int().min(1).max(1e15) }) },
  responses: { 204: { description: 'Revoked' }, ...refusals },
})

/** API keys. */
export function keyRoutes({ access }: Doors) {
  const { keys, users } = access
  return createApi()
    .openapi(listKeys, async (c) => {
      const { of } = c.req.valid('query')
      const found = await (of === 'all' ? keys.list(actorOf(c), 'all') : keys.list(actorOf(c)))
      return c.json({ items: found.map(keyJson) }, 200)
    })
    .openapi(createKey, async (c) => {
      const { user, name, role, scripts, expiresAt } = c.req.valid('json')
      const actor = actorOf(c)
      const owner = user === undefined ? undefined : await users.findByName(actor, user)
      if (user !== undefined && !owner) throw notFound(`user ${user}`)
      const { key, secret } = await keys.create(actor, {
        ...(owner ? { userId: owner.id } : {}),
        ...(name === undefined ? {} : { name }),
        ...(role === undefined ? {} : { role }),
        ...(scripts === undefined ? {} : { scripts }),
        ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }),
      })
      return c.json({ key: keyJson(key), secret }, 201)
    })
    .openapi(deleteKey, async (c) => {
      await keys.revoke(actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
}

function keyJson({ id, user, name, prefix, role, scripts, createdAt, expiresAt, usedAt }: ApiKey) {
  return {
    ...{ id, user, name, prefix, role, createdAt: timeText(createdAt) },
    ...(scripts ? { scripts } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt: timeText(expiresAt) }),
    ...(usedAt === undefined ? {} : { usedAt: timeText(usedAt) }),
  }
}
