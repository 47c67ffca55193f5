import { afterAll, beforeAll, expect, test } from 'vitest'
import { clone, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await (
    await clone(server.gitUrl)
  ).ship({ 'scripts/ok/main.py': 'print(1)\n', 'scripts/bad/main.py': 'raise SystemExit(3)\n' })
})
afterAll(() => server.stop())

const ask = (token?: string) =>
  fetch(`${server.url}/metrics`, token ? { headers: { authorization: `Bearer ${token}` } } : {})

/** The value of a metric with these labels, in any order. */
function valueOf(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const line = text
    .split('\n')
    .find(
      (each) =>
        each.startsWith(name) && Object.entries(labels).every(([k, v]) => each.includes(`${k}="${v}"`)),
    )
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

test('runs, ticks, requests and the process are counted', async () => {
  await server.execute('ok')
  await server.execute('ok')
  await server.execute('bad')
  const answer = await ask(server.token)
  const text = await answer.text()
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  expect(valueOf(text, 'sxs_runs_ended_total', { state: 'succeeded' })).toBe(2)
  expect(valueOf(text, 'sxs_runs_ended_total', { state: 'failed' })).toBe(1)
  expect(valueOf(text, 'sxs_runs_ended_total', { state: 'lost' })).toBe(0)
  expect(valueOf(text, 'sxs_runs', { state: 'running' })).toBe(0)
  expect(valueOf(text, 'sxs_ticks_total', { outcome: 'missed' })).toBe(0)
  expect(valueOf(text, 'sxs_workers')).toBeGreaterThan(0)
  const route = { method: 'POST', route: '/api/v1/scripts/:slug/runs', status: '202' }
  expect(valueOf(text, 'sxs_http_request_seconds_count', route)).toBe(3)
  expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6)
  expect(text).not.toContain('scripts/ok')
})

test('nobody reads them without a key or a session', async () => {
  const refused = await ask()
  expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'application/problem+json'])
  const { body } = await server.api('POST', '/api-keys', { role: 'viewer' })
  expect((await ask(String(body['secret']))).status).toBe(200)
})
