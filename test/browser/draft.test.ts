import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { launchBrowser } from '../support/browser.ts'
import { clone, startServer, type Clone, type TestServer } from '../support/server.ts'
import { expectClean, openLine, signIn, visit, type Line } from './visit.ts'

const lines = (...words: string[]) =>
  ['def main(data):', ...words.map((word) => `    print("${word}")`), ''].join('\n')
const BASE = lines('one', 'two', 'three')
const THEIRS = lines('one', 'two', 'theirs')
const MINE = lines('mine', 'two', 'three')
const BOTH = lines('mine', 'two', 'theirs')

// "città" as ISO 8859-1 has it.
const LATIN = Buffer.from([0x63, 0x69, 0x74, 0x74, 0xe0, 0x0a])

let server: TestServer
let browser: Browser
let repo: Clone
let line: Line

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  line = await openLine(server.url)
  repo = await clone(server.gitUrl)
  const slugs = ['wide', 'narrow', 'draft', 'login', 'line', 'older', 'gone', 'bytes']
  mkdirSync(join(repo.folder, 'scripts/bytes'), { recursive: true })
  writeFileSync(join(repo.folder, 'scripts/bytes/latin.csv'), LATIN)
  await repo.ship(Object.fromEntries(slugs.map((slug) => [`scripts/${slug}/main.py`, BASE])))
})
afterAll(async () => {
  await browser?.close()
  line?.close()
  await server?.stop()
})

async function opened(slug: string, url = server.url) {
  const visited = await visit(browser, url)
  // That a page asks before it is left is what is wanted here.
  visited.page.removeAllListeners('dialog')
  const asked: string[] = []
  visited.page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    void dialog.accept()
  })
  await visited.page.goto(`/scripts/${slug}/edit`)
  await signIn(visited.page)
  return { ...visited, asked }
}

const text = (page: Page) => page.locator('.cm-content[aria-label="Text of main.py"]')
const kept = (page: Page) => page.getByText('One file changed; kept in this browser').waitFor()
// By the verb itself: one test ends every session, the one of this file too.
const onMain = async (slug: string, path = 'main.py') =>
  (await server.app.doors.edits.file(systemActor, slug, path)).content.toString()

async function write(page: Page, words: string): Promise<void> {
  await text(page).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(words)
  await kept(page)
}

async function theirs(slug: string): Promise<void> {
  await repo.git('pull', '--quiet', '--rebase', 'origin', 'main')
  await repo.ship({ [`scripts/${slug}/main.py`]: THEIRS })
}

const review = (page: Page) => page.getByRole('button', { name: 'Review and commit' }).click()
const commit = (page: Page) =>
  page.getByRole('dialog').getByRole('button', { name: 'Commit to main' }).click()

test('a conflict is shown side by side, and what is made of both is committed', async () => {
  const visited = await opened('wide')
  const { page, complaints } = visited
  await write(page, MINE)
  await review(page)
  await page.getByRole('dialog').locator('.added', { hasText: 'mine' }).waitFor()
  await theirs('wide')
  await commit(page)
  await page.getByRole('heading', { name: 'main.py was changed on main since you began' }).waitFor()
  expect(await page.locator('.cm-content[aria-label="Their version of main.py"]').innerText()).toContain(
    'theirs',
  )
  // Chromium says this of every answer that is a refusal, also of one that was provided for.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('status of 409')])
  await expectClean(visited)
  const own = page.locator('.cm-content[aria-label="Your version of main.py"]')
  // The last place that differs is taken over from them, the first stays.
  await page.getByRole('button', { name: 'Take theirs here' }).last().click()
  await own.locator('.cm-line', { hasText: 'theirs' }).waitFor()
  await page.getByRole('button', { name: 'Use this text' }).click()
  await page.getByRole('dialog').locator('.added', { hasText: 'mine' }).waitFor()
  await commit(page)
  await page.getByText(/^Committed /).waitFor()
  expect(await onMain('wide')).toBe(BOTH)
  expect(complaints).toEqual([])
})

test('on a phone both are one text, and a change of others is told before the commit', async () => {
  const { page, complaints } = await opened('narrow')
  await page.setViewportSize({ width: 390, height: 844 })
  await write(page, MINE)
  await theirs('narrow')
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type('# more')
  await page.getByText('main.py was changed on main since you began.').waitFor()
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByText('What is only in theirs is shown above').waitFor()
  await page.getByRole('button', { name: 'Take theirs', exact: true }).click()
  await page.getByText('Nothing changed yet').waitFor()
  expect(await text(page).innerText()).toContain('theirs')
  expect(complaints).toEqual([])
})

