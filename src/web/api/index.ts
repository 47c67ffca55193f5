import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { AppError } from '../../base/index.ts'
import { etagOf, isKnown } from '../conditional.ts'
import type { Doors } from '../doors.ts'
import { HttpError } from '../errors.ts'
import type { Env } from '../identity.ts'
import type { Standings } from '../pages/standings.ts'
import { createApi } from './app.ts'
import { dataRoutes } from './data.ts'
import { documentOf } from './document.ts'
import { fileRoutes } from './files.ts'
import { historyRoutes } from './history.ts'
import { keyRoutes } from './keys.ts'
import { logRoutes } from './logs.ts'
import { previewRoutes } from './preview.ts'
import { runRoutes } from './runs.ts'
import { scriptRoutes } from './scripts.ts'
import { secretRoutes } from './secrets.ts'
import { serverRoutes } from './server.ts'
import { sessionRoutes } from './sessions.ts'
import { userRoutes } from './users.ts'

/** The API, and its OpenAPI document. */
export function apiRoutes(
  doors: Doors,
  standings: Standings,
): { routes: OpenAPIHono<Env>; document: string } {
  const api = createApi()
  api.use(wellFormed)
  for (const routes of [
    scriptRoutes(doors, standings),
    fileRoutes(doors, standings),
    previewRoutes(doors),
    dataRoutes(doors),
    runRoutes(doors),
    logRoutes(doors),
    historyRoutes(doors),
    serverRoutes(doors),
    sessionRoutes(doors),
    userRoutes(doors),
    keyRoutes(doors),
    secretRoutes(doors),
  ])
    api.route('/', routes)
  const { text, etag } = documentOf(api)
  api.get('/openapi.json', (c) => {
    const headers = { ETag: etagOf(etag), 'Cache-Control': 'no-cache' }
    if (isKnown(c, etagOf(etag))) return c.body(null, 304, headers)
    return c.body(text, 200, { ...headers, 'Content-Type': 'application/json' })
  })
  refuseOtherMethods(api)
  return { routes: api, document: text }
}

/** What is no text in percent-encoding would else be taken as it stands. */
const wellFormed: MiddlewareHandler<Env> = async (c, next) => {
  try {
    decodeURIComponent(new URL(c.req.url).pathname)
    decodeURIComponent(new URL(c.req.url).search)
  } catch {
    throw new AppError(
      'invalid',
      'the address has percent signs that encode no text; write a % itself as %25',
    )
  }
  await next()
}

/** A known path asked with a method that it has not: 405 says which it has. */
function refuseOtherMethods(api: OpenAPIHono<Env>): void {
  const methods = new Map<string, Set<string>>()
  for (const { method, path } of api.routes) {
    if (method === 'ALL') continue
    const known = methods.get(path) ?? new Set()
    methods.set(path, known.add(method))
    if (method === 'GET') known.add('HEAD')
  }
  for (const [path, known] of methods) {
    const Allow = [...known, 'OPTIONS'].sort().join(', ')
    api.all(path, (c) => {
      if (c.req.method === 'OPTIONS') return c.body(null, 204, { Allow })
      throw new HttpError('invalid', 405, `${c.req.method} is not known here; known are ${Allow}`, { Allow })
    })
  }
}
