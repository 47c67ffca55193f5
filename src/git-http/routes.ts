import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono, type Context } from 'hono'
import { AppError, type Actor } from '../base/index.ts'
import { assertCan } from '../access/index.ts'
import { findHttpBackend, MAIN, TEMPLATE, type Repository } from '../git/index.ts'
import { serveBackend } from './backend.ts'
import { openPush, type PushDependencies } from './push.ts'

type Env = { Bindings: HttpBindings }

export type GitHttpDependencies = PushDependencies & {
  /** Who sent these Basic credentials, or undefined. */
  authenticate: (name: string, password: string, address: string) => Promise<Actor | undefined>
}

/** Smart HTTP below `/scripts.git`: clone, fetch and push by the git program, asked for name and key first. */
export function gitRoutes(deps: GitHttpDependencies): Hono<Env> {
  const { repository } = deps
  const app = new Hono<Env>()
  let program: Promise<string> | undefined

  app.get('/info/refs', async (c) => {
    const service = c.req.query('service')
    if (service !== 'git-upload-pack' && service !== 'git-receive-pack')
      return c.text('this repository speaks the smart protocol only; use git 1.6.6 or newer\n', 403)
    return serve(c, '/info/refs', service === 'git-receive-pack')
  })
  app.post('/git-upload-pack', (c) => serve(c, '/git-upload-pack', false))
  app.post('/git-receive-pack', (c) => serve(c, '/git-receive-pack', true))

  /** git shows a refusal only where it is plain text. */
  app.onError((error, c) => {
    if (!(error instanceof AppError)) {
      deps.log.error({ err: error, path: c.req.path }, 'git could not be served')
      if (c.env.outgoing.headersSent) return RESPONSE_ALREADY_SENT
      return c.text('the server could not have git answer this; its log says why\n', 500)
    }
    return c.text(
      `${error.message}\n`,
      error.code === 'rate_limited' ? 429 : error.code === 'forbidden' ? 403 : 400,
    )
  })

  async function serve(c: Context<Env>, path: string, writes: boolean): Promise<Response> {
    const actor = await actorOf(c)
    if (!actor) {
      c.header('WWW-Authenticate', 'Basic realm="ScriptExecuterServer", charset="UTF-8"')
      return c.text('send any name with an API key as password, or your user name and password\n', 401)
    }
    assertCan(actor, writes ? 'repository.push' : 'repository.read')
    const push = openPush(deps, actor)
    const hidden = path === '/info/refs' && writes && (await holdsTemplateOnly(repository))
    try {
      await serveBackend(
        {
          program: await (program ??= findHttpBackend()),
          gitDir: repository.gitDir,
          path,
          query: new URL(c.req.url).search.slice(1),
          user: actor.name,
          ...(hidden ? { config: { 'receive.hideRefs': MAIN } } : {}),
          answer: (call) => push.answer(call),
        },
        c.env.incoming,
        c.env.outgoing,
      )
    } finally {
      if (path === '/git-receive-pack') await push.end()
    }
    return RESPONSE_ALREADY_SENT
  }

  function actorOf(c: Context<Env>): Promise<Actor | undefined> {
    const [scheme, encoded = ''] = (c.req.header('authorization') ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'basic') return Promise.resolve(undefined)
    const text = Buffer.from(encoded, 'base64').toString('utf8')
    const colon = text.indexOf(':')
    if (colon < 0) return Promise.resolve(undefined)
    const address = c.env.incoming.socket.remoteAddress ?? ''
    return deps.authenticate(text.slice(0, colon), text.slice(colon + 1), address)
  }

  return app
}

async function holdsTemplateOnly(repository: Repository): Promise<boolean> {
  const template = await repository.resolve(TEMPLATE)
  return template !== undefined && template === (await repository.head())
}
