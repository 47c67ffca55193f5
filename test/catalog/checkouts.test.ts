import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { HOUR } from '../../src/base/index.ts'
import { createCheckouts, type Checkouts } from '../../src/catalog/index.ts'
import { openRepository, type Repository } from '../../src/git/index.ts'
import { fakeClock, type FakeClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/folder.ts'

let repository: Repository
let root: string
let clock: FakeClock
let checkouts: Checkouts

beforeAll(async () => {
  repository = await openRepository(join(temporaryFolder(), 'scripts.git'), '')
})
afterAll(() => repository.close())
beforeEach(() => {
  root = join(temporaryFolder(), 'checkouts')
  clock = fakeClock('2026-03-01T00:00:00Z')
  checkouts = createCheckouts({ repository, root, clock })
})

const commit = (files: Record<string, string>) =>
  repository.writeCommit({
    author: { name: 'Ada', email: 'ada@example.org' },
    at: 1000,
    message: 'Files',
    files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
  })

async function* revisions(...given: string[]): AsyncGenerator<string> {
  yield* await Promise.resolve(given)
}

/** The id that a checkout's folder is named by. */
const idOf = (folder: string) => folder.slice(root.length + 1)

test('what no revision in use needs goes once it was not opened for an hour', async () => {
  const one = (await checkouts.open(await commit({ 'scripts/a/main.py': '1' }), 'scripts/a'))!
  const two = (await checkouts.open(await commit({ 'scripts/a/main.py': '2' }), 'scripts/a'))!
  const single = (await checkouts.open(await commit({ 'scripts/b.py': '3' }), 'scripts/b.py'))!
  const inUse = () => revisions(`${idOf(two.codeFolder)}-none`)
  clock.advance(HOUR)
  expect(await checkouts.prune(inUse)).toBe(0)
  clock.advance(1)
  expect(await checkouts.prune(inUse)).toBe(2)
  expect([one, two, single].map(({ codeFolder }) => existsSync(codeFolder))).toEqual([false, true, false])
  expect(readdirSync(root).sort()).toEqual([idOf(two.codeFolder), 'none'].sort())
})

test('what was opened again stays, and what is gone is made again', async () => {
  const id = await commit({ 'scripts/a/main.py': '1', 'lib/db.py': 'x' })
  await checkouts.open(id, 'scripts/a')
  clock.advance(2 * HOUR)
  await checkouts.open(id, 'scripts/a')
  expect(await checkouts.prune(() => revisions())).toBe(0)
  clock.advance(2 * HOUR)
  expect(await checkouts.prune(() => revisions())).toBe(2)
  const { codeFolder, libFolder } = (await checkouts.open(id, 'scripts/a'))!
  expect(readFileSync(join(codeFolder, 'main.py'), 'utf8')).toBe('1')
  expect(readFileSync(join(libFolder, 'db.py'), 'utf8')).toBe('x')
})

test('what an earlier start left goes at once, unless it is in use', async () => {
  const kept = 'a'.repeat(40)
  for (const name of [kept, 'b'.repeat(40), `.${'c'.repeat(8)}`])
    mkdirSync(join(root, name), { recursive: true })
  expect(await checkouts.prune(() => revisions(`${kept}-${'d'.repeat(40)}`))).toBe(1)
  expect(readdirSync(root)).toEqual([kept])
})
