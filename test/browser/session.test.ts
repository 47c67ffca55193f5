import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { launchBrowser } from '../support/browser.ts'
import { PASSWORD, startServer, type TestServer } from '../support/server.ts'
import { signIn, visit } from './visit.ts'

let server: TestServer
let browser: Browser

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ SXS_ADMIN_PASSWORD: '' }), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

test('the set-up link leads to a password, and on to the overview', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await page.goto('/')
  expect(new URL(page.url()).pathname).toBe('/login')
  await page.getByText('Open the one-time link that it printed when it started.').waitFor()

  const link = server.app.setUpLink!
  await page.goto(link)
  await page.getByText('for admin, admin. This link works once.').waitFor()
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByLabel('The same again').fill(`${PASSWORD}!`)
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await page.getByText('This is not the same; type it again.').waitFor()

  await page.getByLabel('Password').fill('aaaaaaaaaaaa')
  await page.getByLabel('The same again').fill('aaaaaaaaaaaa')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await page.locator('.field.wrong [aria-invalid]').waitFor()

  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByLabel('The same again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await page.waitForURL(`${server.url}/`)
  await page.getByRole('heading', { level: 1, name: 'All scripts are paused' }).waitFor()
  expect(await page.evaluate(() => document.compatMode)).toBe('CSS1Compat')

  await page.goto(link)
  await page.getByText('This link does not work any more').waitFor()
  expect(complaints).toEqual([])
})

test('a wrong password stays at the door, the right one enters, and signing out leaves', async () => {
  const { page, complaints, context } = await visit(browser, server.url)
  await signIn(page, 'admin', 'not this one')
  await page.getByText('That user name and password do not belong together.').waitFor()
  expect(await page.getByLabel('User name').inputValue()).toBe('admin')
  expect(await page.getByLabel('Password').inputValue()).toBe('')

  await signIn(page)
  await page.waitForURL(`${server.url}/`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${server.url}/login`)
  expect((await context.cookies()).filter(({ value }) => value !== '')).toEqual([])
  await page.goto('/runs')
  expect(page.url()).toBe(`${server.url}/login?next=%2Fruns`)
  expect(complaints).toEqual([])
})

test('who was signed out meanwhile signs in again and is back where they were', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/runs?state=failed')
  await endSessions()
  await page.getByRole('link', { name: 'Scripts', exact: true }).click()
  await page.waitForURL(`${server.url}/login?next=%2Fscripts`)
  await signIn(page)
  await page.waitForURL(`${server.url}/scripts`)

  // What a form would have done is not done behind a person's back: they are back at the form.
  await page.goto('/scripts/hello')
  await endSessions()
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.getByRole('heading', { name: 'Please sign in' }).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page)
  await page.waitForURL(`${server.url}/scripts/hello`)
  // A page that was just about to follow what goes on is refused, which Chromium says in one of two ways.
  expect(complaints.filter((words) => !/WebSocket connection to .*\/live. failed: /.test(words))).toEqual([])

  await page.goto('/login?next=//evil.example/')
  expect(page.url()).toBe(`${server.url}/`)
})

test('over plain HTTP from another machine all works, and the browser has nothing to say', async () => {
  const url = server.url.replace('127.0.0.1', 'sxs.test')
  const { page, complaints } = await visit(browser, url)
  await page.goto('/')
  await signIn(page)
  await page.waitForURL(`${url}/`)
  await page.goto('/scripts/hello')
  await page.getByLabel('Run even if the gate says no').check()
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.getByRole('heading', { level: 1, name: 'Succeeded' }).waitFor()
  expect(complaints).toEqual([])
})

test('a page without JavaScript is signed in to, read and left', async () => {
  const { page, complaints } = await visit(browser, server.url, { javaScriptEnabled: false })
  await page.goto('/system')
  await signIn(page)
  expect(page.url()).toBe(`${server.url}/system`)
  await page.getByText('bubblewrap').or(page.getByText('Isolation')).first().waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(complaints).toEqual([])
})

/** As when the last of them has been idle for too long. */
async function endSessions(): Promise<void> {
  const { sessions, users } = server.app.doors.access
  const admin = (await users.findByName(systemActor, 'admin'))!
  for (const { id } of await sessions.list(systemActor, admin.id)) await sessions.revoke(systemActor, id)
}
