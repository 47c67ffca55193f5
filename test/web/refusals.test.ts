import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clone, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let old: string
beforeAll(async () => {
  server = await startServer()
  const repository = await clone(server.gitUrl)
  await repository.ship({ 'scripts/a/main.py': 'def main(run):\n    return [1, run.scheduled_at]\n' })
  old = await repository.git('rev-parse', 'HEAD')
  const more = Object.fromEntries(['b', 'my_c', 'd'].map((slug) => [`scripts/${slug}/main.py`, 'print(1)\n']))
  await repository.ship({ ...more, 'scripts/a/main.py': 'def main(run):\n    return [2, run.input]\n' })
})
afterAll(() => server.stop())

const PROBLEM = 'application/problem+json'

test('who sends far too much, and listens only afterwards, is told so', async () => {
  const { hostname, port } = new URL(server.url)
  const bytes = 40 * 2 ** 20
  const socket = connect(Number(port), hostname)
  const head = ['POST /api/v1/scripts HTTP/1.1', 'Host: a', 'Connection: close', `Content-Length: ${bytes}`]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await new Promise<void>((sent, failed) =>
    socket.write(Buffer.alloc(bytes, 'x'), (error) => (error ? failed(error) : sent())),
  )
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).toContain('"code":"too_large"')
})

test('what does not fit a field is told in words, once, with what to do', async () => {
  const asked: [string, string, unknown, string][] = [
    ['GET', '/runs?limit=0', undefined, 'limit: it is too small; give at least 1'],
    ['GET', `/runs?limit=${'9'.repeat(20)}`, undefined, 'limit: it is too large; give at most 200'],
    ['GET', '/runs/abc', undefined, 'id: it is not a number; give a number, such as 3'],
    [
      'GET',
      '/runs?from=monday',
      undefined,
      'from: it is no moment; write one in UTC, such as 2026-01-31T07:00:00Z',
    ],
    ['GET', '/runs/1/log?format=xml', undefined, 'format: it is none of what may be; give text, jsonl'],
    ['POST', '/scripts/a/runs', [], 'body: it is not an object; give an object, such as {}'],
    [
      'POST',
      '/scripts',
      { slug: 'n', files: {}, message: '' },
      'message: it is too small; give at least 1 character',
    ],
  ]
  const told = await Promise.all(asked.map(([method, path, body]) => server.api(method, path, body)))
  expect(told.map(({ body }) => body['detail'])).toEqual(asked.map(([, , , detail]) => detail))
})

