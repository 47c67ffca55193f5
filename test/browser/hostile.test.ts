import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { clone, startServer, type TestServer } from '../support/server.ts'
import { signIn, visit } from './visit.ts'

// What a script, a person or an address may say, and a page must only ever show.
const SCRIPT = '<script>alert(1)</script>'
const IMAGE = `"><img src=x onerror="alert(2)">`
const ESCAPES = '\u001b[31mred\u001b[0m\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007\u0007\u202e'
const HOSTILE = `${SCRIPT}${IMAGE}'&amp;`
const FILE = `${SCRIPT.replaceAll('/', '')}${IMAGE} '&amp;.py`

const NAME = `Eve" onmouseover="alert(3)" ${ESCAPES.replaceAll('\u0007', '')} '&amp;`

const quoted = (text: string) => JSON.stringify(text)

const MAIN = `import os, sys
HOSTILE = ${quoted(HOSTILE)}
ESCAPES = ${quoted(ESCAPES)}
class Evil(Exception):
    pass
Evil.__name__ = Evil.__qualname__ = HOSTILE
def main(run):
    print(HOSTILE)
    print(ESCAPES)
    print("half ", end="", flush=True)
    print(HOSTILE, file=sys.stderr)
    if run.input.get("end") == "well":
        with open(os.path.join(os.environ["SXS_ARTIFACTS_DIR"], HOSTILE.replace("/", "")), "w") as file:
            file.write(HOSTILE)
        return {HOSTILE: [HOSTILE, ESCAPES]}
    if run.input.get("end") == "exit":
        sys.exit(HOSTILE)
    raise Evil(HOSTILE + ESCAPES + "\\n" + HOSTILE)
`
const GATE = `def trigger(data):
    raise ValueError(${quoted(HOSTILE + ESCAPES)})
`

let server: TestServer
let browser: Browser
let commit: string

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  const repo = await clone(server.gitUrl)
  await repo.commit(
    {
      'scripts/evil/main.py': MAIN,
      'scripts/evil/script.yaml': `description: ${quoted(HOSTILE + ESCAPES)}\ninput_schema: {type: object, description: ${quoted(HOSTILE)}}\n`,
      'scripts/evil/README.md': `# ${HOSTILE}\n${ESCAPES}\n`,
      [`scripts/evil/${FILE}`]: `# ${HOSTILE}${ESCAPES}\n`,
      'scripts/gated/main.py': 'def main(): pass\n',
      'scripts/gated/trigger.py': GATE,
      'scripts/gated/script.yaml': 'schedule: {every: 5s}\n',
      'scripts/stopped/main.py': 'def main(): pass\n',
      'scripts/stopped/script.yaml': `paused: {reason: ${quoted(HOSTILE + ESCAPES)}}\n`,
    },
    `${HOSTILE}\n\n${HOSTILE}${ESCAPES}`,
  )
  // git takes no angle brackets in a name; everything else may be there.
  await repo.git('commit', '--quiet', '--amend', '--no-edit', `--author=${NAME} <evil@example.org>`)
  commit = await repo.git('rev-parse', 'HEAD')
  expect((await repo.push()).said).toContain('+ evil')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

