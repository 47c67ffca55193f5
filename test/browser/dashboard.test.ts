import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { furnish, type House } from './every-page.ts'
import { signIn, visit } from './visit.ts'

let server: TestServer
let browser: Browser
let house: House

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  house = await furnish(server)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const toast = (page: Page, text: string) => page.locator('.toast', { hasText: text })
const focused = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
  )

async function enter() {
  const one = await visit(browser, server.url)
  await signIn(one.page)
  await one.page.locator('h1').waitFor()
  return one
}

test('with the keyboard alone a list is skipped to, filtered, and a script paused in a dialog', async () => {
  const { page, complaints } = await enter()
  await page.goto('/scripts')
  await page.keyboard.press('Tab')
  expect(await focused(page)).toBe('Skip to the page')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  // Past what stands above the list, to its search.
  while (!(await page.getByLabel('Search').evaluate((field) => field === document.activeElement)))
    await page.keyboard.press('Tab')
  await page.keyboard.type('greet')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/scripts\?q=greet$/)
  await page.getByText('1 shown of').waitFor()
  while ((await focused(page)) !== 'Pause tools.greet') await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Pause tools.greet' })
  await dialog.getByLabel('Why').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(await focused(page)).toBe('Pause tools.greet')

  await page.keyboard.press('Enter')
  await dialog.getByLabel('Why').focus()
  await page.keyboard.type('the bank is closed')
  await page.keyboard.press('Enter')
  await toast(page, 'tools.greet is paused').waitFor()
  const { body } = await server.api('GET', '/scripts/tools.greet')
  expect(body['paused']).toEqual({ reason: 'the bank is closed' })
  expect(complaints).toEqual([])
})

test('resuming leaves the list as it is, says so, and the row follows', async () => {
  const { page, complaints } = await enter()
  await page.goto('/scripts')
  await page.evaluate(() => (document.title = 'never loaded again'))
  await page.getByRole('button', { name: 'Resume tools.later' }).click()
  await toast(page, 'tools.later goes on').waitFor()
  await page.getByRole('link', { name: 'Pause tools.later' }).waitFor()
  expect(await page.title()).toBe('never loaded again')
  await page.locator('.toast').getByRole('button', { name: 'Close' }).click()
  await page.locator('.toast').waitFor({ state: 'detached' })
  expect(complaints).toEqual([])
})

test('what runs is cancelled on the overview, which follows', async () => {
  const { page, complaints } = await enter()
  await page.goto('/')
  await page.evaluate(() => (document.title = 'never loaded again'))
  const row = page.locator(`#going-${house.running}`)
  await row.getByRole('button', { name: `Cancel run ${house.running}` }).click()
  await toast(page, `Run ${house.running} was`).waitFor()
  await row.waitFor({ state: 'detached' })
  await page.locator(`#run-${house.running}`, { hasText: 'Cancelled' }).waitFor()
  expect(await page.title()).toBe('never loaded again')
  expect(complaints).toEqual([])
})

test('what a person typed, opened and scrolled to outlives what is pushed', async () => {
  const { page, complaints } = await enter()
  await page.setViewportSize({ width: 800, height: 500 })
  await page.goto('/scripts')
  await page.getByLabel('Search').fill('tools')
  await page.getByText(/\d shown of/).waitFor()
  await page.evaluate(() => scrollTo(0, 40))
  const before = await page.evaluate(() => scrollY)
  await server.execute('tools.fails')
  await page.locator('#script-tools\\.fails', { hasText: 'Failing' }).waitFor()
  const newest = (await server.execute('tools.fails')).id
  await page.locator(`#script-tools\\.fails a[href="/runs/${newest}"]`).waitFor()
  expect(await page.getByLabel('Search').inputValue()).toBe('tools')
  expect(await page.evaluate(() => scrollY)).toBe(before)
  expect(complaints).toEqual([])
})

test('a push shows in what is open, and takes nothing from who opened and typed there', async () => {
  const { page, complaints } = await enter()
  const ship = async (text: string) => {
    const base = (await server.api('GET', '/status')).body['head']
    const files = { 'README.md': `# Greet\n\n${text}\n` }
    const { body } = await server.api('PUT', '/scripts/tools.greet/files', { files, base, message: text })
    return (body['commit'] as string).slice(0, 7)
  }
  // Opened, and told of what changes from here on.
  const open = async (path: string) => {
    const followed = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framesent'))
    await page.goto(path)
    await followed
  }
  const typed = (label: string) => page.getByLabel(label).first()
  const foot = page.locator('.foot')

  for (const path of ['/commits', '/scripts/tools.greet/changes', '/']) {
    await open(path)
    const commit = await ship(`Say it on ${path}`)
    await page.locator('main').getByText(`Say it on ${path}`, { exact: true }).waitFor()
    await foot.getByText(commit).waitFor()
  }

  // It is paused by the test of the keyboard.
  await server.api('DELETE', '/scripts/tools.greet/pause')
  await open('/scripts')
  await typed('Search').pressSequentially('tools.gr')
  await page.getByText('1 shown of').waitFor()
  await page.getByRole('link', { name: 'Pause tools.greet' }).click()
  const dialog = page.getByRole('dialog', { name: 'Pause tools.greet' })
  await dialog.getByLabel('Why').pressSequentially('half a rea')
  const later = await ship('Say it once more')
  await page.locator('#script-tools\\.greet').getByText(later).waitFor({ state: 'attached' })
  expect(await dialog.getByLabel('Why').inputValue()).toBe('half a rea')
  expect(await dialog.getByLabel('Why').evaluate((field) => field === document.activeElement)).toBe(true)
  await page.keyboard.press('Escape')
  expect(await typed('Search').inputValue()).toBe('tools.gr')

  await open('/scripts/tools.greet')
  await page.getByText('As JSON instead').click()
  await typed('name').pressSequentially('Gra')
  const { id } = await server.execute('tools.greet')
  await page.locator(`#activity #run-${id}`).waitFor()
  expect(await typed('name').inputValue()).toBe('Gra')
  expect(await page.locator('details[open]', { hasText: 'As JSON instead' }).count()).toBe(1)
  expect(complaints).toEqual([])
})

test('a session that ended meanwhile costs nobody what they typed', async () => {
  const { page, context } = await enter()
  await page.goto('/scripts/tools.goes-on')
  await page.getByLabel(/Input/).first().fill('{"since": "2026-11-22"}')
  await context.clearCookies()
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.getByRole('heading', { name: 'Please sign in' }).waitFor()
  await page.locator('pre', { hasText: '{"since": "2026-11-22"}' }).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page)
  await page.waitForURL(`${server.url}/scripts/tools.goes-on`)

  await context.clearCookies()
  await page.goto('/runs?state=failed')
  await signIn(page)
  await page.waitForURL(`${server.url}/runs?state=failed`)
})

test('a run leads to the one after it of the same script, and back', async () => {
  const { page, complaints } = await enter()
  await server.execute('tools.fails')
  await page.goto(`/runs/${house.failed}`)
  const after = page.getByRole('navigation', { name: 'Runs of the script' }).getByRole('link', { name: '→' })
  const id = /\d+/.exec(await after.innerText())![0]
  expect((await server.api('GET', `/runs/${id}`)).body['script']).toBe('tools.fails')
  await after.click()
  await page.waitForURL(`${server.url}/runs/${id}`)
  await page.getByRole('link', { name: `← run ${house.failed}` }).click()
  await page.waitForURL(`${server.url}/runs/${house.failed}`)
  expect(complaints).toEqual([])
})
