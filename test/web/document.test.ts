import fc from 'fast-check'
import openapiTS, { astToString } from 'openapi-typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clone, startServer, type TestServer } from '../support/server.ts'
import { operationsOf, type ApiDocument, type Listed } from './openapi.ts'

const REFUSED = 'application/problem+json'
// Asked for often they would end the session that asks, or take minutes.
const NOT_ASKED = new Set(['endSession', 'reindex', 'disableUser', 'updateUser'])

let server: TestServer
let document: ApiDocument
let operations: Listed[]

beforeAll(async () => {
  server = await startServer()
  await (
    await clone(server.gitUrl)
  ).ship({ 'scripts/echo/main.py': 'def main(run):\n    return run.input\n', 'scripts/one.py': 'print(1)\n' })
  await server.execute('echo')
  document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as ApiDocument
  operations = operationsOf(document)
})
afterAll(() => server.stop())

test('every operation has an id of its own, a summary, a tag, and says how it refuses', () => {
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { operation, path } of operations) {
    expect(operation, path).toMatchObject({
      operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/) as string,
      summary: expect.stringMatching(/\w/) as string,
      tags: [expect.any(String)],
    })
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '401', '403', '404']))
  }
})

test('the operations are these', () => {
  expect(operations.map(({ operation }) => operation.operationId).sort()).toMatchSnapshot()
})

// `npm run client` is this test with --update.
test('the types of the client are those of the document', async () => {
  const head = '// Generated from the document of the API by `npm run client`; not to be edited.\n\n'
  const fresh = head + astToString(await openapiTS(JSON.stringify(document)))
  await expect(fresh).toMatchFileSnapshot('../../src/client/paths.ts')
})

test('the reference shows every operation and shape, and leads nowhere that is not there', async () => {
  const answer = await fetch(`${server.url}/api/docs`)
  const page = await answer.text()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(expect.arrayContaining(operations.map(({ operation }) => operation.operationId)))
  const shapes = Object.keys(document.components.schemas).map((name) => `shape-${name}`)
  expect(ids).toEqual(expect.arrayContaining(shapes))
  const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
  expect(targets.filter((id) => !ids.includes(id))).toEqual([])
  expect(page).toContain(`curl -X PUT &#39;${server.url}/api/v1/scripts/finance.report/pause&#39;`)
  expect(page).toContain('-d &#39;{&quot;reason&quot;:&quot;Stocktaking&quot;}&#39;')
  expect(page).not.toMatch(/undefined|\[object/)
})

test('the document is sent again only when it changed', async () => {
  const url = `${server.url}/api/v1/openapi.json`
  const etag = (await fetch(url)).headers.get('etag')!
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
})

test('nobody who is not signed in gets anything but a refusal', async () => {
  for (const { path, method, operation } of operations) {
    if (operation.operationId === 'createSession') continue
    const answer = await fetch(server.url + '/api/v1' + path.replaceAll(/\{\w+\}/g, '1'), {
      method,
      ...(operation.requestBody
        ? { body: '{"reason":"x"}', headers: { 'content-type': 'application/json' } }
        : {}),
    })
    // What is not valid may be told before who asks is looked at.
    expect([401, 400, 415], `${method} ${path}`).toContain(answer.status)
    expect(answer.headers.get('content-type')).toBe(REFUSED)
  }
})

const word = fc.oneof(
  fc.constantFrom(
    'echo',
    'one',
    'main.py',
    'one.py',
    '1',
    '0',
    '-1',
    'main',
    'x',
    '%00',
    '..',
    '%2F',
    '%2e%2e%2f',
  ),
  fc.constantFrom('true', 'null', '{}', '[]', '2026-01-01T00:00:00Z', 'f'.repeat(40), '9'.repeat(30)),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => encodeURIComponent(text)),
)
const value = fc.oneof(
  word.map((text) => decodeURIComponent(text)),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A request to an operation: more or less like what it wants. */
function requestTo({ path, method, operation }: Listed) {
  const parameters = operation.parameters ?? []
  const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
  const headers = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name)
  const keys = ['slug', 'files', 'message', 'base', 'input', 'force', 'at', 'data', 'reason', 'until', 'role']
  return fc.record({
    url: fc
      .tuple(
        fc.array(word, { minLength: 3, maxLength: 3 }),
        fc.dictionary(fc.constantFrom('limit', 'odd', ...query), word, { maxKeys: 3 }),
      )
      .map(([words, asked]) => {
        const filled = path.replaceAll(/\{\w+\}/g, () => words.shift()!)
        const text = Object.entries(asked).map(([name, given]) => `${name}=${given}`)
        return `${filled}?${text.join('&')}`
      }),
    method: fc.constant(method),
    headers: fc.dictionary(
      fc.constantFrom('accept', ...headers),
      fc.constantFrom('"1"', '*', 'W/"1"', 'k', ',,'),
    ),
    body: fc.oneof(
      fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 4 }).map((object) => JSON.stringify(object)),
      fc.constantFrom('{', '[]', 'null', '"x"', '{"a":1e999}', '\uFEFF{}', '['.repeat(5000)),
    ),
    type: fc.constantFrom('application/json', 'application/json', 'text/plain', 'multipart/form-data', ''),
  })
}

test('whatever is asked, each route answers with what it documents', async () => {
  const asked = operations.filter(({ operation }) => !NOT_ASKED.has(operation.operationId))
  for (const listed of asked) {
    const { operation } = listed
    await fc.assert(
      fc.asyncProperty(requestTo(listed), async ({ url, method, headers, body, type }) => {
        const isBodiless = method === 'GET' || method === 'DELETE'
        const answer = await fetch(`${server.url}/api/v1${url}`, {
          method,
          headers: {
            authorization: `Bearer ${server.token}`,
            ...headers,
            ...(isBodiless || type === '' ? {} : { 'content-type': type }),
          },
          ...(isBodiless ? {} : { body }),
        })
        const text = await answer.text()
        const said = `${operation.operationId}: ${method} ${url} ${type} ${body.slice(0, 100)} → ${answer.status} ${text.slice(0, 300)}`
        // A dot segment is resolved by the client, and then it is another route that answers.
        if (!url.includes('..') && !/\/\.(?=[/?])/.test(url))
          expect(Object.keys(operation.responses), said).toContain(String(answer.status))
        expect(answer.status, said).toBeLessThan(500)
        if (answer.status < 400) return
        expect(answer.headers.get('content-type'), said).toBe(REFUSED)
        expect(JSON.parse(text), said).toMatchObject({
          status: answer.status,
          code: expect.any(String) as string,
        })
      }),
      { numRuns: 15, seed: 7 },
    )
  }
}, 240_000)
