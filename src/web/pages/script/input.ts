import { AppError, jsonWith } from '../../../base/index.ts'
import type { InputField, RunFormProps } from '../../../../views/scripts/_run-form.tsx'

type Schema = Record<string, unknown>

/** A form as it was sent. */
export type RunFields = Record<string, string>

const MOST_FIELDS = 20
const PREFIX = 'input.'
// A name that can stand in an address, an id and a label as it is.
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/

/** A field for each member of the input, where all of them are that simple; else none. */
export function inputFields(schema: Schema | undefined): InputField[] {
  const properties = Object.entries(isMapping(schema?.['properties']) ? schema['properties'] : {})
  if (properties.length === 0 || properties.length > MOST_FIELDS) return []
  const required = Array.isArray(schema?.['required']) ? (schema['required'] as unknown[]) : []
  const fields = properties.map(([name, member]) => fieldOf(name, member, required.includes(name)))
  return fields.every((field) => field !== undefined) ? fields : []
}

function fieldOf(name: string, schema: unknown, required: boolean): InputField | undefined {
  if (!isMapping(schema) || !NAME.test(name)) return undefined
  const kind = kindOf(schema)
  if (!kind) return undefined
  const { title, description, default: begin } = schema
  return {
    ...{ name, kind, required, label: typeof title === 'string' ? title : name },
    ...(typeof description === 'string' ? { hint: description } : {}),
    ...(kind === 'choice' ? { options: optionsOf(schema['enum'] as unknown[], required) } : {}),
    ...(begin === undefined ? {} : { value: typeof begin === 'string' ? begin : JSON.stringify(begin) }),
  }
}

const KINDS: Record<string, InputField['kind']> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'yes-no',
}
const FORMATS: Record<string, InputField['kind']> = { date: 'date', email: 'email', uri: 'url' }

function kindOf({ type, enum: values, format }: Schema): InputField['kind'] | undefined {
  if (Array.isArray(values)) return values.every(isPlain) ? 'choice' : undefined
  if (typeof type !== 'string') return undefined
  const kind = KINDS[type]
  return kind === 'text' && typeof format === 'string' ? (FORMATS[format] ?? kind) : kind
}

const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)

const optionsOf = (values: unknown[], required: boolean) => [
  ...(required ? [] : [{ value: '', name: '–' }]),
  ...values.map((value) => ({ value: String(value), name: String(value) })),
]

/**
 * The input that a form was filled in with, as JSON text whose numbers keep their digits; undefined where it was left empty. What the fields mean is taken from the
 * schema; whether it is right is for the run's own check to say. Throws invalid for what is no JSON or no number.
 */
export function inputFrom(schema: Schema | undefined, form: RunFields): string | undefined {
  const json = (form['input'] ?? '').trim()
  if (json !== '') return jsonOf(json)
  const fields = inputFields(schema)
  const members = fields.flatMap(({ name, kind }) => {
    const text = form[PREFIX + name]
    if (kind === 'yes-no') return [[name, String(text !== undefined)] as const]
    if (text === undefined || text.trim() === '') return []
    return [[name, textOf(name, text, memberOf(schema!, name))] as const]
  })
  return members.length === 0 ? undefined : jsonWith({}, Object.fromEntries(members))
}

const memberOf = (schema: Schema, name: string) => (schema['properties'] as Record<string, Schema>)[name]!

const WHOLE = /^-?(0|[1-9]\d*)$/

function textOf(name: string, text: string, { type, enum: values }: Schema): string {
  if (Array.isArray(values))
    return JSON.stringify((values as unknown[]).find((value) => String(value) === text) ?? text)
  if (type !== 'number' && type !== 'integer') return JSON.stringify(text)
  const value = Number(text)
  if (Number.isFinite(value)) return WHOLE.test(text.trim()) ? text.trim() : String(value)
  const message = `'${text.slice(0, 40)}' is no number`
  throw new AppError('invalid', `input.${name}: ${message}`, {
    problems: [{ path: PREFIX + name, message, remedy: 'write one such as 3 or 0.5' }],
  })
}

/** The text, once it is certain that it is JSON. */
function jsonOf(text: string): string {
  try {
    JSON.parse(text)
    return text
  } catch (error) {
    throw new AppError('invalid', `input is not JSON: ${(error as Error).message}`)
  }
}

/** The form as it begins, or as it was sent with what is wrong at its fields. */
export function runFormOf(
  schema: Schema | undefined,
  refused?: { fields: RunFields; error: AppError },
): Pick<RunFormProps, 'fields' | 'schema' | 'json' | 'error' | 'force'> {
  const fields = inputFields(schema)
  const shown = schema ? { schema: JSON.stringify(schema, null, 2) } : {}
  if (!refused) return { fields, ...shown }
  const { fields: form, error } = refused
  const wrong = new Map(
    error.problems.map(({ path, message, remedy }) => [path, remedy ? `${message}; ${remedy}` : message]),
  )
  const filled = fields.map((field): InputField => {
    const name = PREFIX + field.name
    const said = wrong.get(name)
    wrong.delete(name)
    const { value: _, ...rest } = field
    const value = field.kind === 'yes-no' ? String(name in form) : form[name]
    return { ...rest, ...(value === undefined ? {} : { value }), ...(said ? { error: said } : {}) }
  })
  const isAtField = filled.some((field) => field.error !== undefined) && wrong.size === 0
  return {
    ...{ fields: filled, ...shown },
    ...(form['input'] ? { json: form['input'] } : {}),
    ...(isAtField ? {} : { error: error.message }),
    ...(form['force'] ? { force: true } : {}),
  }
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
