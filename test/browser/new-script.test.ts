import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { signIn, visit } from './visit.ts'

let server: TestServer
let browser: Browser

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const file = (slug: string, path: string) => server.api('GET', `/scripts/${slug}/files/${path}`)

/** From the script's own page on: runs it by a click, and waits until it went well. */
async function runsWell(page: Page, slug: string): Promise<void> {
  await page.waitForURL(`${server.url}/scripts/${slug}`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Succeeded' }).waitFor()
}

test('a script is written in a form, mended where it is wrong, and runs', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.getByRole('link', { name: 'Scripts', exact: true }).click()
  await page.getByRole('link', { name: 'New script' }).click()
  await page.getByLabel('Slug').pressSequentially('finance.report')
  await page.getByText('It will be scripts/finance/report/').waitFor()
  await page.getByLabel('Description').fill("Ada's: report #1")
  await page.getByLabel('at times, by a cron line').check()
  await page.getByLabel('Cron line', { exact: true }).fill('0 25 * * *')
  await page.getByText('hour 25 is outside 0-23').waitFor()
  await page.getByLabel('main.py').fill('def main():\n    print("hello"\n')
  await page.getByRole('button', { name: 'Create script' }).click()

  await page.locator('#error-cron', { hasText: 'hour 25 is outside 0-23' }).waitFor()
  await page.locator('#error-main', { hasText: 'Line 2' }).waitFor()
  expect(await page.getByLabel('main.py').inputValue()).toBe('def main():\n    print("hello"\n')
  await page.getByLabel('Cron line', { exact: true }).fill('0 7 * * 1-5')
  await page.getByText('at 07:00, Monday through Friday').waitFor()
  await page.getByLabel('main.py').fill('def main():\n    print("hello")\n    return 1\n')
  await page.getByText('Other settings').click()
  await page.getByLabel('script.yaml, without').fill('timeout: 5x')
  await page.getByRole('button', { name: 'Create script' }).click()
  await page.locator('#error-manifest', { hasText: 'Line 1' }).waitFor()
  await page.getByLabel('script.yaml, without').fill('timeout: 5m')
  await page.getByLabel('Commit message').fill('Report every morning')
  await page.getByRole('button', { name: 'Create script' }).click()

  await page.getByText(/finance\.report is made; its next tick is in .* It is commit [0-9a-f]{7}\./).waitFor()
  await runsWell(page, 'finance.report')
  expect((await file('finance.report', 'script.yaml')).text).toBe(
    'description: "Ada\'s: report #1"\nschedule: { cron: 0 7 * * 1-5 }\ntimeout: 5m\n',
  )
  expect((await file('finance.report', 'main.py')).text).not.toContain('\r')
  await page.goto('/commits')
  expect(await page.locator('tbody tr').first().innerText()).toMatch(
    /Report every morning\s+admin\s+finance\.report/,
  )
  expect(complaints).toEqual([])
})

test('a slug that is taken is said at once, and again when it is sent', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/new')
  await page.getByLabel('Slug').pressSequentially('hello')
  await page.getByText('There is hello already.').waitFor()
  await page.getByRole('button', { name: 'Create script' }).click()
  await page.locator('#error-slug', { hasText: 'hello exists already' }).waitFor()
  await page.getByLabel('Slug').fill('No Slug!')
  await page.getByRole('button', { name: 'Create script' }).click()
  await page.locator('#error-slug', { hasText: 'is no slug' }).waitFor()
  expect(complaints).toEqual([])
})

