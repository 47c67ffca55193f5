import { createServer } from 'node:http'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Actor } from '../../src/base/index.ts'
import { createLive } from '../../src/web/index.ts'
import { clone, PASSWORD, startServer, type TestServer } from '../support/server.ts'
import { bytesOf, connect, type Follower } from './follower.ts'

const LINES = `import sys
def main(run):
    for i in range(run.input.get("count", 300)):
        print(f"{i}: grüße, 世界 " + "x" * (i % 50))
        if i % 10 == 0:
            print("to err", i, file=sys.stderr, flush=True)
    print("no end", end="")
`
// Writes a line and waits until the test lets it go on.
const STEPS = `import os, time
def main():
    print("one", flush=True)
    while not os.path.exists(os.environ["SXS_STATE_DIR"] + "/go"):
        time.sleep(0.02)
    print("two")
`
const FLOOD = `import sys
def main():
    piece = ("f" * 99 + "\\n") * 10_000
    for _ in range(50):
        sys.stdout.write(piece)
`

let server: TestServer
let key: string
const admin: Actor = { kind: 'user', userId: 1, name: 'admin', role: 'admin' }
const followers: Follower[] = []

beforeAll(async () => {
  server = await startServer()
  const repo = await clone(server.gitUrl)
  await repo.ship({
    'scripts/lines/main.py': LINES,
    'scripts/steps/main.py': STEPS,
    'scripts/flood/main.py': FLOOD,
  })
  key = (await server.app.doors.access.keys.create(admin, {})).secret
})
afterEach(() => {
  for (const follower of followers.splice(0)) follower.close()
})
afterAll(() => server.stop())

const follower = async (...given: Parameters<typeof connect>) => {
  const made = await connect(...given)
  followers.push(made)
  return made
}
const open = (url = server.url, secret = key) => follower(url, { authorization: `Bearer ${secret}` })

const start = async (slug: string, input = {}) =>
  (await server.api('POST', `/scripts/${slug}/runs`, { input })).body['id'] as number

test('a key, a session token and the cookie of our own page are let in', async () => {
  const host = server.url
  const session = await server.cookieOf('admin')
  for (const headers of [
    { authorization: `Bearer ${key}` },
    { authorization: `Bearer ${server.token}` },
    { cookie: session, origin: host },
    { cookie: `a=b; ${session}`, origin: host, 'sec-fetch-site': 'same-origin' },
  ]) {
    const viewer = await follower(host, headers)
    viewer.ask({ follow: 'run:999' })
    expect(await viewer.until(() => true)).toEqual({ type: 'error', message: 'run 999 is not found' })
  }
})

test('a foreign page, a wrong key and nobody are refused', async () => {
  const session = await server.cookieOf('admin')
  const refused = (headers: Record<string, string>, path?: string) =>
    connect(server.url, headers, {}, path).then(
      () => 'let in',
      (error: Error) => error.message,
    )
  expect(await refused({})).toBe('401')
  expect(await refused({ authorization: 'Bearer sxs_wrong' })).toBe('401')
  expect(await refused({ cookie: session })).toBe('401')
  expect(await refused({ cookie: session, origin: 'http://evil.example' })).toBe('401')
  expect(await refused({ cookie: session, origin: 'null' })).toBe('401')
  expect(await refused({ cookie: session, origin: server.url, 'sec-fetch-site': 'cross-site' })).toBe('401')
  expect(await refused({ cookie: 'sxs_session=wrong', origin: server.url })).toBe('401')
  expect(await refused({ authorization: `Bearer ${key}` }, '/other')).toBe('404')
  expect(await refused({ authorization: `Bearer ${key}` }, '//')).toBe('404')
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
})

test('going on by offset gives exactly the bytes', async () => {
  const { id } = await server.execute('lines')
  const whole = Buffer.from(await server.log(id))
  const viewer = await open()
  viewer.ask({ follow: `run:${id}` })
  await viewer.until(({ type }) => type === 'log-end')
  expect(bytesOf(viewer.told, 0)).toEqual(whole)

  const offsets = viewer.told.flatMap(({ lines }) => lines ?? []).map(({ offset }) => offset)
  for (const from of [offsets[1]!, offsets[117]!, offsets.at(-1)!, whole.length]) {
    const resumed = await open()
    resumed.ask({ follow: `run:${id}`, from })
    await resumed.until(({ type }) => type === 'log-end')
    expect(bytesOf(resumed.told, from).equals(whole.subarray(from)), `from ${from}`).toBe(true)
  }
})