test('a draft outlives the page, which asks before it is left, and can be discarded', async () => {
  const { page, complaints, asked } = await opened('draft')
  await write(page, MINE)
  await page.reload()
  expect(asked).toEqual(['beforeunload'])
  await page.getByText(/^A draft from .* was restored\.$/).waitFor()
  expect(await text(page).innerText()).toContain('mine')
  await page.getByRole('button', { name: 'Discard it' }).click()
  await page.getByText('Nothing changed yet').waitFor()
  expect(await text(page).innerText()).not.toContain('mine')
  expect(complaints).toEqual([])
})

test('a draft of an older main goes on top of the new one where nobody touched the same file', async () => {
  const { page, complaints } = await opened('older')
  await write(page, MINE)
  await repo.git('pull', '--quiet', '--rebase', 'origin', 'main')
  await repo.ship({ 'scripts/older/notes.md': 'by others\n' })
  await page.reload()
  await page.getByText(/^A draft from .* was restored\.$/).waitFor()
  await page.getByRole('link', { name: 'notes.md' }).waitFor()
  await review(page)
  await page.getByRole('dialog').locator('.added', { hasText: 'mine' }).waitFor()
  await commit(page)
  await page.getByText(/^Committed /).waitFor()
  expect(await onMain('older')).toBe(MINE)
  expect(await onMain('older', 'notes.md')).toBe('by others\n')
  expect(complaints).toEqual([])
})

test('a script that was removed meanwhile leaves the draft, which is there again when the script is', async () => {
  const { page, complaints } = await opened('gone')
  await write(page, MINE)
  await repo.git('pull', '--quiet', '--rebase', 'origin', 'main')
  await repo.ship({ 'scripts/gone': null })
  await page.keyboard.type('# more')
  await page.getByText('gone is no longer on main. What you typed is kept in this browser').waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'gone is no longer there' }).waitFor()
  await repo.ship({ 'scripts/gone/main.py': BASE })
  await page.reload()
  await page.getByText(/^A draft from .* was restored\.$/).waitFor()
  expect(await text(page).innerText()).toContain('# more')
  expect(complaints.filter((words) => !/status of 404/.test(words))).toEqual([])
})

test('a file that is not UTF-8 is had as it is, and a commit of others leaves its bytes', async () => {
  const { page, complaints } = await opened('bytes')
  await page.getByRole('link', { name: 'latin.csv' }).click()
  await page.getByText('This file cannot be edited here').waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download it' }).click(),
  ])
  expect(readFileSync(await download.path())).toEqual(LATIN)
  await page.getByRole('link', { name: 'main.py' }).click()
  await write(page, MINE)
  await review(page)
  await commit(page)
  await page.getByText(/^Committed /).waitFor()
  expect(await onMain('bytes')).toBe(MINE)
  const { content } = await server.app.doors.edits.file(systemActor, 'bytes', 'latin.csv')
  expect(content).toEqual(LATIN)
  expect(complaints).toEqual([])
})

test('a session that ended meanwhile costs nothing: signing in leads back to the draft', async () => {
  const { page, complaints } = await opened('login')
  await write(page, MINE)
  await review(page)
  await page.getByRole('dialog').locator('.added', { hasText: 'mine' }).waitFor()
  const { sessions, users } = server.app.doors.access
  const admin = (await users.findByName(systemActor, 'admin'))!
  for (const { id } of await sessions.list(systemActor, admin.id)) await sessions.revoke(systemActor, id)
  await commit(page)
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Your session has ended.').waitFor()
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/login\?next=/)
  await signIn(page)
  await page.getByText(/^A draft from .* was restored\.$/).waitFor()
  await review(page)
  await dialog.locator('.added', { hasText: 'mine' }).waitFor()
  await commit(page)
  await page.getByText(/^Committed /).waitFor()
  expect(await onMain('login')).toBe(MINE)
  expect(complaints.filter((words) => !/status of 401|\/live. failed/.test(words))).toEqual([])
})

test('a line that was cut keeps the commit back and loses nothing', async () => {
  const { page, complaints } = await opened('line', line.url)
  await write(page, MINE)
  await review(page)
  const dialog = page.getByRole('dialog')
  await dialog.locator('.added', { hasText: 'mine' }).waitFor()
  line.cut()
  await commit(page)
  await dialog.getByText('The server cannot be reached. Nothing was committed').waitFor()
  line.mend()
  await commit(page)
  await page.getByText(/^Committed /).waitFor()
  expect(await onMain('line')).toBe(MINE)
  expect(complaints.filter((words) => !/ERR_|\/live. failed/.test(words))).toEqual([])
})