test('a template fills in the form, brings what it needs, and runs', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/new')
  await page.getByRole('link', { name: /^hello/ }).click()
  await page.getByText('With the template comes greeting.py.').waitFor()
  expect(await page.getByLabel('Interval', { exact: true }).inputValue()).toBe('1m')
  expect(await page.getByLabel(/^trigger\.py/).inputValue()).toContain('def trigger(data)')
  await page.getByLabel('Slug').fill('my.hello')
  await page.getByRole('button', { name: 'Create script' }).click()
  await page.getByText('my.hello is made; its next tick is').waitFor()

  await page.getByRole('link', { name: 'Run', exact: true }).click()
  await page.getByLabel('name (optional)').fill('Ada')
  await page.getByLabel('Run even if the gate says no').check()
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.getByRole('heading', { level: 1, name: 'Succeeded' }).waitFor()
  // Due at every full minute, it may have been run by a tick meanwhile.
  await page.getByText(/^Hello Ada, for the \d+\. time$/).waitFor()
  expect((await file('my.hello', 'script.yaml')).text).not.toContain('paused')
  expect(complaints).toEqual([])
})

test('a folder is sent as it is, without what tools leave in it', async () => {
  const folder = join(temporaryFolder(), 'mine')
  for (const inside of ['parts', '__pycache__', '.git']) mkdirSync(join(folder, inside), { recursive: true })
  writeFileSync(join(folder, 'main.py'), 'from parts.words import WORD\ndef main():\n    print(WORD)\n')
  writeFileSync(join(folder, 'parts/words.py'), 'WORD = "sent"\n')
  writeFileSync(join(folder, 'logo.bin'), Buffer.from([0, 255, 1, 254]))
  writeFileSync(join(folder, '__pycache__/main.pyc'), 'x')
  writeFileSync(join(folder, '.git/config'), 'x')
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/new?by=upload')
  await page.getByLabel('Slug').fill('sent.folder')
  await page.getByLabel('Folder').setInputFiles(folder)
  await page.getByRole('button', { name: 'Create script' }).click()
  await page.getByText('2 files that tools leave were not taken').waitFor()
  await runsWell(page, 'sent.folder')
  const { files } = (await server.api('GET', '/scripts/sent.folder/files')).body as {
    files: { path: string; size: number }[]
  }
  expect(files.map(({ path, size }) => `${path} ${size}`)).toEqual([
    'logo.bin 4',
    'main.py 57',
    'parts/words.py 14',
  ])
  expect(complaints).toEqual([])
})

test('single files are sent, and what is wrong with them is said with path and line', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/new?by=upload')
  const send = async (main: string, requirements: string) => {
    await page
      .getByLabel('main.py')
      .setInputFiles({ name: 'anything.py', mimeType: 'text/x-python', buffer: Buffer.from(main) })
    await page
      .getByLabel('requirements.txt')
      .setInputFiles({ name: 'r.txt', mimeType: 'text/plain', buffer: Buffer.from(requirements) })
    await page.getByRole('button', { name: 'Create script' }).click()
  }
  await page.getByLabel('Slug').fill('sent.files')
  await send('def main(:\n', './local\n')
  await page.getByText('scripts/sent/files/main.py:1').waitFor()
  await page.getByText('scripts/sent/files/requirements.txt:1').waitFor()
  expect(await page.getByLabel('Slug').inputValue()).toBe('sent.files')
  await send('def main():\n    return "sent"\n', '')
  await runsWell(page, 'sent.files')
  expect(complaints).toEqual([])
})

test('without JavaScript a script is made all the same', async () => {
  const { page, complaints } = await visit(browser, server.url, { javaScriptEnabled: false })
  await signIn(page)
  await page.goto('/scripts/new')
  await page.getByLabel('Slug').fill('plain')
  await page.getByLabel('at an interval').check()
  await page.getByLabel('Interval', { exact: true }).fill('2 weeks or so')
  await page.getByRole('button', { name: 'Create script' }).click()
  await page.locator('#error-every').waitFor()
  await page.getByLabel('Interval', { exact: true }).fill('14d')
  await page.getByRole('button', { name: 'Create script' }).click()
  await page.getByText('plain is made').waitFor()
  expect((await file('plain', 'script.yaml')).text).toBe('schedule: { every: 14d }\n')
  expect(complaints).toEqual([])
})
