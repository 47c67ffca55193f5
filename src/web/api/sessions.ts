import { createRoute, z } from '@hono/zod-openapi'
import { AppError, ROLES, timeText } from '../../base/index.ts'
import type { ApiKey, User } from '../../access/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf, addressOf } from '../identity.ts'
import { createApi } from './app.ts'
import { body, conflict, json, refusals, userSchema } from './schema.ts'

const time = z.string().openapi({ format: 'date-time' })
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

const createSession = createRoute({
  method: 'post',
  path: '/sessions',
  summary: 'Sign in with a password; gives a token for Authorization: Bearer',
  request: body(z.object({ username: z.string().max(200), password: z.string().max(1000) })),
  responses: {
    201: json(z.object({ token: z.string(), expiresAt: time, user: userSchema }), 'Signed in'),
    ...refusals,
  },
})

const endSession = createRoute({
  method: 'delete',
  path: '/sessions/current',
  summary: 'Sign out: the token is worth nothing from now on',
  responses: { 204: { description: 'Signed out' }, ...refusals },
})

const listUsers = createRoute({
  method: 'get',
  path: '/users',
  responses: { 200: json(z.object({ items: z.array(userSchema) }), 'All users'), ...refusals },
})

const createUser = createRoute({
  method: 'post',
  path: '/users',
  summary: 'A new user; without a password the answer holds a one-time link',
  request: body(
    z.object({ name: z.string().max(200), role: z.enum(ROLES), password: z.string().max(1000).optional() }),
  ),
  responses: {
    201: json(z.object({ user: userSchema, link: z.string().optional() }), 'Made'),
    ...refusals,
    ...conflict,
  },
})

const listKeys = createRoute({
  method: 'get',
  path: '/api-keys',
  summary: 'The keys of the user who asks',
  responses: { 200: json(z.object({ items: z.array(keySchema) }), 'The keys'), ...refusals },
})

const createKey = createRoute({
  method: 'post',
  path: '/api-keys',
  summary: 'A new key; its secret is in this answer and nowhere else',
  request: body(
    z.object({
      user: z.string().max(200).optional(),
      name: z.string().max(200).optional(),
      role: z.enum(ROLES).optional(),
      scripts: z.array(z.string()).max(200).optional(),
      expiresAt: z.iso.datetime({ offset: true }).optional(),
    }),
  ),
  responses: { 201: json(z.object({ key: keySchema, secret: z.string() }), 'Made'), ...refusals },
})

const deleteKey = createRoute({
  method: 'delete',
  path: '/api-keys/{id}',
  request: { params: z.object({ id: z.coerce.number().int() }) },
  responses: { 204: { description: 'Revoked' }, ...refusals },
})

/** Sessions, users and API keys. */
export function sessionRoutes({ access, publicUrl }: Doors) {
  return createApi()
    .openapi(createSession, async (c) => {
      const { username, password } = c.req.valid('json')
      const actor = await access.authenticate.byPassword(username, password, addressOf(c))
      if (!actor) throw new AppError('unauthenticated', 'user name or password is not right')
      const { token, expiresAt } = await access.sessions.issue(actor)
      const user = await access.users.get(actor, actor.userId)
      return c.json({ token, expiresAt: timeText(expiresAt), user: userJson(user) }, 201)
    })
    .openapi(endSession, async (c) => {
      await access.sessions.end(actorOf(c))
      return c.body(null, 204)
    })
    .openapi(listUsers, async (c) =>
      c.json({ items: (await access.users.list(actorOf(c))).map(userJson) }, 200),
    )
    .openapi(createUser, async (c) => {
      const { name, role, password } = c.req.valid('json')
      const actor = actorOf(c)
      const user = await access.users.create(actor, {
        name,
        role,
        ...(password === undefined ? {} : { password }),
      })
      if (password !== undefined) return c.json({ user: userJson(user) }, 201)
      const { token } = await access.links.create(actor, user.id, 'invitation')
      return c.json({ user: userJson(user), link: `${publicUrl()}/setup?token=${token}` }, 201)
    })
    .openapi(listKeys, async (c) => c.json({ items: (await access.keys.list(actorOf(c))).map(keyJson) }, 200))
    .openapi(createKey, async (c) => {
      const { user, name, role, scripts, expiresAt } = c.req.valid('json')
      const actor = actorOf(c)
      const owner = user === undefined ? undefined : await access.users.findByName(actor, user)
      if (user !== undefined && !owner) throw new AppError('not_found', `user ${user} is not found`)
      const { key, secret } = await access.keys.create(actor, {
        ...(owner ? { userId: owner.id } : {}),
        ...(name === undefined ? {} : { name }),
        ...(role === undefined ? {} : { role }),
        ...(scripts === undefined ? {} : { scripts }),
        ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }),
      })
      return c.json({ key: keyJson(key), secret }, 201)
    })
    .openapi(deleteKey, async (c) => {
      await access.keys.revoke(actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
}

function userJson({ id, name, role, disabled, createdAt }: User) {
  return { id, name, role, disabled, createdAt: timeText(createdAt) }
}

function keyJson({ id, user, name, prefix, role, scripts, createdAt, expiresAt, usedAt }: ApiKey) {
  return {
    id,
    user,
    name,
    prefix,
    role,
    createdAt: timeText(createdAt),
    ...(scripts ? { scripts } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt: timeText(expiresAt) }),
    ...(usedAt === undefined ? {} : { usedAt: timeText(usedAt) }),
  }
}
