import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { EVERY_PAGE, furnish, type House } from './every-page.ts'
import { expectClean, signIn, visit, type Visit } from './visit.ts'

let server: TestServer
let browser: Browser
let house: House
let signedIn: Visit
let unscripted: Visit

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  house = await furnish(server)
  signedIn = await visit(browser, server.url)
  await signIn(signedIn.page)
  const { cookies } = await signedIn.context.storageState()
  unscripted = await visit(browser, server.url, { javaScriptEnabled: false })
  await unscripted.context.addCookies(cookies)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

test.each(Object.keys(EVERY_PAGE))('%s is clean, light and dark, and as wide as a phone', async (name) => {
  await signedIn.page.goto(EVERY_PAGE[name]!(house))
  await expectClean(signedIn)
})

test.each(Object.keys(EVERY_PAGE))('%s is read without JavaScript', async (name) => {
  const path = EVERY_PAGE[name]!(house)
  await Promise.all([signedIn.page.goto(path), unscripted.page.goto(path)])
  const title = (one: Visit) => one.page.locator('h1').innerText()
  // Elapsed times differ by the moment of asking.
  const steady = async (one: Visit) => (await title(one)).replace(/\d+:\d+/, '')
  expect(await steady(unscripted)).toBe(await steady(signedIn))
  const shown = await unscripted.page.locator('main').innerText()
  expect(shown.length).toBeGreaterThan(20)
  expect(unscripted.complaints.splice(0)).toEqual([])
})

test('the pages before signing in are clean', async () => {
  const outside = await visit(browser, server.url)
  for (const path of ['/login', '/login?next=/runs', '/setup?token=of-another-time', '/api/docs']) {
    await outside.page.goto(path)
    await expectClean(outside)
  }
})
