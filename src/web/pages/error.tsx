import type { Context } from 'hono'
import type { AppError } from '../../base/index.ts'
import { ErrorPage } from '../../../views/error/index.tsx'
import { sentence } from '../../../views/words.ts'
import type { Doors } from '../doors.ts'
import { STATUS, titleOf } from '../errors.ts'
import type { Env } from '../identity.ts'
import { toastEvent } from './flash.ts'
import { pageOf, safeNext } from './page.ts'

/** A page that explains and leads on; who is not signed in is asked to, and comes back after. */
export function errorPage(
  c: Context<Env>,
  doors: Doors,
  version: string,
  error: AppError,
): Response | Promise<Response> {
  const isPart = c.req.header('hx-request') !== undefined
  if (error.code === 'unauthenticated' && (isPart || c.req.method === 'GET')) {
    const login = `/login?next=${encodeURIComponent(pathOf(isPart ? c.req.header('hx-current-url') : c.req.url))}`
    // A fragment is no place to sign in: htmx is told to open the whole page.
    return isPart ? c.body(null, 204, { 'HX-Redirect': login }) : c.redirect(login)
  }
  // The page stays, so a toast says why nothing came of it.
  if (isPart && c.req.method !== 'GET')
    c.header('HX-Trigger', toastEvent({ tone: 'bad', text: sentence(error.message) }))
  const page = pageOf(c, doors, version, { title: titleOf(error.code) })
  const links = c.var.actor
    ? [{ href: '/scripts', name: 'All scripts' }]
    : error.code === 'unauthenticated'
      ? []
      : [{ href: '/login', name: 'Sign in' }]
  const { role } = error.details
  const next = cameFrom(c)
  return c.html(
    <ErrorPage
      page={page}
      code={error.code}
      detail={error.message}
      problems={error.problems}
      links={links}
      {...(typeof role === 'string' ? { role } : {})}
      {...(next === undefined ? {} : { next })}
    />,
    STATUS[error.code],
  )
}

function pathOf(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return '/'
  const { pathname, search } = new URL(url)
  return pathname + search
}

/** The page of ours that a form was sent from, so that signing in leads back to it. */
function cameFrom(c: Context<Env>): string | undefined {
  const referer = c.req.header('referer')
  if (referer === undefined || !URL.canParse(referer)) return undefined
  const { host, pathname, search } = new URL(referer)
  return host === c.req.header('host') ? safeNext(pathname + search) : undefined
}
