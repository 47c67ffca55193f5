import { afterAll, beforeAll, expect, test } from 'vitest'
import { clone, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/count/main.py': 'def main(data):\n    data["n"] = data.get("n", 0) + 1\n',
    'scripts/count/script.yaml': '# ours\nschedule: {every: 1h}\n',
    'scripts/count/odd.bin': 'a\0b',
    'scripts/wait/main.py': 'import time\nprint("awake", flush=True)\ntime.sleep(60)\n',
  })
})
afterAll(() => server.stop())

/** A request with any body and headers; the answer with its text. */
async function ask(method: string, path: string, { body, ...headers }: Record<string, string> = {}) {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, ...headers },
    ...(body === undefined ? {} : { body }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

test('a file has a tag; it is sent again and written over only as the tag allows', async () => {
  const path = '/scripts/count/files/main.py'
  const read = await ask('GET', path)
  const etag = read.headers.get('etag')!
  expect(read.headers.get('x-commit')).toBe(await server.app.doors.repository.head())
  expect((await ask('GET', path, { 'if-none-match': `"x", ${etag}` })).status).toBe(304)

  const body = `${read.text}\n# more\n`
  const stale = await ask('PUT', path, { body, 'content-type': 'text/plain', 'if-match': '"0"' })
  expect([stale.status, JSON.parse(stale.text)]).toMatchObject([412, { code: 'conflict', status: 412 }])
  const written = await ask('PUT', path, { body, 'content-type': 'text/plain', 'if-match': etag })
  expect(written.status).toBe(200)
  expect((await ask('GET', path, { 'if-none-match': etag })).text).toBe(body)
  expect((await ask('PUT', path, { body, 'content-type': 'text/plain', 'if-none-match': '*' })).status).toBe(
    412,
  )
  const added = await ask('PUT', '/scripts/count/files/sub/new.py', { body: 'x = 1\n', 'if-none-match': '*' })
  expect(added.status).toBe(200)
})

test('bytes that are no text come back as they are', async () => {
  const { text, headers } = await ask('GET', '/scripts/count/files/odd.bin')
  expect([text, headers.get('content-type')]).toEqual(['a\0b', 'application/octet-stream'])
  await ask('PUT', '/scripts/count/files/odd.bin', {
    body: 'c\0d',
    'content-type': 'application/octet-stream',
  })
  expect((await ask('GET', '/scripts/count/files/odd.bin')).text).toBe('c\0d')
  const form = await ask('PUT', '/scripts/count/files/odd.bin', {
    body: 'a=b',
    'content-type': 'application/x-www-form-urlencoded',
  })
  expect(form.status).toBe(415)
})

test('edits of one path conflict with both versions, of different paths both land', async () => {
  const { body: files } = await server.api('GET', '/scripts/count/files')
  const edit = (path: string, text: string | null) =>
    server.api('PUT', '/scripts/count/files', { files: { [path]: text }, base: files['base'] })
  expect((await edit('a.txt', 'a\n')).status).toBe(200)
  expect((await edit('b.txt', 'b\n')).status).toBe(200)
  const { status, body } = await edit('a.txt', 'mine\n')
  expect([status, body]).toMatchObject([
    409,
    {
      code: 'conflict',
      head: await server.app.doors.repository.head(),
      conflicts: [{ path: 'scripts/count/a.txt', theirs: 'a\n', yours: 'mine\n' }],
    },
  ])
})

test('a script is uploaded as a form', async () => {
  const form = new FormData()
  form.set('slug', 'team.upload')
  form.set('message', 'Upload it')
  form.set('main', new File(['def main(data):\n    return 1\n'], 'whatever.py'))
  form.set('trigger', 'def trigger(data):\n    return True\n')
  form.set('manifest', new File(['tags: [up]\n'], 'script.yaml'))
  form.append('files', new File(['a\0b'], 'blob.bin'))
  const send = () =>
    fetch(`${server.url}/api/v1/scripts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}` },
      body: form,
    })
  const answer = await send()
  expect([answer.status, await answer.json()]).toMatchObject([
    201,
    { script: { slug: 'team.upload', tags: ['up'] } },
  ])
  const { body } = await server.api('GET', '/scripts/team.upload/files')
  expect((body['files'] as { path: string }[]).map(({ path }) => path)).toEqual([
    'blob.bin',
    'main.py',
    'script.yaml',
    'trigger.py',
  ])
  const again = await send()
  expect([again.status, await again.json()]).toMatchObject([409, { code: 'conflict' }])
  form.append('files', new File(['x'], 'blob.bin'))
  const twice = await send()
  expect(await twice.json()).toMatchObject({ problems: [{ path: 'blob.bin', message: 'it is there twice' }] })
})

