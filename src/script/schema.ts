import { KEYS } from './keys.ts'
import type { Shape } from './shape.ts'

/** The JSON Schema (2020-12) of `script.yaml`, as served at `/schemas/script.json`. */
export function scriptSchema(): object {
  const keys = Object.entries(
    KEYS as Record<string, { shape: Shape; about: string; absent?: unknown; later?: string }>,
  )
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'script.yaml',
    description: 'The manifest of a script. Every key is optional.',
    type: 'object',
    properties: Object.fromEntries(
      keys.map(([name, { shape, about, absent, later }]) => {
        const { description, ...schema } = shape.schema
        const words = [about, description, later].filter((text) => text !== undefined).join(' ')
        return [
          name,
          {
            description: words,
            ...(absent !== undefined && { default: absent }),
            ...schema,
          },
        ]
      }),
    ),
    additionalProperties: false,
  }
}
