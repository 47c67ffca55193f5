import { timingSafeEqual } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { AppError, systemActor } from '../base/index.ts'
import type { Authenticate, Located } from '../access/index.ts'

export type Env = {
  Bindings: Partial<HttpBindings>
  Variables: { actor: Located | undefined; byCookie: boolean }
}

export const SESSION_COOKIE = 'sxs_session'

/** Where the request came from; without a socket (a test) nowhere. */
export const addressOf = (c: Context<Env>): string => c.env?.incoming?.socket.remoteAddress ?? ''

/**
 * Finds who asks, by the Authorization header or the session cookie, and keeps it in `c.var.actor`. `localToken` is
 * the command line's, from a file that only the server's own user can read.
 */
export function identify(authenticate: Authenticate, localToken: string): MiddlewareHandler<Env> {
  return async (c, next) => {
    const header = c.req.header('authorization')
    if (header !== undefined) {
      c.set('actor', await byHeader(header, authenticate, localToken, addressOf(c)))
      if (!c.var.actor)
        throw new AppError('unauthenticated', 'this key or session is not known, or has ended; sign in again')
    } else {
      const secret = getCookie(c, SESSION_COOKIE)
      c.set('actor', secret ? await authenticate.byCookie(secret, addressOf(c)) : undefined)
      c.set('byCookie', c.var.actor !== undefined)
    }
    await next()
  }
}

/** Who asks; throws unauthenticated where nobody signed in. */
export function actorOf(c: Context<Env>): Located {
  const { actor } = c.var
  if (!actor)
    throw new AppError(
      'unauthenticated',
      'nobody is signed in; sign in, or send an API key or a session token as Authorization: Bearer',
    )
  return actor
}

async function byHeader(
  header: string,
  authenticate: Authenticate,
  localToken: string,
  address: string,
): Promise<Located | undefined> {
  const [scheme = '', text = ''] = header.split(/ +/, 2)
  if (scheme.toLowerCase() !== 'bearer') return undefined
  if (equal(text, localToken)) return { ...systemActor, address: 'this machine' }
  return authenticate.byBearer(text, address)
}

function equal(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}
