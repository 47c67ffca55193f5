import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Notice } from '../../../views/components/toast.tsx'
import type { Doors } from '../doors.ts'
import type { Env } from '../identity.ts'

const COOKIE = 'sxs_flash'
const KEPT_SECONDS = 60

/**
 * The answer to an action that went well: leads `to` a page, where the notice is told once. Was it sent by htmx from a
 * button that lets its page stay (`<Act stay>`), the page stays and a toast tells it. A page that is itself what came of it
 * needs no notice.
 */
export function done(
  c: Context<Env>,
  doors: Pick<Doors, 'localToken' | 'publicUrl'>,
  to: string,
  notice: Notice,
): Response {
  if (c.req.header('hx-request')) return c.body(null, 204, { 'HX-Trigger': toastEvent(notice) })
  if (notice.href === to) return c.redirect(to, 303)
  const text = Buffer.from(JSON.stringify(notice)).toString('base64url')
  setCookie(c, COOKIE, `${text}.${signatureOf(text, doors.localToken)}`, {
    ...{ path: '/', httpOnly: true, sameSite: 'Lax' as const, maxAge: KEPT_SECONDS },
    secure: doors.publicUrl().startsWith('https:'),
  })
  return c.redirect(to, 303)
}

/** Tells of a run that was asked for, to whoever stays where it was asked. */
export const queuedNotice = (id: number): Notice => ({
  ...{ tone: 'ok', text: `Run ${id} is queued.` },
  ...{ href: `/runs/${id}`, link: 'See run' },
})

/** What the last action left to be told on this page; taken away, so that it is told once. */
export function takeFlash(c: Context<Env>, { localToken }: Pick<Doors, 'localToken'>): Notice | undefined {
  // Parts that are had again by the live connection come before the page that the notice is for.
  if (c.req.method !== 'GET' || c.req.header('hx-request')) return undefined
  const cookie = getCookie(c, COOKIE)
  if (cookie === undefined) return undefined
  deleteCookie(c, COOKIE, { path: '/' })
  const [text = '', signature = ''] = cookie.split('.', 2)
  const [given, wanted] = [Buffer.from(signature), Buffer.from(signatureOf(text, localToken))]
  // Another program on this host name may set cookies; only what we wrote is shown.
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as Notice
}

/** The header by which htmx tells the page of a notice; headers carry ASCII only. */
export const toastEvent = (notice: Notice): string =>
  JSON.stringify({ toast: notice }).replace(
    /[^\x20-\x7e]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const signatureOf = (text: string, key: string) =>
  createHmac('sha256', key).update(`flash:${text}`).digest('base64url')
