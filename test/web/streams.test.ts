import { readdirSync, readlinkSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { clone, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let run: number

beforeAll(async () => {
  server = await startServer()
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/leaves/main.py': [
      'import os',
      'def main():',
      '    with open(os.environ["SXS_ARTIFACTS_DIR"] + "/big.bin", "wb") as file:',
      '        file.write(b"x" * 2000000)',
      '    for number in range(60000):',
      '        print("line", number)',
    ].join('\n'),
  })
  run = (await server.execute('leaves')).id
})
afterAll(() => server.stop())

/** What this process holds open of what runs left. */
const heldFiles = () =>
  readdirSync('/proc/self/fd').flatMap((number) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${number}`)
      return /^\/(artifacts|logs)\//.test(path.replace(server.dataDir, '')) ? [path] : []
    } catch {
      return [] // that of the listing itself
    }
  })

test('HEAD tells of what is streamed, and leaves no file open', async () => {
  for (const path of [
    `/runs/${run}/artifacts/big.bin`,
    `/runs/${run}/log`,
    `/runs/${run}/log?format=jsonl`,
    '/scripts/leaves/files/main.py',
  ]) {
    const [head, get] = [await server.api('HEAD', path), await server.api('GET', path)]
    expect([head.status, head.text]).toEqual([200, ''])
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
  }
  const artifact = await server.api('HEAD', `/runs/${run}/artifacts/big.bin`)
  expect(artifact.headers.get('content-length')).toBe('2000000')
  await vi.waitFor(() => expect(heldFiles()).toEqual([]))
})

test('a client that leaves in the middle of an artifact leaves no file open', async () => {
  const answer = await fetch(`${server.url}/api/v1/runs/${run}/artifacts/big.bin`, {
    headers: { authorization: `Bearer ${server.token}` },
  })
  const reader = answer.body!.getReader()
  await reader.read()
  await reader.cancel()
  await vi.waitFor(() => expect(heldFiles()).toEqual([]))
})

test('a long log comes as lines in pieces, each saying where to go on', async () => {
  const texts: string[] = []
  let from = 0
  for (let pieces = 0; ; pieces += 1) {
    const { text, headers } = await server.api('GET', `/runs/${run}/log?format=jsonl&from=${from}`)
    const [next, end] = ['x-log-next', 'x-log-end'].map((name) => Number(headers.get(name)))
    expect(next! - from).toBeLessThan(600 * 1024)
    const lines = text.trimEnd().split('\n')
    texts.push(...lines.map((line) => (JSON.parse(line) as { text: string }).text))
    from = next!
    if (next! < end!) continue
    expect(pieces).toBeGreaterThan(0)
    break
  }
  expect(texts).toEqual(Array.from({ length: 60_000 }, (_, number) => `line ${number}`))
})