test('data and input that no Python could read are refused', async () => {
  const deep = (depth: number) => JSON.parse(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`) as object
  const put = (depth: number) => server.api('PUT', '/scripts/d/data', deep(depth))
  const run = await server.api('POST', '/scripts/a/runs', { input: deep(500) })
  const told = [await put(499), await put(500), run]
  expect(told.map(({ status }) => status)).toEqual([200, 400, 400])
  expect(told[1]!.body['detail']).toBe('data is nested more than 500 deep; make it flatter')
})

test('a known path asked otherwise says how it may be asked', async () => {
  const wrong = await server.api('PATCH', '/scripts/a')
  expect([
    wrong.status,
    wrong.headers.get('allow'),
    wrong.headers.get('content-type'),
    wrong.body,
  ]).toMatchObject([
    405,
    'DELETE, GET, HEAD, OPTIONS',
    PROBLEM,
    { code: 'invalid', detail: 'PATCH is not known here; known are DELETE, GET, HEAD, OPTIONS' },
  ])
  expect((await server.api('POST', '/scripts/a/files/main.py', {})).headers.get('allow')).toBe(
    'GET, HEAD, OPTIONS, PUT',
  )
  const options = await server.api('OPTIONS', '/runs')
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
  const headers = { authorization: `Bearer ${server.token}` }
  const head = await fetch(`${server.url}/api/v1/scripts/a`, { method: 'HEAD', headers })
  expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
    200,
    'application/json',
    '',
  ])
})

test.each([
  [
    'an unknown parameter',
    'GET',
    '/scripts?stat=paused',
    undefined,
    [{ path: 'stat', message: 'there is no such parameter', remedy: "write 'state'" }],
  ],
  [
    'an unknown key',
    'POST',
    '/scripts/a/runs',
    { inptu: {}, zzz: 1 },
    [
      { path: 'inptu', message: 'there is no such key', remedy: "write 'input'" },
      {
        path: 'zzz',
        message: 'there is no such key',
        remedy: 'known are input, force, commit, scheduledAt, notBefore',
      },
    ],
  ],
  ['a missing key', 'POST', '/scripts', { files: {} }, [{ path: 'slug', message: 'it is missing' }]],
  [
    'a cron line that is none',
    'GET',
    '/schedule-preview?cron=61+*+*+*+*',
    undefined,
    [
      {
        path: 'cron',
        message: "cron '61 * * * *': minute 61 is outside 0-59",
        remedy: 'write a minute from 0 to 59',
      },
    ],
  ],
  [
    'data of then',
    'POST',
    '/runs/1/rerun',
    { data: 'before' },
    [
      {
        path: 'data',
        message: 'what data a run began with is not kept by this version',
        remedy: 'use current',
      },
    ],
  ],
])('%s is refused, and told where and what to do', async (_, method, path, body, problems) => {
  const answer = await server.api(method, path, body)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, PROBLEM])
  expect(answer.body['problems']).toEqual(problems)
})

test.each([
  ['a body of another type', 'POST', '/scripts/a/runs', 'a=b', 'text/plain', 415],
  ['JSON that is cut off', 'POST', '/scripts/a/runs', '{"input":', 'application/json', 400],
  ['a percent sign that encodes nothing', 'GET', '/scripts/%zz', undefined, undefined, 400],
  ['bytes that are no text', 'GET', '/scripts?q=%ff', undefined, undefined, 400],
  ['a cursor of no list', 'GET', '/commits?cursor=1', undefined, undefined, 400],
  ['a cursor that is no slug', 'GET', '/scripts?cursor=%3B', undefined, undefined, 400],
])('%s is a problem', async (_, method, path, body, type, status) => {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, ...(type ? { 'content-type': type } : {}) },
    ...(body === undefined ? {} : { body }),
  })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, PROBLEM])
})

test('scripts are found by what is written, and come page by page', async () => {
  const slugs = (body: Record<string, unknown>) =>
    (body['items'] as { slug: string }[]).map(({ slug }) => slug)
  expect(slugs((await server.api('GET', '/scripts?q=my_c')).body)).toEqual(['my_c'])
  expect(slugs((await server.api('GET', '/scripts?q=%25')).body)).toEqual([])
  const first = (await server.api('GET', '/scripts?limit=2')).body
  const rest = (await server.api('GET', `/scripts?limit=9&cursor=${String(first['nextCursor'])}`)).body
  expect([slugs(first), slugs(rest), rest['nextCursor']]).toEqual([
    ['a', 'b'],
    ['d', 'hello', 'my_c', 'reports.nightly'],
    undefined,
  ])
  const waiting = (await server.api('GET', '/scripts?state=waiting&limit=3')).body
  expect([slugs(waiting).length, typeof waiting['nextCursor']]).toEqual([3, 'string'])
})

test('a key limited to scripts gets whole pages of them', async () => {
  const { body } = await server.api('POST', '/api-keys', { role: 'viewer', scripts: ['my_c', 'a', 'none'] })
  const limited = { authorization: `Bearer ${String(body['secret'])}` }
  const first = (await server.api('GET', '/scripts?limit=1', undefined, limited)).body
  expect(first).toMatchObject({ items: [{ slug: 'a' }], nextCursor: 'a' })
  const rest = (await server.api('GET', '/scripts?limit=1&cursor=a', undefined, limited)).body
  expect([rest['items'], rest['nextCursor']]).toMatchObject([[{ slug: 'my_c' }], undefined])
})

test('a run is of the commit that is named, as if it were then, or later', async () => {
  const then = '2026-01-01T07:00:00.000Z'
  const run = await server.execute('a', { commit: old, scheduledAt: then })
  expect([run.commit, run.scheduledAt, run.result]).toEqual([
    old,
    then,
    [1, expect.stringContaining('2026-01-01T07:00:00')],
  ])
  const notBefore = new Date(Date.now() + 3_600_000).toISOString()
  const { body } = await server.api('POST', '/scripts/a/runs', { notBefore })
  expect(body).toMatchObject({ state: 'queued', notBefore })
  await server.api('POST', `/runs/${String(body['id'])}/cancel`)

  const same = await server.api('POST', `/runs/${run.id}/rerun`, {})
  expect([same.status, same.body]).toMatchObject([202, { cause: 'rerun', commit: old }])
  const head = await server.api('POST', `/runs/${run.id}/rerun`, { at: 'head' })
  expect((await server.ended(head.body['id'] as number)).result).toEqual([2, {}])
  const listed = (await server.api('GET', '/runs?cause=rerun&script=a&limit=1')).body
  expect(listed).toMatchObject({ items: [{ id: head.body['id'] }] })

  const once = (id: unknown, at: string) =>
    server.api('POST', `/runs/${String(id)}/rerun`, { at }, { 'idempotency-key': 'once more' })
  const [one, again] = [await once(run.id, 'same'), await once(run.id, 'same')]
  expect([one.status, again.status, again.body['id']]).toEqual([202, 202, one.body['id']])
  for (const other of [await once(run.id, 'head'), await once(same.body['id'], 'same')])
    expect([other.status, other.body['code']]).toEqual([409, 'conflict'])
})

test('a key that comes again with another body is a conflict', async () => {
  const ask = (input: object) => server.api('POST', '/scripts/a/runs', { input }, { 'idempotency-key': 'k' })
  const [first, same, other] = [await ask({ n: 1 }), await ask({ n: 1 }), await ask({ n: 2 })]
  expect([first.status, same.body['id'], other.status]).toEqual([202, first.body['id'], 409])
  expect(other.body).toMatchObject({ code: 'conflict', runId: first.body['id'] })
})

test('users are made, changed one thing at a time, and disabled', async () => {
  const made = await server.api('POST', '/users', { name: 'eve', role: 'viewer' })
  expect(made.body).toMatchObject({
    user: { name: 'eve', role: 'viewer' },
    link: expect.stringContaining('/setup?token=') as string,
  })
  const { id } = made.body['user'] as { id: number }
  expect((await server.api('PATCH', `/users/${id}`, { role: 'editor' })).body).toMatchObject({
    role: 'editor',
  })
  expect((await server.api('PATCH', `/users/${id}`, { role: 'viewer', disabled: true })).status).toBe(400)
  expect((await server.api('DELETE', `/users/${id}`)).status).toBe(204)
  expect((await server.api('DELETE', '/users/1')).body).toMatchObject({ code: 'conflict' })
  expect((await server.api('GET', '/audit-events?limit=2')).body).toMatchObject({
    items: [{ action: 'user.disable', target: 'eve' }, { action: 'user.set-role' }],
  })
  expect((await server.api('GET', '/sessions/current')).body).toEqual({
    kind: 'user',
    name: 'admin',
    role: 'admin',
  })
})
