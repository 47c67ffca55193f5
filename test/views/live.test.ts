import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { launchBrowser } from '../support/browser.ts'
import { temporaryFolder } from '../support/folder.ts'
import { allPages } from './pages.tsx'
import { NOW } from './samples.ts'

// The pages in a real Chromium, under the strict policy, against a server that says what each test wants.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
const RUN = 48214
const NEXT = 2160
// Of a log, as they are drawn: each with its number, or for what was cut out.
const ROWS = '[data-log-rows] .rows > div'
const AT = '2026-11-23T06:47:00.000Z'
// When the page was made, less the time that its reading may have taken.
const MADE_AT = NOW - 1000

let browser: Browser
let server: Server
let origin: string
let assets: string
const sockets = new WebSocketServer({ noServer: true })
const answers = new Map<string, string>()
let page: Page
let complaints: string[]

beforeAll(async () => {
  assets = temporaryFolder()
  await build({
    entryPoints: {
      live: 'views/client/live.ts',
      look: 'views/assets/look.css',
      htmx: 'htmx.org/dist/htmx.min.js',
      icon: 'views/assets/icon.svg',
    },
    absWorkingDir: join(import.meta.dirname, '../..'),
    bundle: true,
    loader: { '.svg': 'copy' },
    outdir: assets,
  })
  server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://x').pathname
    const file = join(assets, path.replace('/assets/', ''))
    const found =
      path.startsWith('/assets/') && existsSync(file)
        ? readFileSync(file)
        : (answers.get(path) ?? (path.includes('/_') ? ' ' : undefined))
    const type = /\.css$/.test(path)
      ? 'text/css'
      : /\.js$/.test(path)
        ? 'text/javascript'
        : /svg$/.test(path)
          ? 'image/svg+xml'
          : 'text/html'
    response.writeHead(found ? 200 : 404, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': POLICY,
    })
    response.end(found)
  })
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  for (const socket of sockets.clients) socket.terminate()
  server?.closeAllConnections()
  server?.close()
})

beforeEach(async () => {
  const pages = allPages()
  answers.set('/run', String(pages['run-running']))
  answers.set(
    `/runs/${RUN}/_state`,
    '<div id="run-state" data-live="run:48214" data-src="/runs/48214/_state">going on</div>',
  )
  answers.set('/runs', String(pages['runs-empty']))
  page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
})

afterEach(async () => {
  await page.close()
  answers.clear()
})

test('a log follows on, goes on by offset after a cut, and ends in the true state', async () => {
  const first = await follower(() => page.goto(`${origin}/run`))
  expect(first.asked).toEqual({ follow: `run:${RUN}`, from: NEXT, since: MADE_AT })
  const rows = page.locator(ROWS)
  const before = await rows.count()

  say(first.socket, {
    type: 'log',
    run: RUN,
    next: NEXT + 20,
    lines: [line(NEXT, '<img src=x> \u001b[1mone'), line(NEXT + 10, 'two', 'err')],
  })
  await rows.nth(before + 1).waitFor()
  expect(await rows.nth(before).innerText()).toContain('<img src=x> one')
  expect(await rows.nth(before + 1).getAttribute('class')).toBe('err')
  expect(await page.locator('[data-log-status]').innerText()).toBe('live')

  const again = await follower(() => Promise.resolve(first.socket.terminate()))
  expect(again.asked).toEqual({ follow: `run:${RUN}`, from: NEXT + 20 })
  say(again.socket, {
    type: 'log',
    run: RUN,
    next: NEXT + 30,
    lines: [line(NEXT + 10, 'two', 'err'), line(NEXT + 20, 'three')],
  })
  say(again.socket, { type: 'log-cut', run: RUN, from: NEXT + 30, next: NEXT + 2 ** 21 })
  await page.getByText('2.0 MiB cut here').waitFor()
  expect(await rows.count()).toBe(before + 4)

  answers.set(
    `/runs/${RUN}/_state`,
    '<div id="run-state"><h1>Succeeded</h1></div><div id="run-yield"><b>made</b></div>',
  )
  say(again.socket, { type: 'log-end', run: RUN })
  await page.getByRole('heading', { name: 'Succeeded' }).waitFor()
  await page.getByText('made').waitFor()
  expect(complaints).toEqual([])
})

