import { stringify } from 'yaml'
import { z } from 'zod'
import type { Path } from './document.ts'
import { nearest } from './suggest.ts'

/** What is wrong below one key; `onKey` means the key itself rather than its value. */
export type Fault = { path: Path; message: string; remedy: string; onKey: boolean }

/** Says what is wrong with a value; the subject of the sentence, key and value, is put before it. */
export type Report = (reason: string, remedy: string, path?: Path, onKey?: boolean) => never

export type Shape<T = unknown> = z.ZodType<T>

/** A value that is read by hand; `meta` is its JSON Schema. */
export function leaf<T>(
  meta: Record<string, unknown>,
  read: (value: unknown, report: Report) => T,
): Shape<T> {
  return z
    .unknown()
    .transform((value, context) => read(value, reporter(value, context)))
    .meta(meta)
}

function reporter(value: unknown, context: z.core.$RefinementCtx): Report {
  return (reason, remedy, path = [], onKey = false) => {
    const params = { remedy, onKey }
    context.issues.push({ code: 'custom', input: value, message: reason, path: [...path], params })
    return z.NEVER
  }
}

/** A mapping with known keys, all of them optional. */
export function mapping<S extends Record<string, Shape>>(
  shape: S,
  meta: Record<string, unknown>,
): Shape<{ [K in keyof S]?: z.output<S[K]> }> {
  const optional = Object.fromEntries(Object.entries(shape).map(([key, item]) => [key, item.optional()]))
  return z.strictObject(optional).meta({ type: 'object', ...meta }) as never
}

/** The shape with its value read further, once that is right in itself. */
export function refined<T, U>(shape: Shape<T>, read: (value: T, report: Report) => U): Shape<U> {
  return shape.transform((value, context) => read(value, reporter(value, context)))
}

export function list<T>(item: Shape<T>, most: number, meta: Record<string, unknown>): Shape<T[]> {
  const items = z.array(item).meta({ maxItems: most, ...meta })
  return refined(items, (list, report) =>
    list.length > most ? report(`it has over ${most} entries`, 'make the list shorter') : list,
  ).meta(meta)
}

/** One shape for mappings and another for everything else. */
export function either<A, B>(plain: Shape<A>, mapped: Shape<B>, meta: Record<string, unknown>): Shape<A | B> {
  const anyOf = [plain, mapped].map(jsonSchema)
  return leaf<A | B>({ anyOf, ...meta }, (value, report) =>
    typeof value === 'object' && value !== null
      ? readInside(mapped, value, report)
      : readInside(plain, value, report),
  )
}

/** Reads a part of a leaf's value with a shape of its own. */
export function readInside<T>(shape: Shape<T>, value: unknown, report: Report, at: Path = []): T {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues)
    for (const { reason, remedy, path, onKey } of flawsOf(shape, issue))
      report(reason, remedy, [...at, ...path], onKey)
  return undefined as never
}

/** The value of one key, or everything that is wrong with it. */
export function readShape<T>(shape: Shape<T>, key: string, value: unknown): { value?: T; faults: Fault[] } {
  if (value === null)
    return {
      faults: [
        {
          path: [key],
          onKey: true,
          message: `${key} has no value`,
          remedy: 'write one, or delete the line',
        },
      ],
    }
  const result = shape.safeParse(value)
  if (result.success) return { value: result.data, faults: [] }
  return { faults: result.error.issues.flatMap((issue) => faultsOf(shape, key, value, issue)) }
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

export function jsonSchema(shape: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })
  return schema
}

function faultsOf(shape: Shape, key: string, value: unknown, issue: z.core.$ZodIssue): Fault[] {
  return flawsOf(shape, issue).map(({ reason, remedy, path, onKey }) => {
    const names = [key, ...path].filter((step) => typeof step === 'string')
    // A reason about a key names it itself, so the sentence begins with what the key stands in.
    const subject = onKey ? (names.at(-2) ?? key) : `${names.at(-1)}${scalarText(valueAt(value, path))}`
    return { path: [key, ...path], message: `${subject}: ${reason}`, remedy, onKey }
  })
}

type Flaw = { reason: string; remedy: string; path: Path; onKey: boolean }

function flawsOf(shape: Shape, issue: z.core.$ZodIssue): Flaw[] {
  const path = issue.path as Path
  const at = shapeAt(shape, path)
  if (issue.code === 'custom') {
    const { remedy, onKey } = issue.params as { remedy: string; onKey: boolean }
    return [{ reason: issue.message, remedy, path, onKey }]
  }
  if (issue.code === 'unrecognized_keys' && at instanceof z.ZodObject) {
    const known = Object.keys(at.shape)
    return issue.keys.map((key) => {
      const { message, remedy } = unknownKey(key, known)
      return { reason: message, remedy, path: [...path, key], onKey: true }
    })
  }
  const reason = at instanceof z.ZodArray ? 'it must be a list' : 'it must be a mapping'
  const example = (at?.meta()?.['examples'] as unknown[] | undefined)?.[0]
  return [{ reason, remedy: `write ${flowText(example)}`, path, onKey: false }]
}

function shapeAt(shape: z.ZodType, path: Path): z.ZodType | undefined {
  let at: unknown = bare(shape)
  for (const step of path) {
    if (at instanceof z.ZodObject) at = bare(at.shape[String(step)])
    else if (at instanceof z.ZodArray) at = bare(at.element)
  }
  return at as z.ZodType | undefined
}

function bare(shape: unknown): unknown {
  if (shape instanceof z.ZodOptional) return bare(shape.unwrap())
  return shape instanceof z.ZodPipe ? bare(shape.in) : shape
}

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
