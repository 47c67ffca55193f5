import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { clone, PASSWORD, startServer, type Clone, type TestServer } from '../support/server.ts'

const MAIN = 'def main(data):\n    return 1\n'
let server: TestServer
let repo: Clone
let cookie: string

beforeAll(async () => {
  server = await startServer()
  repo = await clone(server.gitUrl)
  await repo.ship({
    'scripts/demo/main.py': MAIN,
    'scripts/demo/dos.txt': 'one\r\ntwo\r\n',
    'scripts/demo/logo.bin': '\0\x01',
    'scripts/single.py': MAIN,
  })
  await server.app.doors.access.users.create(systemActor, {
    name: 'vera',
    role: 'viewer',
    password: PASSWORD,
  })
  cookie = await server.cookieOf('admin')
})
afterAll(() => server.stop())

async function page(path: string, init: RequestInit = {}) {
  const answer = await fetch(server.url + path, {
    redirect: 'manual',
    ...init,
    headers: { cookie, ...init.headers },
  })
  return { status: answer.status, text: await answer.text(), location: answer.headers.get('location') }
}

const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)![1]!

/** Sends the page's form as a browser does, line ends and all. */
async function send(fields: Record<string, string>, slug = 'demo') {
  const form = await page(
    `/scripts/${slug}/edit?path=${encodeURIComponent(fields['path'] ?? '')}${fields['path'] === '' ? '&new=1' : ''}`,
  )
  const given = {
    csrf: hidden(form.text, 'csrf'),
    base: hidden(form.text, 'base'),
    do: 'commit',
    message: '',
    ...fields,
  }
  const lines = Object.entries(given).map(([name, text]) => [name, text.replace(/\r?\n/g, '\r\n')])
  return page(`/scripts/${slug}/edit`, { method: 'POST', body: new URLSearchParams(lines) })
}

const textOf = async (path: string, slug = 'demo') =>
  (await server.api('GET', `/scripts/${slug}/files/${path}`)).text

test('a file is changed by the form, with a message, and the page says the commit', async () => {
  const text = `${MAIN}# by form\n`
  const { status, location } = await send({
    path: 'main.py',
    name: 'main.py',
    content: text,
    message: 'By form',
  })
  expect(status).toBe(303)
  const commit = /^\/scripts\/demo\/edit\?path=main\.py&committed=([0-9a-f]{40})$/.exec(location!)![1]!
  expect(await textOf('main.py')).toBe(text)
  expect((await server.app.doors.repository.objects.commit(commit)).message).toBe('By form\n')
  const after = await page(location!)
  expect(after.text).toContain(`href="/commits/${commit}"`)
  expect(after.text).toContain('Run it now')
})

test('a commit that there is not is not said to be one', async () => {
  const { text } = await page(`/scripts/demo/edit?committed=${'f'.repeat(40)}`)
  expect(text).not.toContain('Run it now')
})

test('a file keeps its line ends, and one without an end keeps that', async () => {
  await send({ path: 'dos.txt', name: 'dos.txt', content: 'one\n2\n' })
  expect(await textOf('dos.txt')).toBe('one\r\n2\r\n')
  await send({ path: '', name: 'unix.txt', content: '\n\na' })
  expect(await textOf('unix.txt')).toBe('\n\na')
  expect((await page('/scripts/demo/edit?path=unix.txt')).text).toMatch(
    /<textarea[^>]*name="content"[^>]*>\n\n\na</,
  )
})

test('a file is added, renamed and deleted, each by one commit', async () => {
  await send({ path: '', name: 'sub/part.py', content: 'x = 1\n' })
  expect(await textOf('sub/part.py')).toBe('x = 1\n')
  await send({ path: 'sub/part.py', name: 'other.py', content: 'x = 2\n' })
  expect(await textOf('other.py')).toBe('x = 2\n')
  expect((await server.api('GET', '/scripts/demo/files/sub/part.py')).status).toBe(404)
  expect((await send({ path: 'other.py', name: 'other.py', do: 'delete' })).status).toBe(303)
  expect((await server.api('GET', '/scripts/demo/files/other.py')).status).toBe(404)
})

test('the changes are shown before they are committed, with what they do, and nothing is committed', async () => {
  const head = await server.app.doors.repository.head()
  const content = 'schedule: {every: 15m}\n'
  const { status, text } = await send({
    path: '',
    name: 'script.yaml',
    content,
    message: 'Run it',
    do: 'preview',
  })
  expect(status).toBe(200)
  expect(text).toContain('every 15 minutes')
  expect(text).toMatch(/class="added"/)
  expect(text).toContain('schedule: {every: 15m}\n</textarea>')
  expect(text).toContain('Run it</textarea>')
  expect(await server.app.doors.repository.head()).toBe(head)
})

