import { once } from 'node:events'
import { join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { temporaryFolder } from '../support/folder.ts'
import { spawnServer, variables } from '../support/process.ts'
import { PASSWORD } from '../support/server.ts'
import { visit, type Visit } from './visit.ts'

// Operators of the keystroke-level model (Card, Moran and Newell, 1980): how long a person takes, not a machine.
const POINT_AND_CLICK_S = 1.1 + 0.2
const KEY_S = 0.28
const THINK_S = 1.35

const env = variables(join(temporaryFolder(), 'data'), { SXS_ADMIN_PASSWORD: '' })
let server: Awaited<ReturnType<typeof spawnServer>>
let browser: Browser
let person: Visit

beforeAll(async () => {
  ;[server, browser] = await Promise.all([spawnServer(env), launchBrowser()])
  person = await visit(browser, server.url)
})
afterAll(async () => {
  await browser?.close()
  server?.child.kill('SIGKILL')
})

test('from the set-up link to the first successful run it is less than a minute of clicks', async () => {
  const { page, complaints } = person
  const link = await server.said(/http\S+\/setup\S+/)
  let [clicks, keys] = [1, 0]
  const click = async (target: Locator) => ((clicks += 1), target.click())
  const type = async (words: string) => ((keys += words.length), page.keyboard.type(words))
  const press = (name: string) => click(page.getByRole('button', { name, exact: true }))
  const go = (name: string) => click(page.getByRole('link', { name, exact: true }))

  await page.goto(link)
  await type(PASSWORD)
  await click(page.getByLabel('The same again'))
  await type(PASSWORD)
  await press('Save and sign in')
  await go('Scripts')
  await go('New script')
  await click(page.getByLabel('Slug'))
  await type('first')
  await press('Create script')
  await press('Run')
  await page.getByRole('heading', { level: 1, name: 'Succeeded' }).waitFor()
  await page.getByText('hello from first', { exact: true }).waitFor()

  expect(clicks).toBe(8)
  expect(clicks * (THINK_S + POINT_AND_CLICK_S) + keys * KEY_S).toBeLessThan(60)
  expect(complaints).toEqual([])
})

test('after kill -9 the page that followed a log says by itself how the run ended', async () => {
  const { page } = person
  await page.goto('/scripts/first/edit?path=main.py')
  await page.locator('.cm-content').click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(
    'import time\ndef main():\n    print("begun", flush=True)\n    time.sleep(600)\n',
  )
  await page.getByRole('button', { name: 'Review and commit' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Commit to main' }).click()
  await page.getByRole('button', { name: 'Run it now' }).click()
  await page.getByText('begun', { exact: true }).waitFor()
  await page.getByText('live', { exact: true }).waitFor()
  await page.evaluate(() => (document.title = 'never loaded again'))

  server.child.kill('SIGKILL')
  await once(server.child, 'exit')
  await page.getByText('reconnecting …').waitFor()
  server = await spawnServer({ ...env, SXS_PORT: new URL(server.url).port })
  await page.getByRole('heading', { level: 1, name: 'Lost' }).waitFor()
  await page.locator('[data-log-status]', { hasText: 'ended' }).waitFor()
  const lines = page.locator('[data-log-rows] [id^="L"] > span')
  await lines.nth(1).waitFor()
  expect(await lines.allInnerTexts()).toEqual(['begun', 'lost: the server stopped while it ran'])
  expect(await page.title()).toBe('never loaded again')
})
