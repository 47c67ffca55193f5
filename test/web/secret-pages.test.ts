import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let cookie: string
beforeAll(async () => {
  server = await startServer()
  cookie = await server.cookieOf('admin')
})
afterAll(() => server.stop())

async function page(path: string, fields?: Record<string, string>) {
  const answer = await fetch(server.url + path, {
    redirect: 'manual',
    headers: { cookie },
    ...(fields ? { method: 'POST', body: new URLSearchParams(fields) } : {}),
  })
  return { status: answer.status, text: await answer.text(), location: answer.headers.get('location') }
}

const csrfOf = (html: string) => /name="csrf" value="([^"]*)"/.exec(html)![1]!
const send = async (path: string, fields: Record<string, string>) =>
  page(path, { csrf: csrfOf((await page('/secrets')).text), ...fields })
const listed = async () => (await server.api('GET', '/secrets')).body['items']

test('a secret is set by the form, changed and deleted, and its value is on no page', async () => {
  const set = await send('/secrets', { name: ' TOKEN ', value: 'hunter-2-hunter', scripts: 'hello, a.b' })
  expect([set.status, set.location]).toEqual([303, '/secrets'])
  expect(await listed()).toMatchObject([{ name: 'TOKEN', scripts: ['a.b', 'hello'] }])
  const after = await page('/secrets')
  expect(after.text).toContain('TOKEN')
  const change = await page('/secrets?name=TOKEN')
  expect(change.text).toContain('value="a.b, hello"')
  for (const { text } of [after, change]) expect(text).not.toContain('hunter')

  expect((await page('/secrets/TOKEN/delete')).text).toContain('Delete TOKEN')
  expect((await send('/secrets/TOKEN/delete', {})).location).toBe('/secrets')
  expect(await listed()).toEqual([])
  expect((await page('/secrets/TOKEN/delete')).status).toBe(404)
})

test.each([
  ['a name that is none', { name: 'not-a-name', value: 'long enough' }, 'name'],
  ['a value that is too short', { name: 'SHORT', value: 'tiny' }, 'value'],
  ['a script that is none', { name: 'GOOD', value: 'long enough', scripts: 'No Slug!' }, 'scripts'],
])('%s is told at its field, and what was typed stays', async (_, fields, at) => {
  const { status, text } = await send('/secrets', { scripts: 'hello', ...fields })
  expect(status).toBe(400)
  expect(text).toContain(`id="error-${at}"`)
  expect(text).toContain(`value="${fields.name}"`)
  expect(text).not.toContain(fields.value)
  expect(await listed()).toEqual([])
})

test('a form from elsewhere changes nothing', async () => {
  const { status } = await page('/secrets', { csrf: 'guessed', name: 'TOKEN', value: 'long enough' })
  expect(status).toBe(403)
  expect(await listed()).toEqual([])
})
