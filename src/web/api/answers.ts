import { z } from '@hono/zod-openapi'
import { LONGEST_PAGE } from '../../base/index.ts'
import { strict } from './app.ts'

/** What routes have in common: bodies, pages, and refusals. */

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    problems: z
      .array(
        z.object({
          path: z.string(),
          line: z.number().optional(),
          column: z.number().optional(),
          message: z.string(),
          remedy: z.string().optional(),
        }),
      )
      .optional(),
  })
  .openapi('Problem')

const conflictSchema = problemSchema
  .extend({
    head: z.string().optional().openapi({ description: 'The commit to edit from now' }),
    conflicts: z
      .array(z.object({ path: z.string(), theirs: z.string().nullable(), yours: z.string().nullable() }))
      .optional()
      .openapi({ description: 'Both versions of each touched file that moved; null: it is not there' }),
  })
  .openapi('Conflict')

/** `?limit=&cursor=`; a limit above the longest page is refused, not cut. */
const pageShape = {
  limit: z.coerce.number().int().min(1).max(LONGEST_PAGE).default(50),
  cursor: z.string().max(500).optional(),
}

/** The query of a list, with what else it takes. */
export const listQuery = <S extends z.ZodRawShape>(shape: S) => strict({ ...pageShape, ...shape })

/** The request without the members that were not sent. */
export function pageRequest({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
  return cursor === undefined ? { limit } : { limit, cursor }
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

/** A JSON answer for a route's `responses`. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})

/** A JSON body for a route's `request`. */
export const body = <T extends z.ZodType>(schema: T) => ({
  body: { content: { 'application/json': { schema } }, required: true },
})

/** The same for a body that may be left out. */
export const optionalBody = <T extends z.ZodType>(schema: T) => ({
  body: { content: { 'application/json': { schema } }, required: false },
})

const refusal = (description: string, schema: z.ZodType = problemSchema) => ({
  content: { 'application/problem+json': { schema } },
  description,
})

/** The refusals that every route may answer with. */
export const refusals = {
  400: refusal('The request is not valid'),
  401: refusal('Nobody signed in'),
  403: refusal('The actor may not do this'),
  404: refusal('Not found'),
}
export const conflict = { 409: refusal('It changed meanwhile, or exists already', conflictSchema) }
export const moved = { 412: refusal('It is no longer what If-Match names') }
export const limited = { 429: refusal('Too many tries; Retry-After says when to come again') }
/** Of a route that takes a body. */
export const bodyRefusals = {
  413: refusal('The body is too large'),
  415: refusal('The body is of a type that is not taken here'),
}
/** Of a route that makes a commit. */
export const commitRefusals = {
  ...refusals,
  ...conflict,
  ...bodyRefusals,
  503: refusal('main is being replaced, or moves too quickly; try again'),
}
