import { expect, test } from 'vitest'
import { inputProblems } from '../../src/script/index.ts'

const said = (schema: Record<string, unknown>, input: Record<string, unknown>) =>
  inputProblems(schema, input).map(({ path, message, remedy }) => `${path}: ${message}; ${remedy}`)
/** What is wrong with the member `a`, by its own schema. */
const of = (schema: unknown, a: unknown) => said({ properties: { a: schema } }, { a })

test('what fits is fine', () => {
  const schema = {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', minLength: 1 },
      n: { type: 'integer' },
      tags: { items: { type: 'string' } },
    },
    additionalProperties: false,
  }
  expect(said(schema, { name: 'Ada', n: 3, tags: ['a', 'b'] })).toEqual([])
  expect(said({}, { anything: [1, null] })).toEqual([])
})

test.each([
  [{ type: 'string' }, 3, 'input.a: it is no string; give a string'],
  [{ type: ['integer', 'null'] }, 1.5, 'input.a: it is no integer and no null; give an integer or null'],
  [{ enum: ['it', 3] }, 'en', 'input.a: it is none of the values that may be; give one of "it", 3'],
  [{ const: { x: 1 } }, { x: 2 }, 'input.a: it is another value; give {"x":1}'],
  [{ minLength: 2 }, 'é', 'input.a: it has 1 characters; give at least 2'],
  [{ maxLength: 1 }, 'ab', 'input.a: it has 2 characters; give at most 1'],
  [{ pattern: '^a' }, 'b', 'input.a: it does not have the form that it must have; give what matches ^a'],
  [{ minimum: 1 }, 0, 'input.a: 0 is not allowed; give at least 1'],
  [{ exclusiveMaximum: 1 }, 1, 'input.a: 1 is not allowed; give less than 1'],
  [{ multipleOf: 0.1 }, 0.35, 'input.a: 0.35 is not allowed; give a multiple of 0.1'],
  [{ items: { type: 'string' } }, ['x', 1], 'input.a[1]: it is no string; give a string'],
  [{ maxItems: 1 }, [1, 2], 'input.a: it has 2 items; give at most 1'],
  [{ required: ['b'] }, {}, 'input.a.b: it is missing; give it'],
  [{ properties: {}, additionalProperties: false }, { b: 1 }, 'input.a.b: it may not be there; leave it out'],
  [{ patternProperties: { '^x': { type: 'null' } } }, { x1: 1 }, 'input.a.x1: it is no null; give null'],
  [{ not: { type: 'string' } }, 'x', 'input.a: it is what it may not be; give something else'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 1, 'input.a: it is no string; give a string'],
  [
    { oneOf: [{ minimum: 0 }, { maximum: 9 }] },
    5,
    'input.a: more than one of the forms fits it; make it fit one',
  ],
  [{ if: { minimum: 5 }, then: { multipleOf: 5 } }, 7, 'input.a: 7 is not allowed; give a multiple of 5'],
  [false, 1, 'input.a: it may not be there; leave it out'],
])('%j refuses %j', (schema, value, words) => {
  expect(of(schema, value)).toEqual([words])
})

test('what differs only in how floating point has it, or in the order of members, is the same', () => {
  expect(of({ multipleOf: 0.1 }, 0.3)).toEqual([])
  expect(of({ enum: [{ x: 1, y: 2 }] }, { y: 2, x: 1 })).toEqual([])
})

test('references are followed, and one that leads to itself ends', () => {
  const schema = {
    $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
    $ref: '#/$defs/node',
  }
  expect(said(schema, { next: { next: 3 } })).toEqual(['input.next.next: it is no object; give an object'])
  expect(said({ $ref: '#' }, {})).toEqual([])
})

test('a pattern that takes for ever is given up soon', () => {
  const words = of({ pattern: '^(a+)+$' }, `${'a'.repeat(40)}b`)
  expect(words).toEqual([
    'input.a: it takes too long to compare it with ^(a+)+$; write the pattern in input_schema more simply',
  ])
})
