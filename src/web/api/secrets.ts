import { createRoute, z } from '@hono/zod-openapi'
import { timeText } from '../../base/index.ts'
import type { Secret } from '../../secret/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { body, bodyRefusals, json, refusals } from './answers.ts'
import { createApi, strict } from './app.ts'
import { time } from './schema.ts'

const secretSchema = z
  .object({
    name: z.string().openapi({ example: 'SMTP_PASSWORD' }),
    scripts: z.array(z.string()).openapi({ description: 'The scripts that it is granted to' }),
    changedAt: time,
    changedBy: z.string(),
  })
  .openapi('Secret')
const name = z.object({ name: z.string().max(200).openapi({ example: 'SMTP_PASSWORD' }) })

const listSecrets = createRoute({
  method: 'get',
  path: '/secrets',
  operationId: 'listSecrets',
  tags: ['Secrets'],
  summary: 'The secrets by name; no value is ever told',
  responses: { 200: json(z.object({ items: z.array(secretSchema) }), 'All of them'), ...refusals },
})
const setSecret = createRoute({
  method: 'put',
  path: '/secrets/{name}',
  operationId: 'setSecret',
  tags: ['Secrets'],
  summary: 'Sets its value and the scripts that it is granted to, in place of those before',
  request: {
    params: name,
    ...body(
      strict({
        value: z.string(),
        scripts: z
          .array(z.string())
          .default([])
          .openapi({ description: 'Absent: granted to none. They need not exist yet.' }),
      }),
    ),
  },
  responses: { 200: json(secretSchema, 'As it is now'), ...refusals, ...bodyRefusals },
})
const deleteSecret = createRoute({
  method: 'delete',
  path: '/secrets/{name}',
  operationId: 'deleteSecret',
  tags: ['Secrets'],
  summary: 'Deletes it; runs that need it are refused from now on',
  request: { params: name },
  responses: { 204: { description: 'Deleted' }, ...refusals },
})
const rotateSecretKey = createRoute({
  method: 'post',
  path: '/secrets/rotate-key',
  operationId: 'rotateSecretKey',
  tags: ['Secrets'],
  summary: 'Encrypts all values with a new key and forgets the old one',
  responses: { 200: json(z.object({ secrets: z.number() }), 'How many'), ...refusals },
})

/** Secrets: set, granted and deleted, and never read. */
export function secretRoutes({ secrets }: Doors) {
  return createApi()
    .openapi(listSecrets, async (c) => {
      const found = await secrets.list(actorOf(c))
      return c.json({ items: found.map(secretJson) }, 200)
    })
    .openapi(setSecret, async (c) => {
      const { value, scripts } = c.req.valid('json')
      const secret = await secrets.set(actorOf(c), c.req.valid('param').name, value, scripts)
      return c.json(secretJson(secret), 200)
    })
    .openapi(deleteSecret, async (c) => {
      await secrets.remove(actorOf(c), c.req.valid('param').name)
      return c.body(null, 204)
    })
    .openapi(rotateSecretKey, async (c) => c.json({ secrets: await secrets.rotateKey(actorOf(c)) }, 200))
}

const secretJson = ({ changedAt, ...rest }: Secret) => ({ ...rest, changedAt: timeText(changedAt) })
