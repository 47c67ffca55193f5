import type { Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { PASSWORD, startServer } from './server.ts'

const LINES = 100_000
const FRAMES = 300
const FOLLOWED_MS = 5000

// All at once, and then 1,000 lines a second for as long as they are looked at.
const SCRIPT = `import time
def main():
    for i in range(${LINES}):
        print(f"{i}: a line among many, " + "x" * (i % 90))
    begin = time.time()
    for i in range(60_000):
        print(f"{i}: as it comes " + "y" * (i % 60), flush=i % 10 == 0)
        if i % 10 == 0:
            time.sleep(max(0, begin + i / 1000 - time.time()))
`

/** Milliseconds from frame to frame, as a browser has them. */
export type Frames = {
  /** A blank page, for what the machine itself makes of it. */
  still: number[]
  /** By three lines a frame, as a wheel does. */
  wheel: number[]
  /** From end to end in five seconds, as when the scroll bar is dragged: every frame is drawn anew. */
  dragged: number[]
  /** At the end of a log that grows by 1,000 lines a second. */
  followed: number[]
}

/** Looks at a log of 100,000 lines and more in Chromium, while it is written. */
export async function measureFrames(dataDir: string): Promise<Frames> {
  const [server, browser] = await Promise.all([startServer(dataDir), launchBrowser()])
  try {
    await server.call('POST', '/scripts', { slug: 'long', files: { 'main.py': SCRIPT } })
    const page = await browser.newPage({ baseURL: server.url, viewport: { width: 1280, height: 800 } })
    const still = await framesOf(page, 0)
    await page.goto('/login')
    await page.getByLabel('User name').fill('admin')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('h1').waitFor()
    const { id } = await server.call<{ id: number }>('POST', '/scripts/long/runs', {})
    await page.goto(`/runs/${id}`)
    await page.locator('[data-log-rows] [id^="L"]', { hasText: 'as it comes' }).first().waitFor()
    await page.keyboard.press('Home')
    await page.getByText('0: a line among many,', { exact: true }).waitFor()
    await page.keyboard.press('End')
    const followed = await framesOf(page, 0)
    await server.call('POST', `/runs/${id}/cancel`, {})
    await page.locator('[data-log-status]', { hasText: 'ended' }).waitFor()
    await page.keyboard.press('Home')
    const wheel = await framesOf(page, 60)
    await page.keyboard.press('Home')
    const dragged = await framesOf(page, Infinity)
    return { still, wheel, dragged, followed }
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** Scrolls the log by so much in every frame, or from its begin to its end where that is endless. */
function framesOf(page: Page, stepPx: number): Promise<number[]> {
  const asked = { stepPx, frames: FRAMES, longestMs: FOLLOWED_MS }
  return page.evaluate(
    ({ stepPx, frames, longestMs }) =>
      new Promise<number[]>((done) => {
        const log = document.querySelector('[data-log-rows]')
        const step = stepPx === Infinity ? (log!.scrollHeight - log!.clientHeight) / frames : stepPx
        const times: number[] = []
        const begin = performance.now()
        // A method, since a function with a name is wrapped in a helper that the page does not have.
        const loop = {
          frame(now: number) {
            times.push(now)
            const isOver = step === 0 ? now - begin > longestMs : times.length > frames
            if (isOver) return done(times.slice(1).map((time, i) => time - times[i]!))
            if (step > 0) log!.scrollTop += step
            requestAnimationFrame(loop.frame)
          },
        }
        requestAnimationFrame(loop.frame)
      }),
    asked,
  )
}
