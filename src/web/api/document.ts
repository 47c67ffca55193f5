import { createHash } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { version } from '../../version.ts'
import type { Env } from '../identity.ts'

/** The OpenAPI document as it is sent, and a hash of it. */
export type ApiDocument = { text: string; etag: string }

const TAGS = [
  ['Scripts', 'A script is a folder below `scripts/` of the repository; its slug is its path with dots.'],
  ['Files', 'The files of a script. Every change is one commit by whoever asks.'],
  ['Data', 'What a script keeps from run to run.'],
  ['Runs', 'Requests to execute a script, their logs and what they leave.'],
  ['Schedules', 'What is due when, and what became of it.'],
  ['Commits', 'What happened in Git.'],
  ['Server', 'The server’s own state.'],
  ['Sessions', 'Signing in with a password. A key does without.'],
  ['Users', 'Who may sign in, and as what.'],
  ['API keys', 'For programs, and for pushing.'],
  ['Secrets', 'Values that scripts are given, and nobody is told.'],
] as const

/** The document of all routes of the API. */
export function documentOf(api: OpenAPIHono<Env>): ApiDocument {
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or the token of a session',
  })
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'ScriptExecuterServer',
      version,
      description:
        'Lists take `limit` (at most 200) and `cursor`, and give `nextCursor` where there is more. Times are RFC 3339 in UTC. Every refusal is an `application/problem+json` of RFC 9457 with a `code`.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    tags: TAGS.map(([name, description]) => ({ name, description })),
  })
  // Either body of the two will do, but there must be one, which the router's own rule cannot say.
  const body = document.paths?.['/scripts']?.post?.requestBody
  if (body && 'content' in body) body.required = true
  const text = JSON.stringify(document)
  return { text, etag: createHash('sha256').update(text).digest('hex').slice(0, 16) }
}
