import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { launchBrowser } from '../support/browser.ts'
import { clone, startServer, type TestServer } from '../support/server.ts'
import { openLine, signIn, visit } from './visit.ts'

const MANY = `import sys
def main():
    for i in range(1, 100_001):
        print(f"{i}: a line among many, {i * 7919 % 1000}")
    print("\\x1b[31mred\\x1b[0m <img src=x onerror=alert(1)> \\x1b]8;;javascript:alert(1)\\x07link", flush=True)
    print("a warning", file=sys.stderr)
`
// Writes so many lines, and the rest of them when the test lets it go on.
const LIVE = `import os, time
def main():
    for i in range(1, 601):
        if i in (301, 501):
            while not os.path.exists(f"{os.environ['SXS_STATE_DIR']}/go-{i}"):
                time.sleep(0.02)
        print(f"line {i}", flush=i % 50 == 0)
`

let server: TestServer
let browser: Browser
const ROWS = '[data-log-rows] .rows > div'

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  const repo = await clone(server.gitUrl)
  await repo.ship({
    'scripts/many/main.py': MANY,
    'scripts/live/main.py': LIVE,
    'scripts/other/main.py': LIVE,
    'scripts/third/main.py': LIVE,
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const letGo = (slug: string, step: number) =>
  writeFileSync(join(server.dataDir, `state/${slug}/go-${step}`), '')
const start = async (slug: string) =>
  (await server.api('POST', `/scripts/${slug}/runs`, {})).body['id'] as number
const found = (page: Page, words: string) => page.locator('[data-log-found]', { hasText: words }).waitFor()
const shown = (page: Page, text: string) => page.getByText(text, { exact: true }).waitFor()

/** Where it stands once it stands still: a browser may scroll in many small steps. */
const restOf = (log: Locator) =>
  log.evaluate(
    (element) =>
      new Promise<number>((done) => {
        const look = (before: number, frames: number) => {
          if (frames === 10) return done(before)
          const now = element.scrollTop
          requestAnimationFrame(() => look(now, now === before ? frames + 1 : 0))
        }
        look(element.scrollTop, 0)
      }),
  )

/** All lines that the viewer has, by its own way to give them: what it would copy. */
async function linesOf(page: Page): Promise<string[]> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy all lines' }).click()
  await found(page, 'copied')
  return (await page.evaluate(() => navigator.clipboard.readText())).trimEnd().split('\n')
}

test('100,000 lines are searched, filtered and linked to, and only what is seen is drawn', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  const { id } = await server.execute('many')
  await page.goto(`/runs/${id}`)
  await shown(page, 'a warning')
  expect(await page.locator('.a-red', { hasText: 'red' }).innerText()).toBe('red')
  expect(await page.locator('[data-log-rows] img, [data-log-rows] a[href^=java]').count()).toBe(0)
  expect(await page.locator(ROWS).count()).toBeLessThan(200)

  const log = page.getByRole('region', { name: /^Log/ })
  await log.focus()
  await page.keyboard.press('Home')
  await shown(page, '1: a line among many, 919')
  expect(await page.locator(ROWS).count()).toBeLessThan(200)

  await page.keyboard.press('/')
  await page.keyboard.type('MANY, 777')
  await found(page, '100 found')
  await page.keyboard.press('Enter')
  await found(page, '1 of 100')
  expect(await page.locator('mark.current').innerText()).toBe('many, 777')
  await page.keyboard.press('Shift+Enter')
  await found(page, '100 of 100')
  await shown(page, '99583: a line among many, 777')
  await page.getByRole('button', { name: 'Match case' }).click()
  await found(page, 'not found')

  await page.getByRole('searchbox').fill(':50000')
  await page.keyboard.press('Enter')
  await page.locator('.picked', { hasText: '50000: a line among many, 0' }).waitFor()
  await page
    .locator(ROWS)
    .getByRole('link', { name: '50003' })
    .click({ modifiers: ['Shift'] })
  expect(page.url()).toMatch(/#L50000-L50003$/)
  await page.goto('about:blank')
  await page.goto(`/runs/${id}#L50000-L50003`)
  await page.locator('.picked', { hasText: '50003: a line among many, 757' }).waitFor()
  expect(await page.locator('.picked').count()).toBe(4)
  expect(await page.getByRole('button', { name: 'Copy lines 50000–50003' }).count()).toBe(1)

  await page.getByLabel('Output').selectOption('stderr')
  await shown(page, 'a warning')
  expect(await page.locator(ROWS).count()).toBe(1)
  expect(complaints).toEqual([])
})

test('following stops where one scrolls up, says how many lines wait, and End takes it up again', async () => {
  const { context, page, complaints } = await visit(browser, server.url)
  await signIn(page)
  const id = await start('live')
  await page.goto(`/runs/${id}`)
  await shown(page, 'line 300')
  const linked = await context.newPage()
  await linked.goto(`/runs/${id}#L450`)
  await found(linked, 'line 450 is awaited')
  const log = page.getByRole('region', { name: /^Log/ })
  await log.focus()
  await page.keyboard.press('PageUp')
  await page.locator('[data-log-follow]').waitFor()
  const before = await restOf(log)
  letGo('live', 301)
  await page.getByRole('button', { name: 'Follow · 200 new lines' }).waitFor()
  await linked.locator('.picked', { hasText: 'line 450' }).waitFor()
  expect(await linked.locator('[data-log-found]').innerText()).toBe('')
  await linked.goto(`/runs/${id}#L700`)
  await found(linked, 'line 700 is awaited')
  // The last line that there is stays in sight, though it is at the end.
  await linked.goto(`/runs/${id}#L500`)
  await linked.locator('.picked', { hasText: 'line 500' }).waitFor()
  expect(await log.evaluate((element) => element.scrollTop)).toBe(before)
  await page.keyboard.press('End')
  await shown(page, 'line 500')
  await page.locator('[data-log-follow]').waitFor({ state: 'hidden' })
  letGo('live', 501)
  await shown(page, 'line 600')
  await page.locator('[data-log-status]', { hasText: 'ended' }).waitFor()
  // Lines come in parts, and how many of them were seen before the jump is up to where those end.
  await linked.getByRole('button', { name: /^Follow · \d+ new lines$/ }).waitFor()
  expect(await linked.locator('.picked').innerText()).toContain('line 500')
  await linked.goto(`/runs/${id}#L700`)
  await found(linked, 'no line 700')
  expect(complaints).toEqual([])
})

test('without JavaScript a long log is read part by part', async () => {
  const { page, complaints } = await visit(browser, server.url, { javaScriptEnabled: false })
  await signIn(page)
  const { items } = (await server.api('GET', '/runs?script=many')).body as { items: { id: number }[] }
  await page.goto(`/runs/${items[0]!.id}`)
  const numbers = async () => {
    const all = await page.locator('[data-log-rows] a').allInnerTexts()
    return [Number(all[0]), Number(all.at(-1))]
  }
  expect(await numbers()).toEqual([99_503, 100_002])
  await page.getByRole('link', { name: 'Earlier lines' }).click()
  expect(await numbers()).toEqual([99_003, 99_502])
  await page.getByRole('link', { name: 'First lines' }).click()
  expect(await numbers()).toEqual([1, 500])
  expect(await page.getByRole('link', { name: 'Earlier lines' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Later lines' }).click()
  expect(await numbers()).toEqual([501, 1000])
  await page.getByRole('link', { name: 'Last lines' }).click()
  expect(await numbers()).toEqual([99_503, 100_002])
  expect(complaints).toEqual([])
})

test('each line is there once after the line was cut and the server started anew', async () => {
  const line = await openLine(server.url)
  const { page } = await visit(browser, line.url)
  await signIn(page)
  const id = await start('other')
  await page.goto(`/runs/${id}`)
  await shown(page, 'line 300')
  const port = new URL(server.url).port
  line.cut()
  await page.getByText('reconnecting …').waitFor()
  await server.stop()
  server = await startServer({ SXS_PORT: port }, server.dataDir)
  line.mend()
  await page.locator('[data-log-status]', { hasText: 'ended' }).waitFor()
  const lines = (await linesOf(page)).filter((line) => line.startsWith('line '))
  expect(lines).toEqual(Array.from({ length: 300 }, (_, i) => `line ${i + 1}`))
  line.close()
})

test('a session that ended while the line was cut leads to signing in', async () => {
  const line = await openLine(server.url)
  const { page } = await visit(browser, line.url)
  await signIn(page)
  const id = await start('third')
  await page.goto(`/runs/${id}`)
  await page.getByText('live', { exact: true }).waitFor()
  line.cut()
  await page.getByText('reconnecting …').waitFor()
  const { sessions } = server.app.doors.access
  for (const session of await sessions.list(systemActor, 1)) await sessions.revoke(systemActor, session.id)
  line.mend()
  await page.getByLabel('Password').waitFor()
  line.close()
})
