import { createRoute, z } from '@hono/zod-openapi'
import { AppError, ROLES } from '../../base/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { userJson } from '../present.ts'
import { body, bodyRefusals, conflict, json, limited, refusals } from './answers.ts'
import { createApi, strict } from './app.ts'
import { userSchema } from './schema.ts'

const params = z.object({ id: z.coerce.number().int().min(1).max(1e15) })
const password = z.string().max(1000).optional()

const listUsers = createRoute({
  method: 'get',
  path: '/users',
  operationId: 'listUsers',
  tags: ['Users'],
  summary: 'All users, by name',
  responses: { 200: json(z.object({ items: z.array(userSchema) }), 'All of them'), ...refusals },
})
const createUser = createRoute({
  method: 'post',
  path: '/users',
  operationId: 'createUser',
  tags: ['Users'],
  summary: 'Makes a user; without a password the answer holds a one-time link',
  request: body(
    strict({ name: z.string().max(200).openapi({ example: 'eve' }), role: z.enum(ROLES), password }),
  ),
  responses: {
    201: json(z.object({ user: userSchema, link: z.string().optional() }), 'Made'),
    ...refusals,
    ...conflict,
    ...bodyRefusals,
  },
})
const updateUser = createRoute({
  method: 'patch',
  path: '/users/{id}',
  operationId: 'updateUser',
  tags: ['Users'],
  summary: 'Changes one of role, disabled and password; it acts at once on sessions and keys',
  request: {
    params,
    ...body(
      strict({
        role: z.enum(ROLES).optional(),
        disabled: z.boolean().optional(),
        password,
        current: password.openapi({ description: 'The present password, to change one’s own' }),
      }),
    ),
  },
  responses: {
    200: json(userSchema, 'The user as it is now'),
    ...refusals,
    ...conflict,
    ...bodyRefusals,
    ...limited,
  },
})
const disableUser = createRoute({
  method: 'delete',
  path: '/users/{id}',
  operationId: 'disableUser',
  tags: ['Users'],
  summary: 'Disables the user, whose sessions, keys and links end for good; the name stays in the history',
  request: { params },
  responses: { 204: { description: 'Disabled' }, ...refusals, ...conflict },
})

/** Users. */
export function userRoutes({ access, publicUrl }: Doors) {
  const { users } = access
  return createApi()
    .openapi(listUsers, async (c) => c.json({ items: (await users.list(actorOf(c))).map(userJson) }, 200))
    .openapi(createUser, async (c) => {
      const { name, role, password } = c.req.valid('json')
      const actor = actorOf(c)
      const user = await users.create(actor, { name, role, ...(password === undefined ? {} : { password }) })
      if (password !== undefined) return c.json({ user: userJson(user) }, 201)
      const { token } = await access.links.create(actor, user.id, 'invitation')
      return c.json({ user: userJson(user), link: `${publicUrl()}/setup?token=${token}` }, 201)
    })
    .openapi(updateUser, async (c) => {
      const { id } = c.req.valid('param')
      const { role, disabled, password, current } = c.req.valid('json')
      const asked = [role, disabled, password].filter((value) => value !== undefined)
      if (asked.length !== 1)
        throw new AppError('invalid', 'name one of role, disabled and password at a time')
      const actor = actorOf(c)
      if (role !== undefined) await users.setRole(actor, id, role)
      if (disabled !== undefined) await (disabled ? users.disable(actor, id) : users.enable(actor, id))
      if (password !== undefined)
        await users.setPassword(actor, id, { password, ...(current === undefined ? {} : { current }) })
      return c.json(userJson(await users.get(actor, id)), 200)
    })
    .openapi(disableUser, async (c) => {
      await users.disable(actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
}
