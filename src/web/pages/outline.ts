import type {
  AnswerView,
  FieldView,
  GroupView,
  OperationView,
  ShapeView,
  TypeView,
} from '../../../views/reference/shape.ts'

/** The parts of a JSON Schema that the document uses. */
type Schema = {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  description?: string
  default?: unknown
  example?: unknown
}
type Content = Record<string, { schema?: Schema }>
type Operation = {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, { description: string; content?: Content }>
}
export type Described = {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

export type Outline = { groups: GroupView[]; shapes: ShapeView[] }

/** What the reference page shows of an OpenAPI document; `base` is the address of the API. */
export function outlineOf(document: Described, base: string): Outline {
  const { schemas } = document.components
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => viewOf(path, method.toUpperCase(), operation)),
  )
  return {
    groups: document.tags.map(({ name, description }) => ({
      ...{ name, description, id: idOf(name) },
      operations: listed.filter(({ group }) => group === name),
    })),
    shapes: Object.entries(schemas).map(([name, schema]) => ({ name, fields: fieldsOf(schema) })),
  }

  function viewOf(path: string, method: string, operation: Operation): OperationView {
    const { operationId = '', summary = '', description, tags = [], parameters = [], requestBody } = operation
    const body = requestBody && bodyOf(requestBody.content)
    return {
      ...{ id: operationId, method, path, summary, group: tags[0] ?? '' },
      ...(description ? { description } : {}),
      parameters: parameters.map(({ name, in: place, required = false, schema = {}, ...rest }) =>
        fieldOf(name, { ...schema, ...rest }, required, place),
      ),
      ...(body ? { body: { ...body, optional: requestBody?.required !== true } } : {}),
      answers: Object.entries(operation.responses).map(([status, answer]) => answerOf(status, answer)),
      command: commandOf(base, path, method, operation, exampleOf),
    }
  }

  function bodyOf(content: Content) {
    const types = Object.keys(content)
    const schema = content[types[0]!]?.schema ?? {}
    return { types, fields: fieldsOf(schema) }
  }

  function answerOf(
    status: string,
    { description, content = {} }: { description: string; content?: Content },
  ): AnswerView {
    const [first] = Object.entries(content)
    const type = first?.[1].schema && /json/.test(first[0]) ? typeOf(first[1].schema) : undefined
    return { status, description, types: Object.keys(content), ...(type ? { type } : {}) }
  }

  function fieldsOf(schema: Schema): FieldView[] {
    const parts = [schema, ...(schema.allOf ?? [])].map((part) => resolved(part))
    return parts.flatMap(({ properties = {}, required = [] }) =>
      Object.entries(properties).map(([name, field]) => fieldOf(name, field, required.includes(name))),
    )
  }

  function fieldOf(name: string, schema: Schema, required: boolean, place?: string): FieldView {
    return {
      ...{ name, required, type: typeOf(schema) },
      ...(place ? { place } : {}),
      ...(schema.description ? { description: schema.description } : {}),
      ...(schema.default === undefined ? {} : { preset: JSON.stringify(schema.default) }),
    }
  }

  function resolved(schema: Schema): Schema {
    return schema.$ref ? (schemas[nameOf(schema.$ref)] ?? {}) : schema
  }

  /** A value such as a request may carry; of an object what it must have. */
  function exampleOf(schema: Schema): unknown {
    const { example, enum: values, properties, required = [], items, type } = resolved(schema)
    if (example !== undefined) return example
    if (values) return values[0]
    if (properties)
      return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {})]))
    if (items) return [exampleOf(items)]
    if (type === 'object') return {}
    return type === 'boolean' ? true : type === 'integer' || type === 'number' ? 1 : '…'
  }
}

/** A type in words; `shape` is one that the page describes. */
function typeOf(schema: Schema): TypeView {
  const { $ref, allOf, anyOf, oneOf, enum: values, items, properties, type, format } = schema
  if ($ref) return { words: '', shape: nameOf($ref) }
  if (allOf?.[0]?.$ref) return typeOf(allOf[0])
  const either = anyOf ?? oneOf
  if (either) return joined(either.map(typeOf))
  if (values) return { words: values.map((value) => String(value)).join(' | ') }
  if (schema.const !== undefined) return { words: JSON.stringify(schema.const) }
  if (items) {
    const { words, shape } = typeOf(items)
    return { words: `list of ${words}`, ...(shape ? { shape } : {}) }
  }
  if (format === 'date-time') return { words: 'moment' }
  if (format === 'binary') return { words: 'bytes' }
  if (properties) return { words: `{ ${Object.keys(properties).join(', ')} }` }
  return { words: Array.isArray(type) ? type.join(' | ') : (type ?? 'any') }
}

function joined(types: TypeView[]): TypeView {
  const shape = types.find((type) => type.shape)?.shape
  const words = types.map((type) => type.words).filter(Boolean)
  return { words: words.join(' | '), ...(shape ? { shape } : {}) }
}

/** The request as a command. */
function commandOf(
  base: string,
  path: string,
  method: string,
  { parameters = [], requestBody }: Operation,
  exampleOf: (schema: Schema) => unknown,
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema ?? {}
    return String(exampleOf(schema))
  })
  const json = requestBody?.content['application/json']?.schema
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${base}${filled}'`,
    `-H "Authorization: Bearer $SXS_KEY"`,
    ...(json ? [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(exampleOf(json))}'`] : []),
    ...(requestBody && !json ? ['--data-binary @main.py'] : []),
  ]
  return lines.join(' \\\n  ')
}

const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)
const idOf = (name: string) => name.toLowerCase().replaceAll(' ', '-')
