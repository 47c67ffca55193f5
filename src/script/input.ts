import type { Problem } from '../base/index.ts'
import { createMatcher, type Matches } from './matcher.ts'

type Schema = Record<string, unknown>

const MOST_PROBLEMS = 20
// A schema may refer to itself; deeper than this nobody writes an input.
const DEEPEST = 32

/**
 * What is wrong with the input of a run by the `input_schema` of its manifest: JSON Schema 2020-12, as far as its
 * keywords are checked there. Paths begin with `input`, as in `input.name`.
 */
export function inputProblems(schema: Schema, input: Record<string, unknown>): Problem[] {
  const problems: Problem[] = []
  const matches = createMatcher()
  check({ schema, root: schema, value: input, path: 'input', depth: 0, matches }, problems)
  return problems.slice(0, MOST_PROBLEMS)
}

type Place = {
  schema: unknown
  root: Schema
  value: unknown
  path: string
  depth: number
  matches: Matches
}

function check(place: Place, problems: Problem[]): void {
  const { schema, value, path, depth, matches } = place
  const report = (message: string, remedy: string, at = path) => problems.push({ path: at, message, remedy })
  if (schema === false) report('it may not be there', 'leave it out')
  if (!isMapping(schema) || depth > DEEPEST) return
  if (typeof schema['$ref'] === 'string') follow(place, schema['$ref'], problems)
  const type = typeProblem(schema['type'], value)
  if (type) {
    report(...type)
    return
  }
  for (const [message, remedy] of valueProblems(schema, value, matches)) report(message, remedy)
  if (isMapping(value)) checkMembers({ ...place, schema, value }, problems)
  if (Array.isArray(value)) checkItems({ ...place, schema, value }, problems)
  checkTogether({ ...place, schema }, problems)
}

/** A reference stays within the schema: `#` or `#/$defs/name`. */
function follow(place: Place, ref: string, problems: Problem[]): void {
  const parts = ref.slice(1).split('/').slice(1)
  const target = parts.reduce<unknown>(
    (schema, part) =>
      isMapping(schema)
        ? schema[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')]
        : undefined,
    place.root,
  )
  check({ ...place, schema: target, depth: place.depth + 1 }, problems)
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  object: isMapping,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
}

type Said = [message: string, remedy: string]

function typeProblem(type: unknown, value: unknown): Said | undefined {
  const types = type === undefined ? [] : ([type].flat() as string[])
  if (types.length === 0 || types.some((one) => TYPES[one]?.(value))) return undefined
  const words = types.map((one) => (/^[aio]/.test(one) ? `an ${one}` : one === 'null' ? 'null' : `a ${one}`))
  return [`it is no ${types.join(' and no ')}`, `give ${words.join(' or ')}`]
}

function valueProblems(schema: Schema, value: unknown, matches: Matches): Said[] {
  const found: Said[] = []
  const { enum: values, const: only } = schema
  if (Array.isArray(values) && !values.some((one) => isEqual(one, value)))
    found.push(['it is none of the values that may be', `give one of ${shownList(values)}`])
  if (only !== undefined && !isEqual(only, value)) found.push(['it is another value', `give ${shown(only)}`])
  if (typeof value === 'string') found.push(...textProblems(schema, value, matches))
  if (typeof value === 'number') found.push(...numberProblems(schema, value))
  return found
}

function textProblems({ minLength, maxLength, pattern }: Schema, value: string, matches: Matches): Said[] {
  const found: Said[] = []
  const length = [...value].length
  if (typeof minLength === 'number' && length < minLength)
    found.push([`it has ${length} characters`, `give at least ${minLength}`])
  if (typeof maxLength === 'number' && length > maxLength)
    found.push([`it has ${length} characters`, `give at most ${maxLength}`])
  const fits = typeof pattern !== 'string' || matches(pattern, value)
  if (fits === false)
    found.push(['it does not have the form that it must have', `give what matches ${pattern}`])
  if (fits === undefined)
    found.push([
      `it takes too long to compare it with ${pattern}`,
      'write the pattern in input_schema more simply',
    ])
  return found
}

function numberProblems(schema: Schema, value: number): Said[] {
  const limits: [string, (limit: number) => boolean, string][] = [
    ['minimum', (limit) => value < limit, 'at least'],
    ['maximum', (limit) => value > limit, 'at most'],
    ['exclusiveMinimum', (limit) => value <= limit, 'more than'],
    ['exclusiveMaximum', (limit) => value >= limit, 'less than'],
    // Not by the remainder: 0.3 is three times 0.1, though floating point has it otherwise.
    ['multipleOf', (step) => Math.abs(value / step - Math.round(value / step)) > 1e-9, 'a multiple of'],
  ]
  return limits.flatMap(([keyword, breaks, words]): Said[] => {
    const limit = schema[keyword]
    return typeof limit === 'number' && breaks(limit)
      ? [[`${value} is not allowed`, `give ${words} ${limit}`]]
      : []
  })
}

function checkMembers(
  place: Place & { schema: Schema; value: Record<string, unknown> },
  problems: Problem[],
): void {
  const { schema, value, path, depth, matches } = place
  const properties = isMapping(schema['properties']) ? schema['properties'] : {}
  const patterns = Object.entries(isMapping(schema['patternProperties']) ? schema['patternProperties'] : {})
  for (const name of Array.isArray(schema['required']) ? (schema['required'] as string[]) : [])
    if (!Object.hasOwn(value, name))
      problems.push({ path: `${path}.${name}`, message: 'it is missing', remedy: 'give it' })
  for (const [name, member] of Object.entries(value)) {
    const inside = (one: unknown) =>
      check({ ...place, schema: one, value: member, path: `${path}.${name}`, depth: depth + 1 }, problems)
    const matching = patterns.filter(([pattern]) => matches(pattern, name) === true)
    if (Object.hasOwn(properties, name)) inside(properties[name])
    for (const [, one] of matching) inside(one)
    if (!Object.hasOwn(properties, name) && matching.length === 0) inside(schema['additionalProperties'])
  }
  countProblem(Object.keys(value).length, schema, 'Properties', 'members', path, problems)
}

function checkItems(place: Place & { schema: Schema; value: unknown[] }, problems: Problem[]): void {
  const { schema, value, path, depth } = place
  const first = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as unknown[]) : []
  value.forEach((item, i) =>
    check(
      { ...place, schema: first[i] ?? schema['items'], value: item, path: `${path}[${i}]`, depth: depth + 1 },
      problems,
    ),
  )
  countProblem(value.length, schema, 'Items', 'items', path, problems)
}

