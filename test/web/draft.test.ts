import { expect, test } from 'vitest'
import { AppError } from '../../src/base/index.ts'
import { draftOf, errorsOf, filesOf } from '../../src/web/pages/script/draft.ts'
import { inputFields, inputFrom } from '../../src/web/pages/script/input.ts'
import { readTemplates } from '../../src/web/pages/script/templates.ts'

const templates = readTemplates()
const named = (name: string) => templates.find((template) => template.name === name)!
const fields = { ...draftOf(named('blank')), slug: 'a.b' }

test('templates are the scripts of a new repository and a blank one, with the modules that they import', () => {
  expect(templates.map(({ name }) => name)).toEqual(['blank', 'hello', 'reports.nightly'])
  expect(Object.keys(named('hello').files)).toContain('greeting.py')
  const draft = draftOf(named('hello'))
  expect([draft.when, draft.every, draft.paused, draft.description]).toEqual([
    ...['every', '1m', false, 'Says hello, at most three times a day'],
  ])
  expect(draft.manifest).toMatch(/^tags:.*\ntimeout: 10s\ninput_schema:/)
  expect(draftOf(named('reports.nightly'))).toMatchObject({
    when: 'cron',
    cron: '0 2 * * *',
    timezone: 'Europe/Rome',
  })
})

test('a form becomes files whose lines end as files have it, and says only what was filled in', () => {
  expect(filesOf({ ...fields, main: 'def main():\r\n    pass' }, named('blank'))).toEqual({
    'main.py': 'def main():\n    pass\n',
  })
  const full = {
    ...fields,
    description: 'a: "b" #c',
    when: 'every' as const,
    every: '5m',
    paused: true,
    manifest: 'timeout: 1m',
  }
  expect(filesOf(full, named('blank'))['script.yaml']).toBe(
    'description: \'a: "b" #c\'\nschedule: { every: 5m }\npaused: true\ntimeout: 1m\n',
  )
})

test('each problem is said at the field that it is about, with the line as it stands there', () => {
  const full = {
    ...fields,
    description: 'd',
    when: 'cron' as const,
    cron: 'x',
    manifest: 'timeout: x\nfoo: 1\n',
  }
  const at = (path: string, line: number, message = 'm') => ({
    path: `scripts/a/b/${path}`,
    line,
    message,
    remedy: 'r',
  })
  const problems = [
    ...[at('main.py', 3), at('script.yaml', 2, 'cron x'), at('script.yaml', 4), at('script.yaml', 1)],
    ...[at('odd.bin', 1), { path: 'slug', message: 'no', remedy: 'r' }],
  ]
  expect(errorsOf(new AppError('invalid', 'x', { problems }), full)).toEqual({
    ...{ main: 'line 3: m; r', cron: 'cron x; r', manifest: 'line 2: m; r', description: 'm; r' },
    ...{ whole: 'scripts/a/b/odd.bin: m; r', slug: 'no; r' },
  })
})

test('an input schema becomes fields where all of it is simple, and what is sent becomes what it means', () => {
  const schema = {
    required: ['n'],
    properties: {
      n: { type: 'integer' },
      loud: { type: 'boolean' },
      of: { enum: [1, 2] },
      day: { type: 'string', format: 'date' },
    },
  }
  expect(inputFields(schema).map(({ kind, required }) => `${kind} ${required}`)).toEqual([
    ...['number true', 'yes-no false', 'choice false', 'date false'],
  ])
  expect(inputFields({ properties: { deep: { type: 'object' }, n: { type: 'integer' } } })).toEqual([])
  expect(inputFields({ properties: { 'odd name': { type: 'string' } } })).toEqual([])
  const sent = (form: Record<string, string>) => JSON.parse(inputFrom(schema, form) ?? 'null') as unknown
  expect(sent({ 'input.n': '3', 'input.of': '2', 'input.day': ' ' })).toEqual({ n: 3, loud: false, of: 2 })
  expect(sent({ 'input.n': '3', input: '{"n": 4}' })).toEqual({ n: 4 })
  expect(() => inputFrom(schema, { 'input.n': 'three' })).toThrow("'three' is no number")
})
