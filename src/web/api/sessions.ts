import { createRoute, z } from '@hono/zod-openapi'
import { AppError, ROLES, timeText } from '../../base/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf, addressOf } from '../identity.ts'
import { userJson } from '../present.ts'
import { body, bodyRefusals, json, limited, refusals } from './answers.ts'
import { createApi, strict } from './app.ts'
import { time, userSchema } from './schema.ts'

const createSession = createRoute({
  method: 'post',
  path: '/sessions',
  operationId: 'createSession',
  tags: ['Sessions'],
  summary: 'Signs in with a password; gives a token for Authorization: Bearer',
  security: [],
  request: body(
    strict({ username: z.string().max(200).openapi({ example: 'admin' }), password: z.string().max(1000) }),
  ),
  responses: {
    201: json(z.object({ token: z.string(), expiresAt: time, user: userSchema }), 'Signed in'),
    ...refusals,
    ...bodyRefusals,
    ...limited,
  },
})
const getSession = createRoute({
  method: 'get',
  path: '/sessions/current',
  operationId: 'getSession',
  tags: ['Sessions'],
  summary: 'Who asks, and what they may',
  responses: {
    200: json(
      z
        .object({
          kind: z.enum(['user', 'key', 'system']),
          name: z.string(),
          role: z.enum(ROLES),
          scripts: z.array(z.string()).optional().openapi({ description: 'The only ones; absent: all' }),
        })
        .openapi('Session'),
      'Of this session or key',
    ),
    ...refusals,
  },
})
const endSession = createRoute({
  method: 'delete',
  path: '/sessions/current',
  operationId: 'endSession',
  tags: ['Sessions'],
  summary: 'Signs out: the token is worth nothing from now on',
  responses: { 204: { description: 'Signed out' }, ...refusals },
})

/** Signing in and out. */
export function sessionRoutes({ access }: Doors) {
  return createApi()
    .openapi(createSession, async (c) => {
      const { username, password } = c.req.valid('json')
      const actor = await access.authenticate.byPassword(username, password, addressOf(c))
      if (!actor) throw new AppError('unauthenticated', 'user name or password is not right')
      const { token, expiresAt } = await access.sessions.issue(actor)
      const user = await access.users.get(actor, actor.userId)
      return c.json({ token, expiresAt: timeText(expiresAt), user: userJson(user) }, 201)
    })
    .openapi(getSession, (c) => {
      const { kind, name, role, scripts } = actorOf(c)
      return c.json({ kind, name, role, ...(scripts ? { scripts } : {}) }, 200)
    })
    .openapi(endSession, async (c) => {
      await access.sessions.end(actorOf(c))
      return c.body(null, 204)
    })
}
