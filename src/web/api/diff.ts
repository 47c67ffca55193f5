import { z } from '@hono/zod-openapi'

const lineSchema = z.object({
  kind: z.enum(['same', 'added', 'removed']),
  before: z.number().optional().openapi({ description: 'Its number, from 1, in the file as it was' }),
  after: z.number().optional().openapi({ description: 'Its number, from 1, in the file as it is' }),
  text: z.string(),
  noNewline: z.literal(true).optional(),
})

/** How one file differs, as `src/git/diff.ts` has it. */
export const fileDiffSchema = z
  .object({
    path: z.string(),
    from: z.string().optional().openapi({ description: 'The path before, of a file that was renamed' }),
    status: z.enum(['added', 'changed', 'removed', 'renamed']),
    binary: z.boolean(),
    additions: z.number(),
    deletions: z.number(),
    hunks: z.array(z.object({ header: z.string(), lines: z.array(lineSchema) })),
    cut: z.literal(true).optional().openapi({ description: 'Not all of it is here' }),
  })
  .openapi('FileDiff')
