import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { launchBrowser } from '../support/browser.ts'
import { clone, PASSWORD, startServer, type TestServer } from '../support/server.ts'
import { openLine, signIn, visit, type Line } from './visit.ts'

// Writes lines, and before some of them waits until the test lets it go on.
const STEPS = `import os, sys, time
def main(run):
    for i in range(40):
        if i in (5, 30):
            while not os.path.exists(f"{os.environ['SXS_STATE_DIR']}/go-{i}"):
                time.sleep(0.02)
        print(f"line {i} of {run.input['name']}", flush=True)
    return {"lines": 40}
`
const FAILS = `import sys
def main():
    print("before")
    print("a warning", file=sys.stderr)
    raise KeyError("due_date")
`
const SLEEPS = `import time
def main():
    print("waiting", flush=True)
    time.sleep(600)
`

let server: TestServer
let browser: Browser
let line: Line

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  line = await openLine(server.url)
  const repo = await clone(server.gitUrl)
  await repo.ship({
    'scripts/demo/steps/main.py': STEPS,
    'scripts/demo/steps/script.yaml': 'description: Writes lines\ntags: [demo]\ngrace: 1s\n',
    'scripts/demo/fails/main.py': FAILS,
    'scripts/demo/sleeps/main.py': SLEEPS,
    'scripts/demo/sleeps/script.yaml': 'grace: 1s\n',
  })
  await server.app.doors.access.users.create(systemActor, {
    name: 'vera',
    role: 'viewer',
    password: PASSWORD,
  })
})
afterAll(async () => {
  await browser?.close()
  line?.close()
  await server?.stop()
})

const letGo = (step: number) => writeFileSync(join(server.dataDir, `state/demo.steps/go-${step}`), '')
const linesUpTo = (count: number) => Array.from({ length: count }, (_, i) => `line ${i} of Ada`)
const logOf = (page: Page) => page.locator('[data-log-rows] div > span').allInnerTexts()
const startRun = async (slug: string) =>
  (await server.api('POST', `/scripts/${slug}/runs`, {})).body['id'] as number

test('a script is run by hand, and its log is followed over a cut of the line, to its end', async () => {
  const { page, complaints } = await visit(browser, line.url)
  await signIn(page)
  await page.getByRole('link', { name: 'Scripts', exact: true }).click()
  await page.getByRole('link', { name: 'demo.steps' }).click()
  const input = page.getByLabel('Input, as JSON')
  await input.fill('{"name": ')
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.locator('#error-input', { hasText: 'Input is not JSON' }).waitFor()
  expect(await input.getAttribute('aria-invalid')).toBe('true')
  expect(await input.inputValue()).toBe('{"name": ')
  await input.fill('["Ada"]')
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.locator('#error-input', { hasText: 'Input must be a JSON object.' }).waitFor()

  await input.fill('{"name": "Ada"}')
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.waitForURL(/\/runs\/\d+$/)
  await page.getByRole('heading', { level: 1, name: 'Running' }).waitFor()
  await page.getByText('line 4 of Ada').waitFor()
  await page.getByText('live', { exact: true }).waitFor()
  await page.evaluate(() => (document.title = 'never loaded again'))
  expect(complaints).toEqual([])

  line.cut()
  await page.getByText('reconnecting …').waitFor()
  letGo(5)
  line.mend()
  await page.getByText('line 29 of Ada').waitFor()
  expect(await logOf(page)).toEqual(linesUpTo(30))

  letGo(30)
  await page.locator('[data-log-status]', { hasText: 'ended' }).waitFor()
  await page.getByText('line 39 of Ada').waitFor()
  await page.getByRole('heading', { level: 1, name: 'Succeeded' }).waitFor()
  await page.getByRole('heading', { name: 'Result' }).waitFor()
  expect(await page.locator('.json').first().innerText()).toBe('{\n  "lines": 40\n}')
  expect(await logOf(page)).toEqual(linesUpTo(40))
  expect(await page.title()).toBe('never loaded again')
  const unforeseen = complaints.filter(
    (words) => !/WebSocket connection|ERR_(EMPTY_RESPONSE|CONNECTION)/.test(words),
  )
  expect(unforeseen).toEqual([])

  await page.reload()
  await page.getByText('line 39 of Ada').waitFor()
  expect(await logOf(page)).toEqual(linesUpTo(40))
})

test('a list shows a run as it comes and goes, without being loaded again', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/runs?script=demo.sleeps')
  await page.getByText('No run is like this').waitFor()
  const id = await startRun('demo.sleeps')
  await page.locator(`#run-${id}`, { hasText: 'Running' }).waitFor()
  await server.api('POST', `/runs/${id}/cancel`)
  await page.locator(`#run-${id}`, { hasText: 'Cancelled' }).waitFor()
  expect(complaints).toEqual([])
})