function countProblem(
  count: number,
  schema: Schema,
  of: 'Items' | 'Properties',
  words: string,
  path: string,
  problems: Problem[],
): void {
  const [least, most] = [schema[`min${of}`], schema[`max${of}`]]
  if (typeof least === 'number' && count < least)
    problems.push({ path, message: `it has ${count} ${words}`, remedy: `give at least ${least}` })
  if (typeof most === 'number' && count > most)
    problems.push({ path, message: `it has ${count} ${words}`, remedy: `give at most ${most}` })
}

/** Schemas that hold together with this one: all of, any of, one of, none of, and if-then-else. */
function checkTogether(place: Place & { schema: Schema }, problems: Problem[]): void {
  const { schema, path } = place
  const inside = (one: unknown) => {
    const found: Problem[] = []
    check({ ...place, schema: one, depth: place.depth + 1 }, found)
    return found
  }
  const listOf = (keyword: string) => (Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : [])
  for (const one of listOf('allOf')) problems.push(...inside(one))
  const any = listOf('anyOf').map(inside)
  if (any.length > 0 && !any.some((found) => found.length === 0)) problems.push(...shortest(any))
  const one = listOf('oneOf').map(inside)
  const fitting = one.filter((found) => found.length === 0).length
  if (one.length > 0 && fitting === 0) problems.push(...shortest(one))
  if (fitting > 1)
    problems.push({ path, message: 'more than one of the forms fits it', remedy: 'make it fit one' })
  if (schema['not'] !== undefined && inside(schema['not']).length === 0)
    problems.push({ path, message: 'it is what it may not be', remedy: 'give something else' })
  if (schema['if'] !== undefined)
    problems.push(...inside(inside(schema['if']).length === 0 ? schema['then'] : schema['else']))
}

/** What is the least away from one of the forms says best what was meant. */
const shortest = (all: Problem[][]): Problem[] => all.toSorted((a, b) => a.length - b.length)[0] ?? []

const isEqual = (a: unknown, b: unknown): boolean => a === b || canonical(a) === canonical(b)

/** JSON with the members of each object in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    isMapping(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  )

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 60)
const shownList = (values: unknown[]): string =>
  `${values.slice(0, 10).map(shown).join(', ')}${values.length > 10 ? ', …' : ''}`

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