test('a log is followed while it is written, and its run while it goes on', async () => {
  const id = await start('steps')
  const viewer = await open()
  viewer.ask({ follow: `run:${id}` })
  await viewer.until(({ lines }) => lines?.[0]?.text === 'one')
  expect(viewer.told.some(({ type }) => type === 'log-end')).toBe(false)

  writeFileSync(join(server.dataDir, 'state/steps/go'), '')
  await viewer.until(({ lines }) => lines?.[0]?.text === 'two')
  await viewer.until(({ type }) => type === 'run')
  await viewer.until(({ type }) => type === 'log-end')
  expect(bytesOf(viewer.told, 0).toString()).toBe('one\ntwo\n')
})

test('who follows runs is told of each that changes, who follows head when main has moved', async () => {
  const viewer = await open()
  viewer.ask({ follow: 'head' })
  const base = (await server.api('GET', '/status')).body['head']
  await server.api('PUT', '/scripts/lines/files', { files: { 'notes.txt': 'one\n' }, base })
  await viewer.until(({ type }) => type === 'head')
  viewer.ask({ follow: 'runs' })
  viewer.ask('a question that is answered when the one before is in force')
  await viewer.until(({ type }) => type === 'error')
  const { id } = await server.execute('lines', { input: { count: 1 } })
  await viewer.until((told) => told.type === 'run' && told.id === id)
  const late = await open()
  late.ask({ follow: 'head', since: Date.now() + 60_000 })
  late.ask({ follow: 'runs', since: 0 })
  expect((await late.until(() => true)).type).toBe('runs')
})

test('a viewer that stalls costs no memory, and goes on with what is left', async () => {
  const { url, sockets } = await liveOnly()
  const viewer = await open(url)
  const id = await start('flood')
  viewer.ask({ follow: `run:${id}` })
  await viewer.until(({ type }) => type === 'log')
  viewer.socket.pause()
  let most = 0
  const stop = server.app.doors.bus.on('log', () => {
    most = Math.max(most, ...sockets.map(({ writableLength }) => writableLength))
  })
  const { logBytes } = await server.ended(id)
  stop()
  expect(logBytes).toBe(50_000_000)
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(2 ** 20)

  viewer.socket.resume()
  await viewer.until(({ type }) => type === 'log-end')
  const cut = viewer.told.find(({ type }) => type === 'log-cut')!
  const pieces = viewer.told.filter(({ type }) => type === 'log')
  const after = pieces.filter(({ lines }) => lines![0]!.offset >= cut.next!)
  expect(cut.next).toBeGreaterThan(logBytes - 2 ** 20 - 2 ** 16)
  expect(bytesOf(pieces.slice(0, pieces.length - after.length), 0)).toHaveLength(cut.from!)
  expect(bytesOf(after, cut.next!)).toHaveLength(logBytes - cut.next!)
})

test('a key limited to scripts sees only theirs', async () => {
  const { secret } = await server.app.doors.access.keys.create(admin, { scripts: ['lines'] })
  const own = await server.execute('lines', { input: { count: 2 } })
  const other = await server.execute('flood')
  const viewer = await open(server.url, secret)
  viewer.ask({ follow: `run:${other.id}` })
  expect(await viewer.until(({ type }) => type === 'error')).toMatchObject({
    message: `run ${other.id} is not found`,
  })
  viewer.ask({ follow: `run:${own.id}` })
  await viewer.until(({ type }) => type === 'log-end')

  viewer.ask({ follow: 'runs' })
  viewer.ask('not JSON')
  await viewer.until(({ message }) => message?.startsWith('send ') === true)
  const before = viewer.told.length
  await server.execute('flood')
  const last = await server.execute('lines', { input: { count: 1 } })
  await viewer.until(({ id }) => id === last.id)
  expect(new Set(viewer.told.slice(before).map(({ id }) => id))).toEqual(new Set([last.id]))
})

