import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { API_HEADER, AppError } from '../base/index.ts'
import type { Env } from './identity.ts'

const headers: Parameters<typeof secureHeaders>[0] = {
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  crossOriginResourcePolicy: 'same-origin',
  // TLS ends at a proxy, which knows whether it may promise this.
  strictTransportSecurity: false,
}

const overTls = secureHeaders({ ...headers, crossOriginOpenerPolicy: 'same-origin' })
const overPlain = secureHeaders({ ...headers, crossOriginOpenerPolicy: false, originAgentCluster: false })

/** What pages may load and do: our own files, nothing inline, no frames. */
export const browserHeaders: MiddlewareHandler<Env> = (c, next) => {
  // Over plain HTTP from another machine a browser takes no heed of some of them, and complains on every page. It sends
  // Sec-Fetch-Dest only where it would heed them: over TLS, also behind a proxy, and from this machine.
  const heeds = c.req.header('sec-fetch-dest') !== undefined
  return (heeds ? overTls : overPlain)(c, next)
}

/**
 * The answer to HEAD is the one to GET without its body, which nobody reads then: what it would have been read from, an
 * open file say, is let go of here.
 */
export const headHasNoBody: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  if (c.req.method === 'HEAD') await c.res.body?.cancel()
}

/** By this a client tells our answers, also refusals, from those of whatever else may answer at an address. */
export const namesItself: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  c.header(API_HEADER, 'v1')
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A change that a browser sends with its cookie must come from our own page, whatever its content type: the browser
 * says so itself in Sec-Fetch-Site, older ones in Origin.
 */
export const sameSiteOnly: MiddlewareHandler<Env> = async (c, next) => {
  if (!SAFE.has(c.req.method) && c.req.header('authorization') === undefined && !isSameOrigin(c.req.raw)) {
    throw new AppError(
      'forbidden',
      'this change did not come from a page of this server; open the page again and retry',
    )
  }
  await next()
}

/** Whether the browser says that the request comes from a page of this very server. */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  const origin = request.headers.get('origin')
  return origin === null || (URL.canParse(origin) && new URL(origin).host === request.headers.get('host'))
}