test('what scripts, people and addresses say is shown as text on every page', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await page.goto(`/login?next=${encodeURIComponent(HOSTILE)}`)
  await expectInert(page, 0)
  await signIn(page, HOSTILE, HOSTILE)
  await page.getByText('do not belong together').waitFor()
  expect(await page.getByLabel('User name').inputValue()).toBe(HOSTILE)
  await expectInert(page, 0)
  await signIn(page)

  const well = await server.execute('evil', { input: { end: 'well', [HOSTILE]: HOSTILE } })
  const exit = await server.execute('evil', { input: { end: 'exit' } })
  const raised = await server.execute('evil')
  expect([well.state, exit.state, raised.state]).toEqual(['succeeded', 'failed', 'failed'])
  await server.when('tick', async () => {
    const { items } = (await server.api('GET', '/scripts/gated/ticks')).body as {
      items: { outcome: string }[]
    }
    return items.find(({ outcome }) => outcome === 'gate-failed')
  })

  await page.goto(`/commits/${commit}`)
  await page.getByText('onmouseover="alert(3)"').first().waitFor()
  const query = encodeURIComponent(HOSTILE)
  for (const [path, shown] of [
    ['/', 2],
    ['/scripts', 2],
    ['/scripts/evil', 3],
    ['/scripts/evil/code', 1],
    [`/scripts/evil/code?path=${encodeURIComponent(FILE)}`, 1],
    [`/scripts/evil/code?path=${query}`, 0],
    ['/scripts/evil/changes', 1],
    ['/scripts/evil/runs', 1],
    ['/scripts/evil/environment', 1],
    ['/scripts/gated/ticks', 1],
    ['/commits', 1],
    [`/commits/${commit}`, 5],
    [`/commits/${query}`, 0],
    [`/commits?script=${query}`, 0],
    [`/scripts/new?slug=${query}&template=${query}`, 0],
    [`/scripts/new?by=upload&slug=${query}`, 0],
    ['/scripts/gated', 1],
    ['/scripts/stopped', 1],
    [`/runs/${well.id}`, 6],
    [`/runs/${exit.id}`, 2],
    [`/runs/${raised.id}`, 5],
    ['/runs', 1],
    ['/system', 0],
    [`/runs?script=${query}&from=${query}`, 0],
    [`/scripts?q=${query}&tag=${query}&state=${query}`, 0],
    [`/scripts/${query}`, 0],
    [`/runs/${query}`, 0],
    [`/${query}`, 0],
    [`/setup?token=${query}`, 0],
  ] as const) {
    await page.goto(path)
    await expectInert(page, shown)
  }
  await page.goto(`/scripts/evil/code?path=${encodeURIComponent(FILE)}`)
  await page.getByText('␛[31mred␛[0m').waitFor()
  await page.getByText('⟨U+202E⟩').waitFor()

  await page.goto('/scripts/evil')
  await page.getByLabel('Input, as JSON').fill(HOSTILE)
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.locator('#error-input').waitFor()
  await expectInert(page, 3)
  expect(complaints).toEqual([])
})

test('a log that is followed shows hostile lines as text, without escapes', async () => {
  const { page, complaints } = await visit(browser, server.url)
  await signIn(page)
  await page.goto('/scripts/evil')
  await page.getByLabel('Input, as JSON').fill('{"end": "well"}')
  await page.getByRole('button', { name: 'Run with this' }).click()
  await page.getByRole('heading', { name: 'Succeeded' }).waitFor()
  await page.locator('[data-log-status]', { hasText: 'ended' }).waitFor()
  const rows = page.locator('[data-log-rows] [id^="L"]')
  await rows.nth(3).waitFor()
  const lines = await rows.locator('> span').allTextContents()
  expect(lines.toSorted()).toEqual([HOSTILE, HOSTILE, 'half ', 'redlink\u202e'].toSorted())
  await expectInert(page, 5)

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.list a').first().click(),
  ])
  expect(download.suggestedFilename()).not.toContain('/')
  expect(complaints).toEqual([])
})

/** Nothing of what was said has become a part of the page; `shown`: at least so often it is there to read. */
async function expectInert(page: Page, shown: number): Promise<void> {
  const found = await page.evaluate(() => ({
    made: [
      ...document.querySelectorAll('img, iframe, script:not([src^="/assets/"]), [onerror], [style]'),
      // The log's own window stands between two spaces, which have a height and nothing else.
    ].filter((one) => !/^height: [\d.]+px;$/.test(one.getAttribute('style') ?? '')).length,
    text: document.body.textContent,
    controls: [...document.body.textContent].filter((sign) => sign < ' ' && sign !== '\n' && sign !== '\t')
      .length,
  }))
  expect(found.made, page.url()).toBe(0)
  expect(found.controls, page.url()).toBe(0)
  expect(found.text.split('<script>alert(1)').length - 1, page.url()).toBeGreaterThanOrEqual(shown)
}