test('what is not understood is answered, and what is too long ends it', async () => {
  const viewer = await open()
  const wrong = ['', '{', 'null', '[]', '{"follow":"run:x"}', '{"follow":"run:1","from":-1}', '{"follow":7}']
  for (const [index, text] of [...wrong, '{"follow":"run:1","from":1e300}'].entries()) {
    viewer.ask(text)
    await viewer.until(() => viewer.told.length > index)
    expect(viewer.told[index], text).toEqual({
      type: 'error',
      message: 'send {"follow": "runs"}, {"follow": "head"} or {"follow": "run:<id>", "from": <offset>}',
    })
  }
  viewer.socket.send(Buffer.from([0xff, 0xfe]))
  await viewer.until(() => viewer.told.length > wrong.length + 1)
  viewer.ask(JSON.stringify({ follow: 'runs', more: 'x'.repeat(5000) }))
  expect(await viewer.closed()).toBe(1009)
})

test('a viewer follows twenty things at once; what has ended leaves its place', async () => {
  const ended = await server.execute('lines', { input: { count: 1 } })
  const ids: number[] = []
  for (let i = 0; i < 21; i += 1)
    ids.push(
      (await server.api('POST', '/scripts/lines/runs', { notBefore: '2100-01-01T00:00:00Z' })).body[
        'id'
      ] as number,
    )
  const viewer = await open()
  for (const id of ids.slice(0, 19)) viewer.ask({ follow: `run:${id}` })
  for (let time = 0; time < 3; time += 1) {
    const before = viewer.told.length
    viewer.ask({ follow: `run:${ended.id}` })
    await viewer.until((told) => viewer.told.indexOf(told) >= before && told.type === 'log-end')
  }
  for (const id of ids.slice(19)) viewer.ask({ follow: `run:${id}` })
  expect(await viewer.until(({ type }) => type === 'error')).toEqual({
    type: 'error',
    message: 'follow at most 20 things at once',
  })
  const asked = viewer.told.length
  viewer.ask({ follow: `run:${ids[0]}` })
  viewer.ask('?')
  await viewer.until(() => viewer.told.length > asked)
  expect(viewer.told.at(-1)!.message).toMatch(/^send /)
  for (const id of ids) await server.api('POST', `/runs/${id}/cancel`)
})

test('who signs out is let go within five seconds, and who does not answer some time later', async () => {
  const session = await server.cookieOf('admin')
  const viewer = await follower(server.url, { cookie: session, origin: server.url })
  const page = await fetch(`${server.url}/`, { headers: { cookie: session } })
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())![1]!
  await fetch(`${server.url}/logout`, {
    method: 'POST',
    headers: { cookie: session },
    body: new URLSearchParams({ csrf }),
    redirect: 'manual',
  })
  const before = performance.now()
  expect(await viewer.closed()).toBe(4401)
  expect(performance.now() - before).toBeLessThan(5000)

  const { url } = await liveOnly({ pingEveryMs: 400 })
  const silent = await follower(url, { authorization: `Bearer ${key}` }, { autoPong: false })
  expect(await silent.closed()).toBe(1006)
  const lively = await open(url)
  for (let i = 0; i < 2; i += 1) await once(lively.socket, 'ping')
  expect(lively.socket.readyState).toBe(WebSocket.OPEN)
})

test('whose rights change is asked to come again', async () => {
  const { users, sessions } = server.app.doors.access
  const user = await users.create(admin, { name: 'ada', role: 'admin', password: PASSWORD })
  const { token } = await sessions.issue({ kind: 'user', userId: user.id, name: 'ada', role: 'admin' })
  const { url } = await liveOnly({ checkEveryMs: 50 })
  const viewer = await open(url, token)
  await users.setRole(admin, user.id, 'viewer')
  expect(await viewer.closed()).toBe(1012)
})

/** The same doors behind a WebSocket of the test's own, whose sockets it can look at. */
async function liveOnly(every = {}): Promise<{ url: string; sockets: Socket[] }> {
  const live = createLive(server.app.doors, { ...every, limits: { viewers: 1000, viewersPerUser: 200 } })
  const sockets: Socket[] = []
  const http = createServer().on('upgrade', (request, socket, head) => {
    sockets.push(socket as Socket)
    void live.upgrade(request, socket, head)
  })
  await once(http.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    live.close()
    http.close()
    for (const socket of sockets) socket.destroy()
  })
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, sockets }
}
