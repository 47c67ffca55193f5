/** As much of JSON Schema as `/schemas/script.json` uses. */
export type Schema = {
  description?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  examples?: unknown[]
}

/** Something that may be written: its text and what it means. */
export type Offer = { text: string; about?: string; isDefault?: true }

/** Every schema that what stands at the path may have; `[]` steps into a list. */
export function schemasAt(schema: Schema, path: string[]): Schema[] {
  return path.reduce<Schema[]>(
    (found, step) =>
      found.flatMap(({ items, properties, additionalProperties: more }) => {
        if (step === '[]') return items ? alternatives(items) : []
        const own = properties && Object.hasOwn(properties, step) ? properties[step] : undefined
        return own ? alternatives(own) : typeof more === 'object' ? alternatives(more) : []
      }),
    alternatives(schema),
  )
}

function alternatives(schema: Schema): Schema[] {
  const { anyOf, ...rest } = schema
  return anyOf ? [rest, ...anyOf.flatMap(alternatives)] : [schema]
}

/** The keys that a mapping at the path may have. */
export function keysAt(schema: Schema, path: string[]): Offer[] {
  const found = new Map<string, Offer>()
  for (const { properties } of schemasAt(schema, path))
    for (const [text, { description, default: standard }] of Object.entries(properties ?? {})) {
      const preset = standard === undefined ? '' : `Default: ${flow(standard)}.`
      const about = [description, preset].filter(Boolean).join(' ')
      if (!found.has(text)) found.set(text, { text, ...(about && { about }) })
    }
  return [...found.values()]
}

/** What the value at the path may be: every word where there are only so many, else examples. */
export function valuesAt(schema: Schema, path: string[]): Offer[] {
  const schemas = schemasAt(schema, path)
  const standard = schemas.find((one) => one.default !== undefined)?.default
  const values = schemas.flatMap((one) => [...wordsOf(one), ...(one.examples ?? [])])
  const texts = [...new Set([...values, ...(standard === undefined ? [] : [standard])].map(flow))]
  return texts.map((text) => ({
    text,
    ...(standard !== undefined && flow(standard) === text && { isDefault: true }),
  }))
}

/** The only values that there are, or undefined where others may stand too. */
export function onlyValuesAt(schema: Schema, path: string[]): unknown[] | undefined {
  const schemas = schemasAt(schema, path).filter(({ type, enum: words, const: one, properties }) =>
    [type, words, one, properties].some((given) => given !== undefined),
  )
  const words = schemas.map(wordsOf)
  return schemas.length > 0 && words.every((list) => list.length > 0) ? words.flat() : undefined
}

function wordsOf({ type, enum: words, const: one }: Schema): unknown[] {
  if (words) return words
  if (one !== undefined) return [one]
  return type === 'boolean' ? [true, false] : []
}

/** What is said of the key at the path. */
export const aboutKey = (schema: Schema, path: string[]): string | undefined =>
  keysAt(schema, path.slice(0, -1)).find(({ text }) => text === path.at(-1))?.about

/** A value as one line of YAML. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${flow(item)}`)
      .join(', ')}}`
  if (typeof value === 'string' && !/^[A-Za-z][\w./ -]*$|^\d+\w+$/.test(value)) return JSON.stringify(value)
  return String(value)
}