test('a pause and its end are commits, which the lists tell', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const paused = await server.api('PUT', '/scripts/count/pause', { reason: 'Stocktaking', until })
  expect([paused.status, paused.body['script']]).toMatchObject([
    200,
    { state: 'paused', paused: { reason: 'Stocktaking' } },
  ])
  const ids = async (path: string) =>
    ((await server.api('GET', path)).body['items'] as { id: string }[]).map(({ id }) => id)
  expect(await ids('/scripts?state=paused')).toHaveLength(3)
  const resumed = await server.api('DELETE', '/scripts/count/pause')
  const [newest, before] = await ids('/scripts/count/revisions?limit=2')
  expect([newest, before]).toEqual([resumed.body['commit'], paused.body['commit']])
  expect((await ids('/commits?script=count&limit=1'))[0]).toBe(newest)
  const commit = await ask('GET', `/commits/${newest}`)
  expect(JSON.parse(commit.text)).toMatchObject({
    author: { name: 'admin' },
    message: 'Resume count\n',
    files: [{ path: 'scripts/count/script.yaml', deletions: 1 }],
  })
  expect(
    (await ask('GET', `/commits/${newest}`, { 'if-none-match': commit.headers.get('etag')! })).status,
  ).toBe(304)
  const late = await server.api('PUT', '/scripts/count/pause', { reason: 'x', until: '2020-01-01T00:00:00Z' })
  expect([late.status, late.body]).toMatchObject([400, { problems: [{ path: 'until' }] }])
})

test('data is read with its version and replaced only at it, digit for digit', async () => {
  const path = '/scripts/count/data'
  const first = await ask('GET', path)
  expect([first.text, first.headers.get('etag')]).toEqual(['{}', '"0"'])
  const json = { 'content-type': 'application/json' }
  const body = '{"n": 123456789012345678901234567890}'
  const put = await ask('PUT', path, { ...json, body, 'if-match': '"0"' })
  expect([put.status, put.headers.get('etag'), put.text]).toEqual([200, '"1"', body])
  expect((await ask('PUT', path, { ...json, body: '{}', 'if-match': '"0"' })).status).toBe(412)
  expect((await ask('GET', path, { 'if-none-match': '"1"' })).status).toBe(304)
  await server.execute('count')
  expect((await ask('GET', path)).text).toBe('{"n":123456789012345678901234567891}')
  expect((await ask('PUT', path, { ...json, body: '{}' })).headers.get('etag')).toBe('"3"')
  expect((await ask('PUT', path, { ...json, body: '[1]' })).status).toBe(400)
  expect((await ask('PUT', path, { body: '{}', 'content-type': 'text/plain' })).status).toBe(415)
})

test('data of a script that runs is not replaced', async () => {
  const { body } = await server.api('POST', '/scripts/wait/runs', {})
  const id = body['id'] as number
  await server.when('run', async () =>
    (await server.api('GET', `/runs/${id}`)).body['startedAt'] ? true : undefined,
  )
  const put = await server.api('PUT', '/scripts/wait/data', {})
  expect([put.status, put.body['code']]).toEqual([409, 'conflict'])
  expect((await server.api('POST', `/runs/${id}/cancel`)).status).toBe(200)
  expect((await server.ended(id)).state).toBe('cancelled')
})
