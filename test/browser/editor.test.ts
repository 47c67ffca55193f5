import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { clone, startServer, type TestServer } from '../support/server.ts'
import { expectClean, signIn, visit } from './visit.ts'

const MAIN = 'def main(data):\n    print("before")\n    return 1\n'
const AFTER = 'def main(data):\n    print("after")\n    return 2\n'
let server: TestServer
let browser: Browser

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  const repo = await clone(server.gitUrl)
  await repo.ship({
    'scripts/demo/main.py': MAIN,
    'scripts/demo/script.yaml': 'schedule: {cron: "0 7 * * *"}\n',
    'scripts/demo/notes.md': '# Notes\n',
    'scripts/keys/main.py': MAIN,
    'scripts/files/main.py': MAIN,
    'scripts/files/part.py': 'x = 1\n',
    'scripts/plain/main.py': MAIN,
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function opened(path: string) {
  const visited = await visit(browser, server.url)
  await signIn(visited.page)
  await visited.page.waitForURL(`${server.url}/`)
  await visited.page.goto(path)
  return visited
}

// Not the form's own textarea, which is there until the script has come.
const text = (page: Page, path: string) => page.locator(`.cm-content[aria-label="Text of ${path}"]`)

/** Puts a text in the place of all that is there, in one go, as a paste does. */
async function write(page: Page, path: string, words: string): Promise<void> {
  await text(page, path).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(words)
}

test('an edit is looked at, committed with a message, and the next run uses it', async () => {
  const visited = await opened('/scripts/demo')
  const { page, complaints } = visited
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await write(page, 'main.py', AFTER)
  await page.getByText('One file changed; kept in this browser').waitFor()
  await page.getByRole('button', { name: 'Review and commit' }).click()
  const dialog = page.getByRole('dialog', { name: 'Commit to main' })
  await dialog.locator('.added', { hasText: 'print("after")' }).waitFor()
  await dialog.locator('.removed', { hasText: 'print("before")' }).waitFor()
  await dialog.getByText('~ demo').waitFor()
  await expectClean(visited)
  expect(await dialog.getByLabel('Commit message').getAttribute('placeholder')).toBe('Edit demo: main.py')
  await dialog.getByLabel('Commit message').fill('Say after')
  await dialog.getByRole('button', { name: 'Commit to main' }).click()

  await page.getByText(/^Committed .* to main\. It is next due in /).waitFor()
  await page.getByRole('button', { name: 'Run it now' }).click()
  await page.getByRole('heading', { level: 1, name: 'Succeeded' }).waitFor()
  await page.locator('[data-log-rows]', { hasText: 'after' }).waitFor()
  const { body } = await server.api('GET', '/commits?limit=1')
  expect(body['items']).toMatchObject([{ message: 'Say after\n' }])
  expect(complaints).toEqual([])
})

test('the manifest is completed by the schema, and what is wrong is marked at its line as it is typed', async () => {
  const visited = await opened('/scripts/demo/edit?path=script.yaml')
  const { page, complaints } = visited
  await write(page, 'script.yaml', '')
  await text(page, 'script.yaml').pressSequentially('over')
  const offer = page.getByRole('option', { name: 'overlap' })
  await offer.waitFor()
  await page.getByText('What a tick does while a run is still going on.').waitFor()
  await offer.click()
  await page.getByRole('option', { name: /^skip/ }).waitFor()
  await page.getByRole('option', { name: 'allow' }).waitFor()
  await page.keyboard.press('Escape')

  await write(page, 'script.yaml', 'schedule: {every: 15m}\ntimout: 5m\n')
  await page.getByText("unknown key 'timout'; write 'timeout'").waitFor()
  await page.getByRole('heading', { name: 'One problem' }).waitFor()
  await page.locator('.files li', { hasText: 'script.yaml' }).getByText('edited, 1 problem').waitFor()
  expect(await page.locator('.cm-lintRange-error').innerText()).toBe('timout')
  await page.getByRole('button', { name: 'script.yaml:2:1' }).click()
  expect(await page.locator('.cm-activeLineGutter', { hasText: '2' }).count()).toBe(1)
  await expectClean(visited)

  await write(page, 'script.yaml', 'schedule: {every: 15m}\n')
  await page.getByRole('heading', { name: 'No problems' }).waitFor()
  await page.locator('#next', { hasText: 'every 15 minutes' }).waitFor()
  expect(await page.locator('#next .moments li').count()).toBe(10)
  expect(complaints).toEqual([])
})

test('a syntax error of Python is found by the server while it is typed, and keeps it from being committed', async () => {
  const { page, complaints } = await opened('/scripts/demo/edit?path=main.py')
  await write(page, 'main.py', 'def main(data):\n    return (1\n')
  await page.getByRole('button', { name: /^main\.py:2/ }).waitFor()
  await page.keyboard.press('ControlOrMeta+s')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('A commit of this would be refused.').waitFor()
  expect(await dialog.getByRole('button', { name: 'Commit to main' }).isDisabled()).toBe(true)
  await dialog.getByRole('button', { name: 'Back to the text' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(complaints).toEqual([])
})

test('files are added, renamed, deleted and restored, and go into one commit', async () => {
  const { page, complaints } = await opened('/scripts/files/edit')
  const states = () => page.locator('.files li').allInnerTexts()
  await page.getByRole('link', { name: 'Add a file' }).click()
  const name = page.getByLabel('File', { exact: true })
  await expectFocus(page, 'field-name')
  await name.fill('main.py')
  await name.press('Tab')
  expect(await name.evaluate((input: HTMLInputElement) => input.validationMessage)).toMatch(
    /such a file already/,
  )
  await name.fill('tools/more.py')
  await name.press('Tab')
  await write(page, 'tools/more.py', 'y = 2\n')

  await page.getByRole('link', { name: 'part.py' }).click()
  await text(page, 'part.py').waitFor()
  await name.fill('renamed.py')
  await name.press('Enter')
  await text(page, 'renamed.py').waitFor()
  await page.getByRole('link', { name: 'main.py' }).click()
  await page.getByRole('button', { name: 'Delete main.py' }).click()
  await page.getByRole('heading', { name: /problem/ }).waitFor()
  await page.getByText('Deleted with the next commit').waitFor()
  await page.getByRole('button', { name: 'Restore main.py' }).click()
  await text(page, 'main.py').waitFor()
  expect((await states()).map((line) => line.replace(/\s+/g, ' '))).toEqual([
    'main.py',
    'part.py deleted',
    'tools/more.py new',
    'renamed.py new',
  ])
  await page.keyboard.press('ControlOrMeta+s')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('renamed.py').first().waitFor()
  await dialog.getByRole('button', { name: 'Commit to main' }).click()
  await page.getByText(/^Committed /).waitFor()
  const { body } = await server.api('GET', '/scripts/files/files')
  expect((body['files'] as { path: string }[]).map(({ path }) => path)).toEqual([
    'main.py',
    'renamed.py',
    'tools/more.py',
  ])
  expect(complaints).toEqual([])
})

test('with the keyboard alone a script is edited and committed, and the editor is left', async () => {
  const { page, complaints } = await opened('/scripts/keys/edit')
  await text(page, 'main.py').waitFor()
  await page.getByLabel('File', { exact: true }).focus()
  // Over Delete into the text.
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type('# by keys')
  await page.keyboard.press('Tab')
  const isIn = () => text(page, 'main.py').evaluate((element) => element.matches(':focus'))
  expect(await isIn()).toBe(true)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  expect(await isIn()).toBe(false)
  await page.keyboard.press('ControlOrMeta+s')
  await page.getByRole('dialog').locator('.added', { hasText: '# by keys' }).waitFor()
  // Until it is checked it cannot be pressed, and Tab goes past it.
  await page.getByRole('dialog').getByRole('button', { name: 'Commit to main', disabled: false }).waitFor()
  await page.keyboard.type('By keys')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText(/^Committed /).waitFor()
  expect((await server.api('GET', '/scripts/keys/files/main.py')).text).toContain('# by keys')
  expect(complaints).toEqual([])
})

test('without JavaScript a file is changed, looked at and committed', async () => {
  const { page, complaints } = await visit(browser, server.url, { javaScriptEnabled: false })
  await page.goto('/scripts/plain/edit')
  await signIn(page)
  await page.getByLabel('Text of main.py').fill(AFTER)
  await page.getByLabel('Commit message').fill('Plainly')
  await page.getByRole('button', { name: 'Show the changes' }).click()
  await page.locator('.added', { hasText: 'after' }).waitFor()
  expect(await page.getByLabel('Text of main.py').inputValue()).toBe(AFTER)
  await page.getByRole('button', { name: 'Commit to main' }).click()
  await page.getByText(/^Committed /).waitFor()
  expect((await server.api('GET', '/scripts/plain/files/main.py')).text).toBe(AFTER)
  expect(complaints).toEqual([])
})

const expectFocus = async (page: Page, id: string) =>
  expect(await page.evaluate(() => document.activeElement?.id)).toBe(id)
