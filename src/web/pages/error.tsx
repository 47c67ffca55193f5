import type { Context } from 'hono'
import type { AppError } from '../../base/index.ts'
import { ErrorPage } from '../../../views/error/index.tsx'
import { plainText, sentence } from '../../../views/words.ts'
import type { Doors } from '../doors.ts'
import { STATUS, titleOf } from '../errors.ts'
import type { Env } from '../identity.ts'
import { toastEvent } from './flash.ts'
import { fieldsOf, pageOf, safeNext } from './page.ts'

/** A page that explains and leads on; who is not signed in is asked to, and comes back after. */
export async function errorPage(
  c: Context<Env>,
  doors: Doors,
  version: string,
  error: AppError,
): Promise<Response> {
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
  const { role } = error.details
  const next = cameFrom(c)
  return c.html(
    <ErrorPage
      page={page}
      code={error.code}
      detail={error.message}
      problems={error.problems}
      links={linksOf(c, error)}
      kept={await keptOf(c)}
      {...(typeof role === 'string' ? { role } : {})}
      {...(next === undefined ? {} : { next })}
    />,
    STATUS[error.code],
  )
}

/** Where to go on from here: to the list that the thing belongs to. */
function linksOf(c: Context<Env>, { code }: AppError): { href: string; name: string }[] {
  if (!c.var.actor) return code === 'unauthenticated' ? [] : [{ href: '/login', name: 'Sign in' }]
  return c.req.path.startsWith('/runs')
    ? [{ href: '/runs', name: 'All runs' }]
    : [{ href: '/scripts', name: 'All scripts' }]
}

// What nobody should read on a page, and what only we put into forms.
const UNSEEN = /pass|secret|token|csrf|^next$|^base$/i

/** The text fields of a form that was not taken, so that what a person typed is not lost with it. */
async function keptOf(c: Context<Env>): Promise<{ name: string; text: string }[]> {
  if (c.req.method !== 'POST' || c.req.path.startsWith('/secrets')) return []
  const fields = await fieldsOf(c).catch(() => ({}))
  return Object.entries(fields).flatMap(([name, text]) =>
    UNSEEN.test(name) || text.trim() === '' ? [] : [{ name, text: plainText(text.replaceAll('\r\n', '\n')) }],
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