test('a line that is written piece by piece is one row', async () => {
  const { socket } = await follower(() => page.goto(`${origin}/run`))
  const rows = page.locator(ROWS)
  const before = await rows.count()
  const pieces = ['\r 5%', '\r10%', '\r100%'].map((text, i) => line(NEXT + i * 10, text, 'err', true))
  say(socket, { type: 'log', run: RUN, next: NEXT + 20, lines: pieces.slice(0, 2) })
  await page.getByText('10%', { exact: true }).waitFor()
  say(socket, { type: 'log', run: RUN, next: NEXT + 30, lines: [pieces[2]] })
  await page.getByText('100%', { exact: true }).waitFor()
  say(socket, { type: 'log', run: RUN, next: NEXT + 40, lines: [line(NEXT + 30, 'another stream')] })
  await page.getByText('another stream').waitFor()
  expect(await rows.count()).toBe(before + 2)
})

test('following stops where a person scrolls up, and the button takes it up again', async () => {
  const { socket } = await follower(() => page.goto(`${origin}/run`))
  const log = page.locator('[data-log-rows]')
  const button = page.getByRole('button', { name: 'Follow' })
  const toEnd = () =>
    log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
  expect(await toEnd()).toBeLessThan(2)
  expect(await button.isVisible()).toBe(false)

  await log.evaluate((element) => element.scrollTo(0, 0))
  await button.waitFor()
  say(socket, { type: 'log', run: RUN, next: NEXT + 10, lines: [line(NEXT, 'while reading above')] })
  await page.getByRole('button', { name: 'Follow · 1 new line' }).waitFor()
  expect(await log.evaluate((element) => element.scrollTop)).toBe(0)

  await button.click()
  await button.waitFor({ state: 'hidden' })
  await page.getByText('while reading above').waitFor()
  expect(await toEnd()).toBeLessThan(2)
})

test('a flood keeps the page small and its end in sight', async () => {
  const { socket } = await follower(() => page.goto(`${origin}/run`))
  for (let part = 0; part < 20; part++) {
    const from = NEXT + part * 10_000
    const lines = Array.from({ length: 1000 }, (_, i) => line(from + i * 10, `line ${part * 1000 + i}`))
    say(socket, { type: 'log', run: RUN, next: from + 10_000, lines })
  }
  await page.getByText('line 19999').waitFor()
  expect(await page.locator(ROWS).count()).toBeLessThan(200)
  const log = page.locator('[data-log-rows]')
  expect(await log.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight)).toBeLessThan(2)
  expect(await log.evaluate((e) => e.scrollHeight)).toBeGreaterThan(20_000 * 15)
})

test('a list is had again when a run changes, and keeps the focus', async () => {
  const { socket, asked } = await follower(() => page.goto(`${origin}/runs`))
  expect(asked).toEqual({ follow: 'runs', since: MADE_AT })
  await page.getByLabel('Script').focus()
  answers.set('/runs/_table', '<div id="runs" data-live="runs" data-src="/runs/_table"><p>one run</p></div>')
  say(socket, { type: 'runs' })
  await page.getByText('one run').waitFor()
  answers.set('/runs/_table', '<div id="runs" data-live="runs" data-src="/runs/_table"><p>two runs</p></div>')
  say(socket, { type: 'runs' })
  await page.getByText('two runs').waitFor()
  expect(await page.getByLabel('Script').evaluate((element) => element === document.activeElement)).toBe(true)
  expect(complaints).toEqual([])
})

test('every page is quiet under the policy and as wide as a phone', async () => {
  await page.setViewportSize({ width: 390, height: 800 })
  for (const [name, node] of Object.entries(allPages())) {
    answers.set(`/page/${name}`, String(node))
    await page.goto(`${origin}/page/${name}`)
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      name,
    ).toBeLessThanOrEqual(0)
  }
  expect(complaints).toEqual([])
})

/** Does what makes the page connect, and gives the connection with what it asked for first. */
async function follower(connect: () => Promise<unknown>): Promise<{ socket: WebSocket; asked: unknown }> {
  const asked = new Promise<{ socket: WebSocket; asked: unknown }>((resolve) => {
    sockets.once('connection', (socket: WebSocket) => {
      const all: { follow: string; from?: number }[] = []
      socket.on('message', (data) => {
        all.push(JSON.parse(String(data)) as { follow: string; from?: number })
        resolve({ socket, asked: all.at(-1) })
      })
    })
  })
  await connect()
  return await asked
}

const say = (socket: WebSocket, message: unknown) => socket.send(JSON.stringify(message))
// Each of ten bytes, the first after the 45 that the page has; pieces of one line have its number.
const line = (offset: number, text: string, stream = 'out', partial = false) => ({
  ...{ at: AT, stream, text, offset, line: partial ? 46 : 46 + (offset - NEXT) / 10 },
  ...(partial && { partial }),
})
