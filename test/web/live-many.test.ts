import { createServer } from 'node:http'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Actor } from '../../src/base/index.ts'
import { createLive } from '../../src/web/index.ts'
import { clone, startServer, type TestServer } from '../support/server.ts'
import { bytesOf, connect } from './follower.ts'

const VIEWERS = 100
// Writes some lines, and the rest of them when the test lets it go on.
const SCRIPT = `import os, time
def main():
    for i in range(5000):
        if i == 100:
            while not os.path.exists(os.environ["SXS_STATE_DIR"] + "/go"):
                time.sleep(0.02)
        print(f"{i}: " + "x" * (i % 100), flush=i < 100 or i % 500 == 0)
`

let server: TestServer
let key: string
const admin: Actor = { kind: 'user', userId: 1, name: 'admin', role: 'admin' }

beforeAll(async () => {
  server = await startServer()
  const repo = await clone(server.gitUrl)
  await repo.ship({ 'scripts/many/main.py': SCRIPT })
  key = (await server.app.doors.access.keys.create(admin, {})).secret
})
afterAll(() => server.stop())

test('a hundred viewers of one log are each told all of it, and it is read hardly more than once', async () => {
  const { url, readBytes } = await counting()
  const viewers = await Promise.all(
    Array.from({ length: VIEWERS }, () => connect(url, { authorization: `Bearer ${key}` })),
  )
  onTestFinished(() => viewers.forEach((viewer) => viewer.close()))
  const { body } = await server.api('POST', '/scripts/many/runs', {})
  const id = body['id'] as number
  for (const viewer of viewers) viewer.ask({ follow: `run:${id}` })
  await Promise.all(
    viewers.map((viewer) =>
      viewer.until(({ lines }) => lines?.some(({ text }) => text.startsWith('0: ')) === true),
    ),
  )
  writeFileSync(join(server.dataDir, 'state/many/go'), '')
  await Promise.all(viewers.map((viewer) => viewer.until(({ type }) => type === 'log-end')))

  const whole = Buffer.from(await server.log(id))
  expect(whole.length).toBeGreaterThan(200_000)
  for (const { told } of viewers) expect(bytesOf(told, 0).equals(whole)).toBe(true)
  expect(readBytes()).toBeLessThan(3 * whole.length)
})

/** The same doors behind a WebSocket of the test's own, which counts what is read of logs. */
async function counting(): Promise<{ url: string; readBytes(): number }> {
  const { doors } = server.app
  let bytes = 0
  const logLines: typeof doors.runs.logLines = async (actor, id, range) => {
    const found = await doors.runs.logLines(actor, id, range)
    bytes += found.next - (range.from ?? 0)
    return found
  }
  const live = createLive(
    { ...doors, runs: { ...doors.runs, logLines } },
    { limits: { viewers: 1000, viewersPerUser: 200 } },
  )
  const http = createServer().on('upgrade', (request, socket, head) => {
    void live.upgrade(request, socket, head)
  })
  await once(http.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    live.close()
    http.close()
  })
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, readBytes: () => bytes }
}
