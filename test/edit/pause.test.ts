import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/base/index.ts'
import { clone, startServer, type TestServer } from '../support/server.ts'

const admin: Actor = { kind: 'user', userId: 1, name: 'admin', role: 'admin' }
const YAML = '# why\nschedule: {every: 1h}\n'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  const files = {
    'scripts/a/main.py': 'print(1)\n',
    'scripts/a/script.yaml': YAML,
    'scripts/b.py': 'print(1)\n',
  }
  await (await clone(server.gitUrl)).ship(files)
})
afterAll(() => server.stop())

const text = async (slug: string, path: string) =>
  (await server.app.doors.edits.file(admin, slug, path)).content.toString()

test('a pause is a commit, and so is its end', async () => {
  const { edits, history, catalog, nextTickAt } = server.app.doors
  const until = Date.now() + 3_600_000
  const { commit, changed } = await edits.pause(admin, 'a', { reason: ' Bank holiday ', until })
  expect([changed, await server.app.doors.repository.head()]).toEqual([true, commit])
  const { message, author, files } = await history.commit(admin, commit)
  expect(message).toMatch(/^Pause a: Bank holiday\n\nUntil \d{4}-.*Z\.\n$/)
  expect([author.name, files.map(({ path, additions, deletions }) => [path, additions, deletions])]).toEqual([
    'admin',
    [['scripts/a/script.yaml', 1, 0]],
  ])
  expect((await catalog.find('a'))!.script!.manifest.paused).toEqual({
    reason: 'Bank holiday',
    until: Math.ceil(until / 1000) * 1000,
  })
  expect((await edits.pause(admin, 'a', { reason: 'Bank holiday', until })).changed).toBe(false)
  await edits.resume(admin, 'a')
  expect(await text('a', 'script.yaml')).toBe(YAML)
  expect(nextTickAt('a')).toBeGreaterThan(Date.now())
  expect(await edits.resume(admin, 'a')).toEqual({
    commit: await server.app.doors.repository.head(),
    changed: false,
  })
})

test('a single file is paused in itself', async () => {
  const { edits } = server.app.doors
  await edits.pause(admin, 'b', { reason: 'x' })
  expect(await text('b', 'b.py')).toContain('# paused = { reason = "x" }')
  await edits.resume(admin, 'b')
  expect(await text('b', 'b.py')).toBe('print(1)\n')
})

test.each([
  ['no reason', { reason: ' ' }, 'invalid'],
  ['a reason over lines', { reason: 'a\nb' }, 'invalid'],
  ['a long reason', { reason: 'x'.repeat(501) }, 'invalid'],
  ['an end in the past', { reason: 'x', until: 1000 }, 'invalid'],
])('a pause with %s is refused', async (_, pause, code) => {
  await expect(server.app.doors.edits.pause(admin, 'a', pause)).rejects.toMatchObject({ code })
})

test('only an editor pauses, and only what there is', async () => {
  const { edits } = server.app.doors
  const runner = { ...admin, role: 'runner' as const }
  await expect(edits.pause(runner, 'a', { reason: 'x' })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(edits.resume(admin, 'nobody')).rejects.toMatchObject({ code: 'not_found' })
})
