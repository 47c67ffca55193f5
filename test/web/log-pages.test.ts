import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import type { Located } from '../../src/access/index.ts'
import { logView, type LogPlace } from '../../src/web/pages/log.ts'
import type { LogView } from '../../views/runs/_log.tsx'
import { clone, startServer, type TestServer } from '../support/server.ts'

// More than is kept of it, short lines and one that is longer than a page's part.
const LONG = `def main():
    for i in range(1, 8_001):
        print(f"{i} " + "x" * (i % 2_000 if i > 900 else 1))
        if i == 1000:
            print("y" * 200_000)
`
let server: TestServer
let id: number

beforeAll(async () => {
  server = await startServer()
  await (await clone(server.gitUrl)).ship({ 'scripts/long/main.py': LONG })
  id = (await server.execute('long')).id
})
afterAll(() => server?.stop())

const actor = systemActor as Located
const partAt = (place: LogPlace) => logView(server.app.doors.runs, actor, id, place)

/** The text of every row, in order; one that is parted by pages is put together again. */
function textOf(parts: LogView[]): string[] {
  const rows = parts.flatMap(({ rows }) => rows)
  return rows
    .flatMap((row) => ('cut' in row ? [`cut ${row.cut.from}–${row.cut.next}`] : [`${row.line} ${row.text}`]))
    .reduce<string[]>((all, text) => {
      const number = text.slice(0, text.indexOf(' ') + 1)
      if (!number.startsWith('cut') && all.at(-1)?.startsWith(number))
        all.push(all.pop()! + text.slice(number.length))
      else all.push(text)
      return all
    }, [])
}

async function forwards(): Promise<LogView[]> {
  const parts = [await partAt({ from: 0 })]
  while (parts.at(-1)!.later !== undefined) parts.push(await partAt({ from: parts.at(-1)!.later! }))
  return parts
}

async function backwards(): Promise<LogView[]> {
  const parts = [await partAt({})]
  while (parts[0]!.earlier !== undefined) parts.unshift(await partAt({ before: parts[0]!.earlier }))
  return parts
}

test('read part by part, forwards or backwards, a log is what it is as a whole, and says where it is cut', async () => {
  const [ahead, back] = [await forwards(), await backwards()]
  const lines = textOf(ahead)
  expect(lines.filter((line) => line.startsWith('cut'))).toHaveLength(1)
  expect(lines[0]).toBe('1 1 x')
  expect(lines[1000]).toBe(`1001 ${'y'.repeat(200_000)}`)
  expect(lines.at(-1)).toMatch(/^8001 8000 /)
  expect(textOf(back)).toEqual(lines)
  expect(Math.max(...[...ahead, ...back].map(({ rows }) => rows.length))).toBe(500)
})

test('each part knows how many rows come before it', async () => {
  for (const parts of [await forwards(), await backwards()]) {
    const seen = new Set<number | 'cut'>()
    for (const { rows, before } of parts) {
      const places = rows.map((row) => ('cut' in row ? 'cut' : row.line))
      // A line that is parted by pages is one row.
      expect(before).toBe(seen.size - (seen.has(places[0]!) ? 1 : 0))
      for (const place of places) seen.add(place)
    }
  }
})
