import { createRoute, z } from '@hono/zod-openapi'
import { timeText } from '../../base/index.ts'
import type { Outlook, Preview } from '../../edit/index.ts'
import type { Doors } from '../doors.ts'
import { actorOf } from '../identity.ts'
import { createApi, strict } from './app.ts'
import { fileDiffSchema } from './diff.ts'
import { body, bodyRefusals, json, problemSchema, refusals } from './answers.ts'
import { commitId, slugParam } from './schema.ts'

const time = z.string().openapi({ format: 'date-time' })
const previewSchema = z
  .object({
    head: commitId.openapi({ description: 'The commit that the edit would go on top of' }),
    problems: problemSchema.shape.problems.unwrap().openapi({ description: 'Why it would be refused' }),
    diff: z.array(fileDiffSchema),
    effect: z.array(z.string()).openapi({ description: 'The lines that a push of it prints' }),
    outlook: z
      .object({
        words: z.array(z.string()),
        next: z.array(time),
        paused: z.object({ reason: z.string().optional(), until: time.optional() }).optional(),
      })
      .optional()
      .openapi({
        description: 'When the script would run: its schedules in words, and the next ten moments',
      }),
    conflicts: z
      .array(z.object({ path: z.string(), theirs: z.string().nullable(), yours: z.string().nullable() }))
      .openapi({ description: 'Touched files that somebody else changed since the base' }),
  })
  .openapi('Preview')

/** What is tried: new texts by path, null for a file that goes, on top of the commit that was read. */
export const trialSchema = strict({
  files: z.record(z.string(), z.string().nullable()),
  base: z.string().regex(/^[0-9a-f]{7,40}$/, 'it must be the id of the commit that was read'),
})

const preview = createRoute({
  method: 'post',
  path: '/scripts/{slug}/preview',
  operationId: 'previewEdit',
  tags: ['Files'],
  summary: 'What an edit would come to: the same check, and nothing is written',
  request: {
    params: z.object({ slug: slugParam }),
    ...body(trialSchema),
  },
  responses: { 200: json(previewSchema, 'Nothing was written'), ...refusals, ...bodyRefusals },
})

/** Trying an edit before it is committed. */
export function previewRoutes({ edits }: Doors) {
  return createApi().openapi(preview, async (c) => {
    const found = await edits.preview(actorOf(c), c.req.valid('param').slug, c.req.valid('json'))
    return c.json(previewJson(found), 200)
  })
}

function previewJson({ outlook, ...rest }: Preview): z.infer<typeof previewSchema> {
  if (!outlook) return rest
  const { words, next, paused } = outlook
  return {
    ...rest,
    outlook: { words, next: next.map(timeText), ...(paused ? { paused: pauseJson(paused) } : {}) },
  }
}

function pauseJson({ reason, until }: NonNullable<Outlook['paused']>) {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(until === undefined ? {} : { until: timeText(until) }),
  }
}
