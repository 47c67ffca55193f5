import { afterAll, beforeAll, expect, test } from 'vitest'
import { clone, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let cookie: string
beforeAll(async () => {
  server = await startServer()
  const script = (manifest: string) => `description: d\n${manifest}`
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/a/main.py': 'print(1)\n',
    'scripts/a/script.yaml': script('tags: [night, eu]\nschedule: {every: 300d}\n'),
    'scripts/b/main.py': 'print(1)\n',
    'scripts/b/script.yaml': script('tags: [night]\n'),
    'scripts/c/main.py': 'print(1)\n',
  })
  const answer = await fetch(`${server.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.url },
    body: new URLSearchParams({ username: 'admin', password: 'correct horse battery', next: '/' }),
  })
  cookie = answer.headers.get('set-cookie')!.split(';')[0]!
})
afterAll(() => server.stop())

async function page(path: string) {
  const answer = await fetch(server.url + path, { headers: { cookie }, redirect: 'manual' })
  return { status: answer.status, html: await answer.text() }
}

test('a cursor that no list gave is a page that says so', async () => {
  const { status, html } = await page('/scripts?cursor=No+slug')
  expect([status, /No slug.* is not one of this list/.test(html)]).toEqual([400, true])
})

test('a state in which no script can be is said at its field, and not asked for', async () => {
  const { status, html } = await page('/scripts?state=sad')
  expect([status, /no script stands like this; choose one/i.test(html)]).toEqual([200, true])
  expect(html).toContain('id="script-a"')
})
