import type { MiddlewareHandler } from 'hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { assertCan } from '../access/index.ts'
import { AppError, notFound } from '../base/index.ts'
import { scriptSchema } from '../script/index.ts'
import { apiRoutes } from './api/index.ts'
import { openAssets } from './assets.ts'
import { drain } from './drain.ts'
import type { Doors } from './doors.ts'
import { asAppError, problemJson } from './errors.ts'
import { browserHeaders, headHasNoBody, namesItself, sameSiteOnly } from './guard.ts'
import { actorOf, identify, type Env } from './identity.ts'
import { createMetrics } from './metrics.ts'
import { pageRoutes } from './pages/index.ts'
import { referencePages } from './pages/reference.tsx'
import { createStandings } from './pages/standings.ts'
import { errorPage } from './pages/error.tsx'

// 500 files of 1 MiB are allowed to a script; what the API takes at once is less, a push takes the rest.
const MOST_BODY_BYTES = 16 * 2 ** 20

/** Dashboard and API over the same verbs; `git` answers below /scripts.git. */
export function createWeb(doors: Doors, git: Hono<never>): Hono<Env> {
  const app = new Hono<Env>({ strict: false })
  const assets = openAssets()
  const metrics = createMetrics(doors)

  app.onError((error, c) => {
    const known = asAppError(error)
    if (known.code === 'internal')
      doors.log.error({ err: error, path: c.req.path, method: c.req.method }, 'a request failed')
    return isForPeople(c.req.path) ? errorPage(c, doors, assets.version, known) : problemJson(c, known)
  })
  app.notFound((c) => {
    const error = notFound(isForPeople(c.req.path) ? 'this page' : c.req.path)
    return isForPeople(c.req.path) ? errorPage(c, doors, assets.version, error) : problemJson(c, error)
  })

  app.use(metrics.measure)
  app.get('/healthz', (c) => c.text('ok\n'))
  app.get('/readyz', async (c) => ((await doors.isReady()) ? c.text('ready\n') : c.text('not ready\n', 503)))
  app.get('/schemas/script.json', (c) => c.json(scriptSchema()))
  app.route('/scripts.git', git as unknown as Hono<Env>)
  app.route('/assets', assets.routes)

  const limited: MiddlewareHandler<Env> = bodyLimit({
    maxSize: MOST_BODY_BYTES,
    onError: async (c) => {
      await drain(c.req.raw)
      throw new AppError(
        'too_large',
        `the body is larger than ${MOST_BODY_BYTES / 2 ** 20} MiB; push it with git instead`,
      )
    },
  })
  app.use('/api/v1/*', namesItself)
  app.use(
    headHasNoBody,
    browserHeaders,
    limited,
    sameSiteOnly,
    identify(doors.access.authenticate, doors.localToken),
  )
  app.get('/metrics', async (c) => {
    // Never open to this machine alone: behind a proxy everybody comes from there.
    assertCan(actorOf(c), 'status.read')
    return c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType })
  })
  const standings = createStandings(doors)
  const api = apiRoutes(doors, standings)
  app.route('/', referencePages(doors, assets.version, api.document))
  app.route('/api/v1', api.routes)
  app.route('/', pageRoutes(doors, assets.version, standings))
  return app
}

const isForPeople = (path: string) => !/^\/(api|metrics|hooks|schemas|assets|scripts\.git)(\/|$)/.test(path)
