import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { launchBrowser } from '../support/browser.ts'
import { clone, PASSWORD, startServer, type TestServer } from '../support/server.ts'
import { signIn, visit } from './visit.ts'

const GREET = 'def main(run):\n    print(run.input)\n    return run.input\n'
const MANIFEST = `schedule: {every: 1d}
input_schema:
  type: object
  required: [name]
  properties:
    name: {type: string, description: Who is greeted}
    times: {type: integer}
    loud: {type: boolean}
    language: {enum: [it, en]}
`

let server: TestServer
let browser: Browser
let first: string
let second: string

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  const repo = await clone(server.gitUrl)
  first = (await repo.ship({ 'scripts/greet/main.py': 'def main():\n    return 1\n' }, 'Begin to greet'))
    .commit
  second = (
    await repo.ship(
      {
        'scripts/greet/main.py': GREET,
        'scripts/greet/script.yaml': MANIFEST,
        'scripts/going/main.py': 'def main(): pass\n',
      },
      'Greet whom the input names\n\nThe same for all was dull.',
    )
  ).commit
  await server.app.doors.access.users.create(systemActor, {
    ...{ name: 'vera', role: 'viewer', password: PASSWORD },
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

test('a script is run with input by field, and what is wrong is said at the field', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/greet')
  await page.getByLabel('name', { exact: true }).fill('Ada')
  await page.getByLabel('times (optional)').fill('often')
  await page.getByLabel('loud').check()
  await page.getByLabel('language (optional)').selectOption('en')
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.getByText("'often' is no number").waitFor()
  expect(await page.getByLabel('name', { exact: true }).inputValue()).toBe('Ada')
  expect(await page.getByLabel('loud').isChecked()).toBe(true)
  await page.getByLabel('times (optional)').fill('2.5')
  await page.getByLabel('name', { exact: true }).fill('')
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.locator('[id="error-input.times"]', { hasText: 'It is no integer; give an integer.' }).waitFor()
  await page.locator('[id="error-input.name"]', { hasText: 'It is missing; give it.' }).waitFor()
  await page.getByLabel('name', { exact: true }).fill('Ada')
  await page.getByLabel('times (optional)').fill('3')
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.getByRole('heading', { level: 1, name: 'Succeeded' }).waitFor()
  const id = Number(/\/runs\/(\d+)$/.exec(page.url())![1])
  const { body } = await server.api('GET', `/runs/${id}`)
  expect(body['input']).toEqual({ name: 'Ada', times: 3, loud: true, language: 'en' })
  expect(complaints).toEqual([])
})

test('a pause is asked for in a dialog, is a commit, and ends by a click', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/greet')
  await page.getByRole('link', { name: 'Pause' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Why').fill('vendor outage')
  await dialog.getByRole('button', { name: 'Pause it' }).click()
  await page.getByText(/greet is paused\. It is commit [0-9a-f]{7}\./).waitFor()
  await page.getByText('Paused: vendor outage').waitFor()
  await page.getByRole('link', { name: 'See the commit' }).click()
  await page.waitForURL(/\/commits\/[0-9a-f]{40}$/)
  expect(await page.locator('.diff-grid .added').allInnerTexts()).toEqual([
    expect.stringContaining('vendor outage'),
  ])
  expect(await page.locator('h1').innerText()).toContain('vendor outage')

  await page.goto('/scripts/greet')
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText(/greet goes on; its next tick is .* It is commit/).waitFor()
  await page.getByRole('link', { name: 'Pause' }).waitFor()
  expect(complaints).toEqual([])
})

test('without JavaScript a pause is a page, and an end that is past is said at its field', async () => {
  const { page, complaints } = await visit(browser, server.url, { javaScriptEnabled: false })
  await signIn(page)
  await page.goto('/scripts/greet')
  await page.getByRole('link', { name: 'Pause' }).click()
  await page.getByLabel('Why').fill('holidays')
  await page.getByLabel('Until').fill('2020-01-01T00:00')
  await page.getByRole('button', { name: 'Pause it' }).click()
  await page.locator('#error-until', { hasText: 'past' }).waitFor()
  expect(await page.getByLabel('Why').inputValue()).toBe('holidays')
  expect(complaints).toEqual([])
})

test('commits lead to what they changed, and from there to the file as it was', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.getByRole('link', { name: 'Commits', exact: true }).click()
  await page.getByLabel('Script').fill('going')
  await page.locator('tbody tr').first().getByText('Greet whom the input names').waitFor()
  await page.waitForURL(/script=going/)
  await page.getByRole('link', { name: 'Greet whom the input names' }).click()
  await page.getByText('The same for all was dull.').waitFor()
  const file = page.getByRole('region', { name: 'scripts/greet/main.py', exact: true })
  await file.getByText('+3').waitFor()
  expect(await file.locator('.removed').allInnerTexts()).toHaveLength(2)
  await file.getByRole('link', { name: 'The file at this commit' }).click()
  await page.waitForURL(`${server.url}/scripts/greet/code?path=main.py&commit=${second}`)
  expect(await page.locator('.code .keyword').first().innerText()).toBe('def')

  await page.goto(`/scripts/greet/code?commit=${first}`)
  await page.getByText('As it was at').waitFor()
  expect(await page.locator('.code code').allInnerTexts()).toEqual(['def main():', '    return 1'])
  await page.getByRole('link', { name: 'See head' }).click()
  expect(await page.locator('.code code').count()).toBe(3)
  await page.goto('/scripts/greet/changes')
  expect(await page.locator('tbody .name').allInnerTexts()).toContain('Begin to greet')
  expect(complaints).toEqual([])
})

test('a script is deleted once its slug was typed, and its page says what became of it', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/going')
  await page.getByRole('link', { name: 'Delete this script' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Type its slug').fill('gone')
  await dialog.getByRole('button', { name: 'Delete it' }).click()
  await page.locator('#error-slug', { hasText: 'This is not its slug' }).waitFor()
  await page.getByLabel('Type its slug').fill('going')
  await page.getByRole('button', { name: 'Delete it' }).click()
  await page.getByText('going is deleted').waitFor()
  await page.goto('/scripts/going/ticks')
  await page.getByRole('heading', { name: 'going is no longer there' }).waitFor()
  await page.getByRole('link', { name: 'Its last code' }).click()
  expect(await page.locator('.code code').allInnerTexts()).toEqual(['def main(): pass'])
  await page.goto('/scripts/gret')
  await page.getByRole('heading', { name: 'There is no such script' }).waitFor()
  expect(complaints).toEqual([])
})

test('who may only read is offered nothing else, and cannot do it by address either', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page, 'vera')
  await page.waitForURL(`${server.url}/`)
  await page.goto('/scripts/greet')
  for (const name of ['Edit', 'Pause', 'Delete this script …', 'Run'])
    expect(await page.getByRole('link', { name, exact: true }).count(), name).toBe(0)
  for (const path of ['/scripts/new', '/scripts/greet/pause', '/scripts/greet/delete']) {
    await page.goto(path)
    await page.getByRole('heading', { name: 'You may not do this' }).waitFor()
  }
  expect(complaints).toEqual([])
})