test('a list is searched as one types, and going back undoes it', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts')
  await page.getByText('5 scripts at head').waitFor()
  await page.getByLabel('Search').fill('steps')
  await page.getByText('1 shown of 5').waitFor()
  expect(await page.locator('tbody .name').allInnerTexts()).toEqual(['demo.steps'])
  await page.waitForURL(/\/scripts\?q=steps/)
  await page.getByLabel('State').selectOption('Failing')
  await page.getByText('No script is like this').waitFor()
  await page.evaluate(() => history.back())
  await page.getByText('1 shown of 5').waitFor()
  expect(await page.getByLabel('Search').inputValue()).toBe('steps')
  await page.evaluate(() => history.back())
  await page.getByText('5 scripts at head').waitFor()
  expect(await page.locator('tbody .name').count()).toBe(5)
  expect(complaints).toEqual([])
})

test('a failed run says what was raised and where, and what went to standard error', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  const { id } = await server.execute('demo.fails')
  await page.goto(`/runs/${id}`)
  await page.getByRole('heading', { level: 1, name: /^Failed after/ }).waitFor()
  const banner = page.locator('.alert.bad')
  expect(await banner.innerText()).toMatch(/^KeyError: 'due_date' in main\.py, line 5\n/)
  expect(await banner.locator('pre').innerText()).toMatch(
    /^Traceback \(most recent call last\):\n {2}File "main\.py", line 5, in main\n/,
  )
  const tint = (text: string) =>
    page
      .locator('[data-log-rows] div[id]', { hasText: text })
      .evaluate((element) => getComputedStyle(element).backgroundColor)
  expect(await tint('a warning')).not.toBe(await tint('before'))
  expect(await page.locator('.err', { hasText: 'a warning' }).innerText()).toContain('err')

  await page.goto('/')
  await page.getByRole('heading', { level: 1, name: 'One script is failing' }).waitFor()
  await page.getByRole('link', { name: 'See run' }).click()
  await page.waitForURL(`${server.url}/runs/${id}`)
  expect(complaints).toEqual([])
})

test('a running run is cancelled, and run again', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/demo.sleeps')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByText('waiting', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('heading', { level: 1, name: 'Cancelled' }).waitFor()
  await page.getByText('Cancelled by admin.').waitFor()
  const first = page.url()

  await page.getByRole('button', { name: 'Run the same again' }).click()
  await page.waitForURL((url) => url.href !== first && /\/runs\/\d+$/.test(url.pathname))
  await page.getByText('rerun by admin').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('heading', { level: 1, name: 'Cancelled' }).waitFor()
  expect(complaints).toEqual([])
})

test('without JavaScript every page is read, and a script is run by hand', async () => {
  const { page, complaints } = await visit(browser, server.url, { javaScriptEnabled: false })
  await page.goto('/')
  await signIn(page)
  for (const [path, heading] of [
    ['/', 'One script is failing'],
    ['/scripts', 'Scripts'],
    ['/scripts?q=steps', 'Scripts'],
    ['/scripts/demo.steps', 'demo.steps'],
    ...['code', 'runs', 'ticks', 'changes', 'environment'].map(
      (tab) => [`/scripts/demo.steps/${tab}`, 'demo.steps'] as const,
    ),
    ['/commits', 'Commits'],
    ['/runs', 'Runs'],
    ['/runs?state=failed', 'Runs'],
    ['/system', 'System'],
    ['/nothing', 'There is nothing here'],
  ] as const) {
    await page.goto(path)
    expect(await page.locator('h1').innerText(), path).toBe(heading)
  }
  await page.goto('/scripts/demo.fails')
  await page.getByRole('button', { name: 'Run with this' }).click()
  const id = Number(/\/runs\/(\d+)$/.exec(page.url())![1])
  await server.ended(id)
  await page.reload()
  await page.getByRole('heading', { level: 1, name: /^Failed/ }).waitFor()
  expect(await logOf(page)).toContain("KeyError: 'due_date'")
  expect(complaints).toEqual([])
})

test('a viewer sees all and starts nothing', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page, 'vera')
  await page.waitForURL(`${server.url}/`)
  const running = await startRun('demo.sleeps')
  for (const path of ['/', '/scripts', '/scripts/demo.sleeps', `/runs/${running}`, '/runs/1', '/system']) {
    await page.goto(path)
    await page.locator('h1').waitFor()
    expect(await page.locator('main form:not([role=search])').count(), path).toBe(0)
  }
  const runs = async () => ((await server.api('GET', '/runs?script=demo.sleeps')).body['items'] as []).length
  const before = await runs()
  // A page that was open when the role was taken away still has its form.
  await page.goto('/scripts/demo.sleeps')
  await page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>('form.who')!
    form.action = '/scripts/demo.sleeps/runs'
    form.requestSubmit()
  })
  await page.getByRole('heading', { name: 'You may not do this' }).waitFor()
  await page.getByText('This needs the role runner; vera has viewer').waitFor()
  await page.getByText('An admin can give you the role runner.').waitFor()
  expect(await runs()).toBe(before)
  await server.api('POST', `/runs/${running}/cancel`)
  expect(complaints).toEqual([])
})
