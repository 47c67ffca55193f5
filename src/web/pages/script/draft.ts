import { parseDocument, stringify } from 'yaml'
import type { AppError, Problem } from '../../../base/index.ts'
import { folderOfSlug } from '../../../script/index.ts'
import type { NewFields } from '../../../../views/scripts/_when.tsx'
import type { Template } from './templates.ts'

export type Errors = { [name in keyof NewFields | 'files' | 'whole']?: string }

const FILES = { main: 'main.py', trigger: 'trigger.py', requirements: 'requirements.txt' } as const
const MANIFEST = 'script.yaml'
// Keys of the manifest that have fields of their own.
const OWN_KEYS = ['description', 'schedule', 'paused']
const MOST_SHOWN = 3

/** The form as it begins from a template: when it runs is for the one who makes it to say, so no pause comes along. */
export function draftOf({ files }: Template): NewFields {
  const manifest = parseDocument(files[MANIFEST] ?? '')
  const { description, schedule } = (manifest.toJS() ?? {}) as {
    description?: string
    schedule?: { cron?: string; timezone?: string; every?: string }
  }
  if (manifest.contents) for (const key of OWN_KEYS) manifest.delete(key)
  const rest =
    manifest.contents && Object.keys(manifest.toJS() as object).length > 0 ? manifest.toString() : ''
  const text = (name: keyof typeof FILES) => files[FILES[name]] ?? ''
  return {
    ...{ slug: '', description: description ?? '', manifest: rest, message: '' },
    ...{ main: text('main'), trigger: text('trigger'), requirements: text('requirements') },
    when: schedule?.cron ? 'cron' : schedule?.every ? 'every' : files['trigger.py'] ? 'gate' : 'hand',
    ...{ cron: schedule?.cron ?? '', timezone: schedule?.timezone ?? '', every: schedule?.every ?? '' },
    paused: false,
  }
}

/** Files of the template that the form has no field for. */
export const companionsOf = ({ files }: Template): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).filter(
      ([path]) => path !== MANIFEST && !Object.values<string>(FILES).includes(path),
    ),
  )

/** The files that a form makes, with the manifest that its fields say. */
export function filesOf(fields: NewFields, template: Template): Record<string, string> {
  const files: Record<string, string> = { ...companionsOf(template) }
  for (const [name, path] of Object.entries(FILES) as [keyof typeof FILES, string][])
    if (fields[name].trim() !== '') files[path] = ended(fields[name])
  const { head, rest } = manifestOf(fields)
  if (head.length > 0 || rest !== '') files[MANIFEST] = [...head.map(({ line }) => line), rest].join('\n')
  return files
}

/** Text areas send their lines as HTTP does; files end each with one sign. */
const ended = (text: string): string => {
  const lines = text.replace(/\r\n?/g, '\n')
  return lines.endsWith('\n') ? lines : `${lines}\n`
}

/** The manifest: a line for each field that is filled in, and below them what was written as it is. */
function manifestOf(fields: NewFields): { head: { key: string; line: string }[]; rest: string } {
  const schedule = scheduleOf(fields)
  const keys = {
    ...(fields.description.trim() === '' ? {} : { description: fields.description.trim() }),
    ...(schedule ? { schedule } : {}),
    ...(fields.paused ? { paused: true } : {}),
  }
  const head = Object.entries(keys).map(([key, value]) => ({ key, line: `${key}: ${inLine(value)}` }))
  return { head, rest: fields.manifest.trim() === '' ? '' : ended(fields.manifest) }
}

const inLine = (value: unknown) =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, singleQuote: true, blockQuote: false }).trim()

/** As the manifest has it; undefined where it only runs by hand, or its gate alone decides. */
export function scheduleOf({
  when,
  cron,
  timezone,
  every,
}: Pick<NewFields, 'when' | 'cron' | 'timezone' | 'every'>) {
  if (when === 'cron')
    return { cron: cron.trim(), ...(timezone.trim() === '' ? {} : { timezone: timezone.trim() }) }
  return when === 'every' ? { every: every.trim() } : undefined
}

/** What is wrong, each at its field; what belongs to none stands above. */
export function errorsOf(error: AppError, fields: NewFields): Errors {
  if (error.problems.length === 0)
    return error.code === 'conflict' ? { slug: error.message } : { whole: error.message }
  const found = new Map<keyof Errors, string[]>()
  for (const problem of error.problems) {
    const { field, line } = placeOf(problem, fields)
    found.set(field, [...(found.get(field) ?? []), wordsOf(problem, field, line)])
  }
  return Object.fromEntries(
    [...found].map(([field, words]) => [
      field,
      words.length > MOST_SHOWN
        ? `${words.slice(0, MOST_SHOWN).join('. ')}. And ${words.length - MOST_SHOWN} more`
        : words.join('. '),
    ]),
  )
}

function placeOf(
  { path, line = 0, message }: Problem,
  fields: NewFields,
): { field: keyof Errors; line?: number } {
  if (path === 'slug') return { field: 'slug' }
  if (path === 'files') return { field: 'main' }
  const folder = `${folderOfSlug(fields.slug)}/`
  const own = path.startsWith(folder) ? path.slice(folder.length) : path
  const file = (Object.keys(FILES) as (keyof typeof FILES)[]).find((name) => FILES[name] === own)
  if (file) return { field: file, line }
  if (own !== MANIFEST) return { field: 'whole' }
  const { head } = manifestOf(fields)
  const key = head[line - 1]?.key
  if (key === undefined) return { field: 'manifest', line: line - head.length }
  if (key !== 'schedule') return { field: key as 'description' | 'paused' }
  return { field: /timezone/.test(message) ? 'timezone' : fields.when === 'every' ? 'every' : 'cron' }
}

function wordsOf({ path, message, remedy }: Problem, field: keyof Errors, line = 0): string {
  const words = remedy ? `${message}; ${remedy}` : message
  if (field === 'whole') return `${path}: ${words}`
  return line > 0 ? `line ${line}: ${words}` : words
}
