import type { Path } from './document.ts'
import { leaf, shown } from './shape.ts'
import type { Report, Shape } from './shape.ts'
import { nearest } from './suggest.ts'

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']
// Keywords of JSON Schema 2020-12, by what their value must be.
const SCHEMAS_BY_NAME = ['properties', 'patternProperties', '$defs', 'dependentSchemas']
const ONE_SCHEMA = [
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedProperties',
  'unevaluatedItems',
]
const SCHEMA_LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const COUNTS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties']
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
const TEXTS = ['title', 'description', 'format', '$comment']

/** A JSON Schema for an object. Its structure is checked, so that a form can be made of it. */
export const inputSchema: Shape<Record<string, unknown>> = leaf(
  { type: 'object', examples: [{ type: 'object', properties: { name: { type: 'string' } } }] },
  (value, report) => {
    if (!isMapping(value))
      return report('it must be a mapping', 'write {type: object, properties: {name: {type: string}}}')
    if (value['type'] !== undefined && value['type'] !== 'object')
      report('the input of a run is always an object', 'write type: object', ['type'])
    checkSchema(value, [], report)
    return value
  },
)

function checkSchema(schema: unknown, at: Path, report: Report): void {
  if (typeof schema === 'boolean') return
  if (!isMapping(schema)) return report('a schema must be a mapping', 'write one such as {type: string}', at)
  for (const [keyword, value] of Object.entries(schema))
    checkKeyword(keyword, value, [...at, keyword], report)
}

function checkKeyword(keyword: string, value: unknown, at: Path, report: Report): void {
  if (SCHEMAS_BY_NAME.includes(keyword)) {
    if (!isMapping(value)) return report('it must be a mapping of names to schemas', 'write one', at)
    for (const [name, item] of Object.entries(value)) checkSchema(item, [...at, name], report)
  } else if (SCHEMA_LISTS.includes(keyword)) {
    if (!Array.isArray(value) || value.length === 0)
      return report('it must be a list of schemas', 'write at least one', at)
    value.forEach((item, i) => checkSchema(item, [...at, i], report))
  } else if (ONE_SCHEMA.includes(keyword)) checkSchema(value, at, report)
  else if (keyword === 'type') checkType(value, at, report)
  else if (keyword === 'required') {
    if (!Array.isArray(value) || value.some((name) => typeof name !== 'string'))
      report('it must be a list of property names', 'write them as [name, …] beside properties', at)
  } else if (keyword === 'enum') {
    if (!Array.isArray(value) || value.length === 0)
      report('it must be a list of values', 'write at least one', at)
  } else if (COUNTS.includes(keyword)) {
    if (!Number.isInteger(value) || (value as number) < 0)
      report('it must be a whole number from 0', 'write one', at)
  } else if (NUMBERS.includes(keyword)) {
    if (typeof value !== 'number' || (keyword === 'multipleOf' && value <= 0))
      report(`it must be a number${keyword === 'multipleOf' ? ' over 0' : ''}`, 'write one', at)
  } else if (keyword === 'pattern') checkPattern(value, at, report)
  else if (keyword === '$ref' || keyword === '$dynamicRef') {
    if (typeof value !== 'string' || !/^#(\/|$)/.test(value))
      report('a reference must stay inside this schema', 'write one such as #/$defs/name', at)
  } else if (TEXTS.includes(keyword) && typeof value !== 'string')
    report('it must be text', 'put it in quotes', at)
}

function checkType(value: unknown, at: Path, report: Report): void {
  const types: unknown[] = Array.isArray(value) ? value : [value]
  const odd = types.find((type) => !TYPES.includes(type as string))
  if (types.length > 0 && odd === undefined) return
  const meant = typeof odd === 'string' ? nearest(odd, TYPES) : undefined
  const reason = types.length === 0 ? 'the list is empty' : `${shown(odd) ?? 'nothing'} is no JSON type`
  report(reason, `write ${meant ?? `one of ${TYPES.join(', ')}`}`, at)
}

function checkPattern(value: unknown, at: Path, report: Report): void {
  try {
    if (typeof value === 'string') new RegExp(value, 'u')
    else report('it must be text', 'put it in quotes', at)
  } catch {
    report('it is no regular expression', 'mend it (ECMA-262, Unicode)', at)
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
