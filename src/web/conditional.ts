import type { Context } from 'hono'
import { HttpError } from './errors.ts'
import type { Env } from './identity.ts'

/** An entity tag of RFC 9110: the text in quotes. */
export const etagOf = (text: string | number): string => `"${text}"`

/** Whether the one who asks has this version already; then 304 is the answer. */
export function isKnown(c: Context<Env>, etag: string): boolean {
  const header = c.req.header('if-none-match')
  return header !== undefined && (header.trim() === '*' || tagsOf(header).includes(etag))
}

/** Throws 412 where If-Match names another version, or `If-None-Match: *` finds one; `etag` is undefined where there is nothing yet. */
export function assertMatch(c: Context<Env>, etag: string | undefined, what: string): void {
  if (etag !== undefined && c.req.header('if-none-match')?.trim() === '*')
    throw new HttpError('conflict', 412, `${what} is there already, at ${etag}`)
  const header = c.req.header('if-match')
  if (header === undefined) return
  // A weak tag is none: what is written over must be the very same.
  const holds =
    header.trim() === '*' ? etag !== undefined : etag !== undefined && tagsOf(header).includes(etag)
  if (!holds)
    throw new HttpError(
      'conflict',
      412,
      `${what} is ${etag === undefined ? 'not there' : `at ${etag}`}, not at ${header}; read it again and decide anew`,
    )
}

const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim())
