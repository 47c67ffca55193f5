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
  cookie = await server.cookieOf('admin')
})
afterAll(() => server.stop())

async function page(path: string, as = cookie) {
  const answer = await fetch(server.url + path, { headers: { cookie: as }, redirect: 'manual' })
  return { status: answer.status, html: await answer.text() }
}

async function act(path: string, fields: Record<string, string>) {
  const { status, headers } = await fetch(server.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: server.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields),
  })
  const flash = headers.get('set-cookie')?.split(';')[0] ?? ''
  return { status, location: headers.get('location'), flash }
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

test('every tag can be chosen, and one that is asked for stays chosen though no script has it', async () => {
  const options = async (query: string) =>
    [
      ...(await page(`/scripts?${query}`)).html.matchAll(
        /<option value="([^"]+)"( selected="")?>([^<]+\(\d+\))</g,
      ),
    ]
      .map(([, , chosen = '', name]) => name + chosen.trim().slice(0, 8))
      // What a new repository brings along has tags too.
      .filter((name) => !/^(example|reports) /.test(name))
      .sort()
  expect(await options('')).toEqual(['eu (1)', 'night (2)'])
  expect(await options('tag=night')).toEqual(['eu (1)', 'night (2)selected'])
  expect(await options('tag=day')).toEqual(['day (0)selected', 'eu (1)', 'night (2)'])
  const { html } = await page('/scripts?tag=night')
  expect([...html.matchAll(/id="script-(\w)"/g)].map(([, slug]) => slug)).toEqual(['a', 'b'])
})

test('what is done in a list without JavaScript leads back to it, and the run is told there', async () => {
  const list = '/scripts?tag=night'
  const { html } = await page(list)
  const csrf = /name="csrf" value="([^"]+)"/.exec(html)![1]!
  expect(html).toContain(`name="next" value="${list}"`)
  const run = await act('/scripts/a/runs', { csrf, next: list })
  expect([run.status, run.location]).toEqual([303, list])
  const told = await page(list, `${cookie}; ${run.flash}`)
  expect(told.html).toMatch(/Run \d+ is queued\.[^]*href="\/runs\/\d+"/)

  expect(html).toContain(`href="/scripts/a/pause?next=${encodeURIComponent(list)}"`)
  const asked = (await page(`/scripts/a/pause?next=${encodeURIComponent(list)}`)).html
  expect(asked).toContain(`name="next" value="${list}"`)
  const paused = await act('/scripts/a/pause', { csrf, next: list, reason: 'so' })
  expect([paused.status, paused.location]).toEqual([303, list])
  const resumed = await act('/scripts/a/resume', { csrf, next: '//elsewhere.example' })
  expect([resumed.status, resumed.location]).toEqual([303, '/'])
  expect((await act('/scripts/a/runs', { csrf })).location).toMatch(/^\/runs\/\d+$/)
})
