import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { startServer, clone, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await (
    await clone(server.gitUrl)
  ).ship({ 'scripts/echo/main.py': 'def main(run):\n    return run.input\n' })
})
afterAll(() => server.stop())

test.each([
  ['an unknown path', 'GET', '/nothing', undefined, 404, 'not_found', '/api/v1/nothing is not found'],
  ['an unknown slug', 'GET', '/scripts/nobody', undefined, 404, 'not_found', 'script nobody is not found'],
  ['an unknown run', 'GET', '/runs/999', undefined, 404, 'not_found', 'run 999 is not found'],
  ['a run that is no number', 'GET', '/runs/x', undefined, 400, 'invalid', undefined],
  ['JSON that is none', 'POST', '/scripts/echo/runs', '{', 400, 'invalid', undefined],
  ['input that is no object', 'POST', '/scripts/echo/runs', { input: [1] }, 400, 'invalid', undefined],
  ['an unknown commit', 'POST', '/scripts/echo/runs', { commit: 'f'.repeat(40) }, 400, 'invalid', undefined],
  ['a limit too high', 'GET', '/runs?limit=1000', undefined, 400, 'invalid', undefined],
  ['a cursor of nobody', 'GET', '/runs?cursor=x', undefined, 400, 'invalid', undefined],
  ['an offset that is none', 'GET', '/runs/1/log?from=x', undefined, 400, 'invalid', undefined],
  [
    'input of more than 1 MiB',
    'POST',
    '/scripts/echo/runs',
    { input: { x: 'x'.repeat(2 ** 20) } },
    413,
    'too_large',
    undefined,
  ],
  [
    'a body that is too large',
    'POST',
    '/scripts',
    { slug: 'a', files: { 'main.py': 'x'.repeat(17 * 2 ** 20) } },
    413,
    'too_large',
    undefined,
  ],
])('%s is answered as a problem', async (_, method, path, body, status, code, detail) => {
  const answer = await server.api(method, path, body)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toMatchObject({ status, code, ...(detail ? { detail } : {}) })
  expect(answer.status).toBe(status)
})

test('a wrong password gives 401, and so does a token that ended', async () => {
  const wrong = await server.api('POST', '/sessions', { username: 'admin', password: 'not it' })
  expect([wrong.status, wrong.body['code']]).toEqual([401, 'unauthenticated'])
  const right = await server.api('POST', '/sessions', {
    username: 'admin',
    password: 'correct horse battery',
  })
  expect(right.status).toBe(201)
  const authorization = { authorization: `Bearer ${String(right.body['token'])}` }
  expect((await server.api('GET', '/status', undefined, authorization)).status).toBe(200)
  expect((await server.api('DELETE', '/sessions/current', undefined, authorization)).status).toBe(204)
  expect((await server.api('GET', '/status', undefined, authorization)).status).toBe(401)
  expect((await fetch(`${server.url}/api/v1/status`)).status).toBe(401)
})

test('a run asked for twice with one key is one run', async () => {
  const ask = () => server.api('POST', '/scripts/echo/runs', { input: { a: 1 } }, { 'idempotency-key': 'k1' })
  const [first, second] = [await ask(), await ask()]
  expect([first.status, second.status, second.body['id']]).toEqual([202, 202, first.body['id']])
})

test('lists go on at their cursor while rows arrive', async () => {
  for (let at = 0; at < 5; at += 1) await server.execute('echo', { input: { at } })
  const first = (await server.api('GET', '/runs?script=echo&limit=2')).body
  await server.execute('echo')
  const second = (await server.api('GET', `/runs?script=echo&limit=2&cursor=${String(first['nextCursor'])}`))
    .body
  const ids = [...(first['items'] as { id: number }[]), ...(second['items'] as { id: number }[])].map(
    ({ id }) => id,
  )
  expect(ids).toEqual(ids.toSorted((a, b) => b - a))
  expect(new Set(ids).size).toBe(4)
})

