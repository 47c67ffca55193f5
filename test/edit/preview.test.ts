import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor, type Actor } from '../../src/base/index.ts'
import { git } from '../../src/git/index.ts'
import { clone, startServer, type Clone, type TestServer } from '../support/server.ts'

const MAIN = 'def main(data):\n    return 1\n'
const viewer: Actor = { ...systemActor, kind: 'user', name: 'vera', role: 'viewer' }
const limited: Actor = { ...systemActor, kind: 'key', name: 'ada', role: 'editor', scripts: ['single'] }

let server: TestServer
let repo: Clone

beforeAll(async () => {
  server = await startServer()
  repo = await clone(server.gitUrl)
  await repo.ship({
    'scripts/demo/main.py': MAIN,
    'scripts/demo/script.yaml': 'schedule: {cron: "0 7 * * *"}\n',
    'scripts/single.py': MAIN,
  })
})
afterAll(() => server.stop())

const edits = () => server.app.doors.edits
const base = async () => (await server.app.doors.repository.head())!
const preview = async (files: Record<string, string | null>, slug = 'demo', actor: Actor = systemActor) =>
  edits().preview(actor, slug, { files, base: await base() })

test('a sound edit tells what a push of it would print, and when the script would run', async () => {
  const found = await preview({ 'script.yaml': 'schedule: {every: 15m}\n' })
  expect(found).toMatchObject({ head: await base(), problems: [], conflicts: [] })
  expect(
    found.diff.map(({ path, status, additions, deletions }) => [path, status, additions, deletions]),
  ).toEqual([['scripts/demo/script.yaml', 'changed', 1, 1]])
  expect(found.effect[0]).toBe('~ demo')
  expect(found.effect[1]).toBe('    every 15 minutes')
  expect(found.effect[2]).toMatch(/^ {4}next: \S+ \(was \S+T07:00:00Z\)$/)
  expect(found.outlook!.words).toEqual(['every 15 minutes'])
  expect(found.outlook!.next).toHaveLength(10)
  expect(found.outlook!.next.every((at, i, all) => i === 0 || at - all[i - 1]! === 900_000)).toBe(true)
})

test('several schedules give their moments in one row, each once', async () => {
  const { outlook } = await preview({
    'script.yaml': 'schedule:\n  - {cron: "0 7 * * *"}\n  - {cron: "0 7,8 * * *"}\n',
  })
  const hours = outlook!.next.map((at) => new Date(at).getUTCHours())
  expect(hours.sort()).toEqual([7, 7, 7, 7, 7, 8, 8, 8, 8, 8])
})

test('every problem is told at once, with its place, and no effect is', async () => {
  const { problems, effect, outlook } = await preview({
    'script.yaml': 'schedule: {cron: "0 25 * * *"}\ntimout: 5m\n',
    'main.py': 'def main(data:\n    return 1\n',
  })
  expect(problems.map(({ path, line, column }) => [path, line, column])).toEqual([
    ['scripts/demo/main.py', 1, expect.any(Number)],
    ['scripts/demo/script.yaml', 1, 18],
    ['scripts/demo/script.yaml', 2, 1],
  ])
  expect(effect).toEqual([])
  expect(outlook).toBeUndefined()
})

test('a pause and its end are in the outlook', async () => {
  const { outlook } = await preview({
    'script.yaml': 'schedule: {every: 1h}\npaused: {reason: Holidays, until: 2030-01-01T00:00:00Z}\n',
  })
  expect(outlook!.paused).toEqual({ reason: 'Holidays', until: Date.parse('2030-01-01T00:00:00Z') })
})

test('nothing is written: neither a commit nor an object, and main stays', async () => {
  const head = await base()
  const { repository } = server.app.doors
  const count = async () => (await git(repository.gitDir, ['count-objects', '-v'])).toString()
  const before = await count()
  await preview({ 'main.py': `${MAIN}# ${'x'.repeat(100)}\n` })
  expect(await count()).toBe(before)
  expect(await repository.head()).toBe(head)
})

test('adding, removing and renaming are tried like any edit', async () => {
  expect((await preview({ 'extra/part.py': 'x = 1\n' })).problems).toEqual([])
  const gone = await preview({ 'main.py': null })
  expect(gone.problems.map(({ message }) => message)).toEqual(['there is no main.py beside it'])
  const renamed = await preview({ 'main.py': null, 'report.py': MAIN, 'script.yaml': 'entry: report.py\n' })
  expect(renamed.problems).toEqual([])
})

test('a file that would leave the folder, or be second beside a single file, is refused', async () => {
  await expect(preview({ '../x.py': '' })).rejects.toMatchObject({ code: 'invalid' })
  await expect(preview({ 'other.py': '' }, 'single')).rejects.toMatchObject({ code: 'invalid' })
  expect((await preview({ 'single.py': `${MAIN}\n` }, 'single')).problems).toEqual([])
})

test('a touched file that moved since the base is a conflict, another is none', async () => {
  const old = await base()
  await repo.ship({ 'scripts/demo/main.py': `${MAIN}# theirs\n` })
  const files = { 'main.py': `${MAIN}# mine\n` }
  expect((await edits().preview(systemActor, 'demo', { files, base: old })).conflicts).toEqual([
    { path: 'scripts/demo/main.py', theirs: `${MAIN}# theirs\n`, yours: `${MAIN}# mine\n` },
  ])
  const other = { 'script.yaml': 'timeout: 5m\n' }
  expect((await edits().preview(systemActor, 'demo', { files: other, base: old })).conflicts).toEqual([])
  const same = { 'main.py': `${MAIN}# theirs\n` }
  expect((await edits().preview(systemActor, 'demo', { files: same, base: old })).conflicts).toEqual([])
})

test('who may not edit may not try either', async () => {
  await expect(preview({ 'main.py': MAIN }, 'demo', viewer)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(preview({ 'main.py': MAIN }, 'demo', limited)).rejects.toMatchObject({ code: 'not_found' })
  await expect(preview({ 'main.py': MAIN }, 'nobody')).rejects.toMatchObject({ code: 'not_found' })
})

test('over REST the same is said, with times as text', async () => {
  const files = { 'script.yaml': 'schedule: {every: 15m}\npaused: {until: 2030-01-01T00:00:00Z}\n' }
  const answer = await server.api('POST', '/scripts/demo/preview', { files, base: await base() })
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    problems: [],
    diff: [{ path: 'scripts/demo/script.yaml', hunks: [{ lines: expect.any(Array) }] }],
    effect: ['~ demo', '    every 15 minutes', expect.stringContaining('paused until'), expect.any(String)],
    outlook: { words: ['every 15 minutes'], paused: { until: '2030-01-01T00:00:00.000Z' } },
  })
  const { next } = answer.body['outlook'] as { next: string[] }
  expect(next[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:(00|15|30|45):00\.000Z$/)
  const wrong = await server.api('POST', '/scripts/demo/preview', { files, base: 'xyz' })
  expect([wrong.status, wrong.body['code']]).toEqual([400, 'invalid'])
})