test('what is wrong is said with its line, and what was typed is kept', async () => {
  const content = 'def main(data:\n    return "mine"\n'
  const { status, text } = await send({ path: 'main.py', name: 'main.py', content, message: 'Why <b>' })
  expect(status).toBe(400)
  expect(text).toContain('data-path="main.py" data-line="1"')
  expect(text).toContain('One problem')
  expect(text).toContain('return &quot;mine&quot;')
  expect(text).toContain('Why &lt;b&gt;</textarea>')
})

test.each([
  ['a name that is taken', { path: '', name: 'main.py' }, 'There is such a file already'],
  ['a name outside of the script', { path: '', name: '../x.py' }, 'the path leaves the folder of the script'],
  ['no name', { path: '', name: ' ' }, 'The file has no name'],
])('%s is refused at the field', async (_, fields, words) => {
  const { status, text } = await send({ content: 'kept\n', ...fields })
  expect(status).toBe(400)
  expect(/id="error-name"[^>]*>([^<]*)/.exec(text)![1]!).toContain(words)
  expect(text).toContain('aria-invalid="true"')
  expect(text).toContain('kept\n</textarea>')
})

test('a second name beside a single file is refused, and the field cannot be changed', async () => {
  expect((await page('/scripts/single/edit')).text).toMatch(/<input[^>]*name="name"[^>]*readonly/)
  const { status, text } = await send({ path: 'single.py', name: 'two.py', content: MAIN }, 'single')
  expect([status, text.includes('a single-file script has one file')]).toEqual([400, true])
})

test('a conflict shows both versions and keeps the own one, to be committed on top', async () => {
  const old = (await server.app.doors.repository.head())!
  await repo.git('pull', '--quiet', '--rebase', 'origin', 'main')
  await repo.ship({ 'scripts/demo/main.py': `${MAIN}# theirs\n` })
  const mine = `${MAIN}# mine\n`
  const { status, text } = await send({ path: 'main.py', name: 'main.py', content: mine, base: old })
  expect(status).toBe(409)
  expect(text).toContain('Theirs, on main now')
  expect(text).toContain('# theirs')
  expect(text).toContain('# mine\n</textarea>')
  const again = { path: 'main.py', name: 'main.py', content: mine, base: hidden(text, 'base') }
  expect((await send(again)).status).toBe(303)
  expect(await textOf('main.py')).toBe(mine)
})

test('what is no text can be deleted and nothing else', async () => {
  const { text } = await page('/scripts/demo/edit?path=logo.bin')
  expect(text).toContain('This file cannot be edited here')
  expect(text).not.toContain('name="content"')
  expect((await send({ path: 'logo.bin', name: 'logo.bin' })).status).toBe(400)
  expect((await send({ path: 'logo.bin', name: 'logo.bin', do: 'delete' })).status).toBe(303)
})

test('a viewer, a stranger and a form of another session change nothing', async () => {
  const head = await server.app.doors.repository.head()
  const vera = await server.cookieOf('vera')
  expect((await page('/scripts/demo/edit', { headers: { cookie: vera } })).status).toBe(403)
  expect((await page('/scripts/demo/edit', { headers: { cookie: '' } })).location).toBe(
    '/login?next=%2Fscripts%2Fdemo%2Fedit',
  )
  const body = new URLSearchParams({ csrf: 'x', base: head!, path: 'main.py', name: 'main.py', content: '' })
  expect((await page('/scripts/demo/edit', { method: 'POST', body })).status).toBe(403)
  expect(await server.app.doors.repository.head()).toBe(head)
})

test('the check while typing is refused as everything else is', async () => {
  const check = (body: unknown, headers = {}) =>
    page('/scripts/demo/edit/_check', { method: 'POST', body: JSON.stringify(body), headers })
  const base = await server.app.doors.repository.head()
  expect((await check({ files: { 'main.py': MAIN }, base })).text).toContain('No problems')
  expect((await check({ files: 'x' })).status).toBe(400)
  expect((await check({ files: {}, base }, { cookie: '' })).status).toBe(401)
  expect((await check({ files: {}, base }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
})

test('the editor is loaded on its own page alone, and is no larger than 180 kB gzipped', async () => {
  const named = (html: string) => /\/assets\/editor\.js/.test(html)
  expect(named((await page('/scripts/demo/edit')).text)).toBe(true)
  for (const path of ['/', '/scripts', '/scripts/demo', '/scripts/demo/code', '/runs', '/system'])
    expect(named((await page(path)).text), path).toBe(false)
  const built = readFileSync(new URL('../../dist/assets/editor.js', import.meta.url))
  expect(gzipSync(built, { level: 9 }).length).toBeLessThan(180_000)
})
