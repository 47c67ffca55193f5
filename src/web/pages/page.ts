import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { AppError } from '../../base/index.ts'
import type { Located } from '../../access/index.ts'
import type { Page } from '../../../views/layout.tsx'
import type { Doors } from '../doors.ts'
import type { Env } from '../identity.ts'
import { takeFlash } from './flash.ts'

type Rest = Pick<Page, 'title' | 'active' | 'flash' | 'scripts' | 'styles'>

/** What every page carries beside its own matter. */
export function pageOf(c: Context<Env>, doors: Doors, version: string, rest: Rest): Page {
  const { actor } = c.var
  const head = doors.synced()
  const flash = takeFlash(c, doors)
  return {
    ...(flash ? { flash } : {}),
    ...rest,
    now: doors.clock.now(),
    version,
    ...(actor ? { actor: { name: actor.name, role: actor.role } } : {}),
    ...(actor && head ? { head: { commit: head.commit, syncedAt: head.at } } : {}),
    ...(actor ? { csrf: csrfOf(actor, doors.localToken) } : {}),
  }
}

/** The fields of a form. Throws forbidden unless it carries the token of this very session. */
export async function formOf(c: Context<Env>, actor: Located, doors: Doors): Promise<Record<string, string>> {
  const fields = await fieldsOf(c)
  const [given, wanted] = [Buffer.from(fields['csrf'] ?? ''), Buffer.from(csrfOf(actor, doors.localToken))]
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new AppError('forbidden', 'this form is of another session; open the page again and retry')
  return fields
}

/** The text fields of a form, the last of each name. */
export async function fieldsOf(c: Context<Env>): Promise<Record<string, string>> {
  const body = await c.req.parseBody()
  return Object.fromEntries(
    Object.entries(body).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

/** Every part of a form, files too, and lists where a name comes more than once. */
export const partsOf = (c: Context<Env>): Promise<Record<string, unknown>> => c.req.parseBody({ all: true })

/** Only a path of this server is gone on to. */
export const safeNext = (next: string | undefined): string =>
  next && /^\/(?![/\\])[^\s]*$/.test(next) ? next : '/'

/** Where an action leads: to the page that its form names, or otherwise. */
export const backOr = (next: string | undefined, otherwise: string): string =>
  next ? safeNext(next) : otherwise

const csrfOf = (actor: Located, key: string) =>
  createHmac('sha256', key)
    .update(`csrf:${actor.sessionId ?? actor.name}`)
    .digest('base64url')
