import { z } from '@hono/zod-openapi'
import { AppError } from '../../base/index.ts'
import { strict } from './app.ts'
import { slugParam } from './schema.ts'

/** Parts that have a name of their own; the part of any other file is called like the file. */
const NAMED: Record<string, string> = {
  main: 'main.py',
  trigger: 'trigger.py',
  requirements: 'requirements.txt',
  manifest: 'script.yaml',
}

const part = z.custom<File | string>().optional().openapi({ type: 'string', format: 'binary' })

const message = z.string().min(1).max(10_000).optional().openapi({ description: 'The commit message' })

/** A new script as JSON. */
export const newScript = strict({
  slug: slugParam,
  files: z.record(z.string(), z.string()).openapi({ example: { 'main.py': 'print(1)\n' } }),
  message,
})

/** The same as a form: its slug, and a part for each file. */
export const newScriptForm = z
  .object({
    slug: slugParam,
    message,
    main: part,
    trigger: part,
    requirements: part,
    manifest: part,
  })
  .catchall(z.custom<File | string | (File | string)[]>().openapi({ type: 'string', format: 'binary' }))

export type NewScript = {
  slug: string
  message?: string | undefined
  files: Record<string, string | Uint8Array>
}

/** The one of the two that was sent; the other is empty. */
export async function newScriptOf(sent: object, form: object): Promise<NewScript> {
  if ('slug' in sent) return sent as NewScript
  if ('slug' in form) return filesOfForm(form as z.infer<typeof newScriptForm>)
  throw new AppError('invalid', 'send the script as application/json or multipart/form-data', {
    problems: [{ path: 'body', message: 'there is none' }],
  })
}

/** The files of the form by their paths below the script's folder; a file may also come as plain text. */
async function filesOfForm({ slug, message, ...parts }: z.infer<typeof newScriptForm>): Promise<NewScript> {
  const files: Record<string, Uint8Array> = {}
  for (const [name, value] of Object.entries(parts)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) {
      const path = pathOf(name, one)
      if (Object.hasOwn(files, path)) throw twice(path)
      files[path] = typeof one === 'string' ? Buffer.from(one) : new Uint8Array(await one.arrayBuffer())
    }
  }
  return { slug, message, files }
}

/** `files` and `file` are what forms call their one field; then the file's own name counts. */
function pathOf(name: string, value: File | string): string {
  if (Object.hasOwn(NAMED, name)) return NAMED[name]!
  return /^files?(\[\])?$/.test(name) && typeof value !== 'string' ? value.name : name
}

const twice = (path: string) =>
  new AppError('invalid', `${path} is there twice; send each file once`, {
    problems: [{ path, message: 'it is there twice', remedy: 'send each file once' }],
  })
