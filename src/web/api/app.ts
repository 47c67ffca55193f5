import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError, describeProblem } from '../../base/index.ts'
import { nearest } from '../../script/index.ts'
import type { Env } from '../identity.ts'
import { problemsOf, SEPARATOR } from './issues.ts'

/** A router whose routes are checked against their own definition; what does not fit is told field by field. */
export function createApi(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    strict: false,
    defaultHook: (result) => {
      if (result.success) return
      const problems = problemsOf(result.error.issues, result.target)
      throw new AppError('invalid', problems.map(describeProblem).join('\n'), { problems })
    },
  })
}

/** An answer of bytes or of text as it is, which the types of a route's JSON do not know. */
export const raw = (
  c: Context<Env>,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
) => c.body(body, 200, headers) as never

/** An object that has these keys and no others; of an unknown one it is said which may be meant. */
export function strict<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key: string) => remedyOf(key, known)).join(SEPARATOR)
        : undefined,
  })
}

function remedyOf(key: string, known: string[]): string {
  const meant = nearest(key, known)
  if (meant) return `write '${meant}'`
  return known.length === 0 ? 'leave it out' : `known are ${known.join(', ')}`
}
