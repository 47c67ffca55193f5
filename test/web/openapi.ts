/** The parts of an OpenAPI document that the tests walk over. */
export type ApiDocument = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}
export type Parameter = { name: string; in: 'path' | 'query' | 'header'; schema: { enum?: string[] } }
export type Operation = {
  operationId: string
  summary: string
  tags: string[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, object> }>
}

export type Listed = { path: string; method: string; operation: Operation }

export const operationsOf = ({ paths }: ApiDocument): Listed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