test('a viewer reads, and is refused everything else; a runner runs', async () => {
  const key = async (role: string) => {
    const { body } = await server.api('POST', '/api-keys', { role, name: role })
    return { authorization: `Bearer ${String(body['secret'])}` }
  }
  const viewer = await key('viewer')
  for (const path of [
    '/scripts',
    '/scripts/echo',
    '/scripts/echo/files',
    '/scripts/echo/ticks',
    '/runs',
    '/status',
  ])
    expect((await server.api('GET', path, undefined, viewer)).status).toBe(200)
  const refused = await server.api('POST', '/scripts/echo/runs', {}, viewer)
  expect(refused.body).toMatchObject({
    code: 'forbidden',
    detail: expect.stringContaining('role runner') as string,
  })
  const runner = await key('runner')
  expect((await server.api('POST', '/scripts/echo/runs', {}, runner)).status).toBe(202)
  expect((await server.api('DELETE', '/scripts/echo', undefined, runner)).status).toBe(403)
  const scoped = await server.api('POST', '/api-keys', { role: 'runner', scripts: ['other'] })
  const other = { authorization: `Bearer ${String(scoped.body['secret'])}` }
  expect((await server.api('GET', '/scripts/echo', undefined, other)).status).toBe(404)
  expect((await server.api('GET', '/runs', undefined, other)).body['items']).toEqual([])
})

test('health, schema and the API document need nobody', async () => {
  expect(await (await fetch(`${server.url}/healthz`)).text()).toBe('ok\n')
  expect(await (await fetch(`${server.url}/readyz`)).text()).toBe('ready\n')
  const schema = (await (await fetch(`${server.url}/schemas/script.json`)).json()) as { properties: object }
  expect(Object.keys(schema.properties)).toContain('schedule')
  const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as { paths: object }
  expect(Object.keys(document.paths)).toContain('/scripts/{slug}/runs')
})

test('the log is had by offset, and as lines with stream and time', async () => {
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/talks/main.py':
      'import sys\ndef main():\n    print("eins")\n    print("zwei", file=sys.stderr)\n    print("dräi")\n',
  })
  const { id } = await server.execute('talks')
  const whole = await server.api('GET', `/runs/${id}/log`)
  expect([...whole.text.trimEnd().split('\n')].sort()).toEqual(['dräi', 'eins', 'zwei'])
  const rest = await server.api('GET', `/runs/${id}/log?from=3`)
  expect(rest.text).toBe(Buffer.from(whole.text).subarray(3).toString())
  expect([rest.headers.get('x-log-end'), rest.headers.get('x-log-complete')]).toEqual([
    String(Buffer.byteLength(whole.text)),
    'true',
  ])
  const lines = (await server.api('GET', `/runs/${id}/log?format=jsonl`)).text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { at: string; stream: string; text: string })
  expect(lines.map(({ stream, text }) => `${stream} ${text}`).sort()).toEqual([
    'stderr zwei',
    'stdout dräi',
    'stdout eins',
  ])
  expect(Date.parse(lines[0]!.at)).toBeGreaterThan(0)
})

test('a change from another site is refused, whatever its cookie', async () => {
  const login = await fetch(`${server.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ username: 'admin', password: 'correct horse battery' }),
  })
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!
  expect(login.headers.get('set-cookie')).toContain('HttpOnly; SameSite=Lax')
  const ask = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/v1/scripts/echo/runs`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      body: '{}',
    })
  expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await ask({ origin: 'https://evil.example' })).status).toBe(403)
  expect((await ask({ 'sec-fetch-site': 'same-origin' })).status).toBe(202)
  const form = await fetch(`${server.url}/scripts/echo/runs`, {
    method: 'POST',
    headers: { cookie, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ input: '{}' }),
  })
  expect(form.status).toBe(403)
})

test('a run is asked for without a body', async () => {
  const answer = await fetch(`${server.url}/api/v1/scripts/echo/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
  })
  expect(answer.status).toBe(202)
})

test('long integers keep their digits on the way in, on the way out, and when it is run again', async () => {
  const body = '{"force": true, "input": {"id": 12345678901234567890, "one": 1.0}}'
  const queued = await server.api('POST', '/scripts/echo/runs', body)
  expect(queued.text).toContain('"input":{"id": 12345678901234567890, "one": 1.0}')
  const { id } = await server.ended(queued.body['id'] as number)
  const { text } = await server.api('GET', `/runs/${id}`)
  expect(text).toContain('"input":{"id": 12345678901234567890, "one": 1.0}')
  expect(text).toContain('"result":{"id":12345678901234567890,"one":1.0}')
  const again = await server.app.doors.runs.rerun(systemActor, id, 'same')
  expect(again.inputJson).toBe('{"id": 12345678901234567890, "one": 1.0}')
})
