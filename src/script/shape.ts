import { stringify } from 'yaml'
import type { Path } from './document.ts'
import { nearest } from './suggest.ts'

/** What is wrong below one key; `onKey` means the key itself rather than its value. */
export type Fault = { path: Path; message: string; remedy: string; onKey: boolean }

/** Says what is wrong with a value; the subject of the sentence, key and value, is put before it. */
export type Report = (reason: string, remedy: string, path?: Path, onKey?: boolean) => never

/** What a value must be: read by code, described by JSON Schema. What `read` gives is worth nothing once it reports. */
export type Shape<T = unknown> = {
  readonly schema: JsonSchema
  readonly read: (value: unknown, report: Report) => T
}

type JsonSchema = Record<string, unknown>

/** A value that is read by hand. */
export function leaf<T>(schema: JsonSchema, read: (value: unknown, report: Report) => T): Shape<T> {
  return { schema, read }
}

/** A mapping with known keys, all of them optional. */
export function mapping<S extends Record<string, Shape>>(
  shapes: S,
  more: JsonSchema,
): Shape<{ [K in keyof S]?: ReturnType<S[K]['read']> }> {
  const known = Object.entries(shapes)
  const properties = Object.fromEntries(known.map(([key, { schema }]) => [key, schema]))
  const schema = { type: 'object', properties, additionalProperties: false, ...more }
  return leaf(schema, (value, report) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return report('it must be a mapping', `write ${exampleOf(schema)}`)
    const found: Record<string, unknown> = {}
    for (const [key, shape] of known)
      if (Object.hasOwn(value, key))
        found[key] = readInside(shape, (value as typeof found)[key], report, [key])
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(shapes, key)) continue
      const { message, remedy } = unknownKey(key, Object.keys(shapes))
      report(message, remedy, [key], true)
    }
    return found as never
  })
}

/** The shape with its value read further, once that is right in itself. */
export function refined<T, U>(shape: Shape<T>, read: (value: T, report: Report) => U): Shape<U> {
  return leaf(shape.schema, (value, report) => {
    let isRight = true
    const inner = shape.read(value, (...fault) => {
      isRight = false
      return report(...fault)
    })
    return isRight ? read(inner, report) : (undefined as never)
  })
}

export function list<T>(item: Shape<T>, most: number, more: JsonSchema): Shape<T[]> {
  const schema = { type: 'array', items: item.schema, maxItems: most, ...more }
  const items = leaf(schema, (value, report) =>
    Array.isArray(value)
      ? value.map((one, i) => readInside(item, one, report, [i]))
      : report('it must be a list', `write ${exampleOf(schema)}`),
  )
  return refined(items, (list, report) =>
    list.length > most ? report(`it has over ${most} entries`, 'make the list shorter') : list,
  )
}

/** One shape for mappings and lists, and another for everything else. */
export function either<A, B>(plain: Shape<A>, mapped: Shape<B>, more: JsonSchema): Shape<A | B> {
  const anyOf = [plain.schema, mapped.schema]
  return leaf<A | B>({ anyOf, ...more }, (value, report) =>
    typeof value === 'object' && value !== null ? mapped.read(value, report) : plain.read(value, report),
  )
}

/** Reads a part of a value with a shape of its own; undefined where something was reported. */
export function readInside<T>(shape: Shape<T>, value: unknown, report: Report, at: Path = []): T {
  let isRight = true
  const read = shape.read(value, (reason, remedy, path = [], onKey = false) => {
    isRight = false
    return report(reason, remedy, [...at, ...path], onKey)
  })
  return isRight ? read : (undefined as never)
}

/** The value of one key, or everything that is wrong with it. */
export function readShape<T>(shape: Shape<T>, key: string, value: unknown): { value?: T; faults: Fault[] } {
  if (value === null) {
    const fault = { message: `${key} has no value`, remedy: 'write one, or delete the line' }
    return { faults: [{ path: [key], onKey: true, ...fault }] }
  }
  const faults: Fault[] = []
  const read = shape.read(value, (reason, remedy, path = [], onKey = false) => {
    const names = [key, ...path].filter((step) => typeof step === 'string')
    // A reason about a key names it itself, so the sentence begins with what the key stands in.
    const subject = onKey ? (names.at(-2) ?? key) : `${names.at(-1)}${scalarText(valueAt(value, path))}`
    faults.push({ path: [key, ...path], message: `${subject}: ${reason}`, remedy, onKey })
    return undefined as never
  })
  return faults.length > 0 ? { faults } : { value: read, faults }
}

/** Reason and remedy for a key that no mapping of this kind has. */
export function unknownKey(key: string, known: string[]): { message: string; remedy: string } {
  const meant = nearest(key, known)
  const few = known.length <= 6 ? `use one of ${known.join(', ')}` : 'delete it, or see /schemas/script.json'
  return { message: `unknown key ${shown(key)}`, remedy: meant ? `write '${meant}'` : few }
}

/** A value for a message: quoted and cut when it is text. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
  return text.length <= 80 ? text : `${text.slice(0, 76)}…${typeof value === 'string' ? "'" : ''}`
}

const exampleOf = ({ examples }: JsonSchema): string => flowText((examples as unknown[] | undefined)?.[0])

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], value)
}

function scalarText(value: unknown): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : ` ${shown(value)}`
}

/** A value as one line of YAML. */
export function flowText(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
    defaultStringType: 'PLAIN',
  }).trim()
}
