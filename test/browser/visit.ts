import { readFileSync } from 'node:fs'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { PASSWORD } from '../support/server.ts'

/** A visit to the dashboard: a page, and all that the browser complained of meanwhile. */
export type Visit = { context: BrowserContext; page: Page; complaints: string[] }

// Chromium says this of every document that comes with an error, which is what the tests ask for themselves.
const OF_THE_DOCUMENT = /^Failed to load resource: the server responded with a status of 4\d\d/

/** A browser of one person's own, signed in to nothing yet. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ baseURL: url, ...options })
  const complaints: string[] = []
  context.setDefaultTimeout(30_000)
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI}`),
    )
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('dialog', (dialog) => {
    // An editor asks before a draft is left; whoever visits leaves it.
    if (dialog.type() === 'beforeunload') return void dialog.accept()
    complaints.push(`${page.url()}: dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    if (OF_THE_DOCUMENT.test(message.text()) && message.location().url === page.url()) return
    complaints.push(`${page.url()}: ${message.text()}`)
  })
  return { context, page, complaints }
}

/** Fills in the page that asks who one is. */
export async function signIn(page: Page, name = 'admin', password = PASSWORD): Promise<void> {
  if (!page.url().includes('/login')) await page.goto('/login')
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 800 }

/**
 * Expects of the page that is open: no error on the console, nothing that the policy refused, nothing that axe finds in
 * light or dark, and no scrolling sideways on a phone.
 */
export async function expectClean({ page, complaints }: Visit): Promise<void> {
  const at = page.url()
  await page.evaluate(AXE)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeFindings(page), `${at}, ${colorScheme}`).toEqual([])
  }
  await page.setViewportSize(PHONE)
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(beyond, `${at} is wider than a phone`).toBeLessThanOrEqual(0)
  await page.setViewportSize(DESK)
  // Taken, so that what one page complains of is not laid at the next one's door.
  expect(complaints.splice(0)).toEqual([])
}

/** What axe finds, one line each: the rule, what it says, and where. */
async function axeFindings(page: Page): Promise<string[]> {
  type Axe = {
    run(): Promise<{ violations: { id: string; help: string; nodes: { target: unknown[] }[] }[] }>
  }
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run()
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    )
  })
}

export type Line = { url: string; cut(): void; mend(): void; close(): void }

/** A line to the server that can be cut, as a network is: what is open ends, and nothing new comes through. */
export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((from) => {
    if (isCut) return void from.destroy()
    const to = connect(Number(port), hostname)
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => sockets.delete(one))
      one.pipe(other)
    }
  })
  const end = () => sockets.forEach((socket) => socket.destroy())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true
      end()
    },
    mend: () => (isCut = false),
    close() {
      server.close()
      end()
    },
  }
}
