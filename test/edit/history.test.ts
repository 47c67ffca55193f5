import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/base/index.ts'
import { createHistory, type History } from '../../src/edit/index.ts'
import { MAIN, openRepository, type Repository } from '../../src/git/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const admin: Actor = { kind: 'user', userId: 1, name: 'ada', role: 'admin' }
const limited: Actor = {
  kind: 'key',
  userId: 1,
  name: 'ada',
  role: 'editor',
  scripts: ['a', 'team'],
  keyId: 1,
}

let repository: Repository
let history: History
const ids: Record<string, string> = {}

/** Commits the files (null takes one away) on the branch, under a name by which the test knows it. */
async function commit(name: string, files: Record<string, string | null>, branch = MAIN): Promise<void> {
  const before = await repository.resolve(branch)
  ids[name] = await repository.writeCommit({
    parent: before ?? (await repository.head()),
    author: { name: 'Ada', email: 'ada@localhost' },
    at: Date.parse('2026-01-02T03:04:05Z'),
    message: name,
    files: new Map(
      Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)]),
    ),
  })
  expect(await repository.moveRef(branch, ids[name], before, 'test')).toBe(true)
}

beforeAll(async () => {
  repository = await openRepository(join(temporaryFolder(), 'scripts.git'), '#!/bin/sh\nexit 0\n')
  history = createHistory(repository)
  await commit('first', { 'scripts/a/main.py': '1\n', 'scripts/b.py': '1\n', 'lib/db.py': '1\n' })
  await commit('b', { 'scripts/b.py': '2\n' })
  await commit('both', { 'scripts/a/main.py': '2\n', 'scripts/b.py': '3\n' })
  await commit('team', { 'scripts/team/report/main.py': '1\n' })
  await commit('gone', { 'scripts/b.py': null })
  await commit('side', { 'scripts/a/main.py': 'side\n' }, 'refs/heads/topic')
})

const names = (items: { id: string }[]) =>
  items.map(({ id }) => Object.entries(ids).find(([, known]) => known === id)?.[0])

test('the commits of main come newest first, those of a branch with its own', async () => {
  const { items, nextCursor } = await history.commits(admin, {}, { limit: 10 })
  expect([names(items), nextCursor]).toEqual([['gone', 'team', 'both', 'b', 'first'], undefined])
  expect(items[0]).toEqual({
    ...{ id: ids['gone'], parents: [ids['team']], message: 'gone\n' },
    ...{ author: { name: 'Ada', email: 'ada@localhost' }, at: Date.parse('2026-01-02T03:04:05Z') },
  })
  for (const ref of ['topic', 'refs/heads/topic', ids['side']!, ids['side']!.slice(0, 10)])
    expect(names((await history.commits(admin, { ref }, { limit: 1 })).items)).toEqual(['side'])
  for (const ref of ['nobody', '../config', 'config', '--all', ''])
    await expect(history.commits(admin, { ref }, { limit: 1 })).rejects.toMatchObject({ code: 'not_found' })
})

test('a cursor goes on where it was, also when commits arrive', async () => {
  const first = await history.commits(admin, { script: 'a' }, { limit: 1 })
  expect([names(first.items), first.nextCursor]).toEqual([['both'], ids['both']])
  await commit('later', { 'scripts/a/main.py': '3\n' })
  const rest = await history.commits(admin, { script: 'a' }, { limit: 5, cursor: first.nextCursor! })
  expect([names(rest.items), rest.nextCursor]).toEqual([['first'], undefined])
  for (const cursor of ['x', 'f'.repeat(40), ids['both']!.slice(0, 8)])
    await expect(history.commits(admin, {}, { limit: 1, cursor })).rejects.toMatchObject({ code: 'invalid' })
})

test('a commit has what it changed', async () => {
  const commit = await history.commit(admin, ids['both']!)
  expect([commit.message, commit.files.map(({ path }) => path)]).toEqual([
    'both\n',
    ['scripts/a/main.py', 'scripts/b.py'],
  ])
  await expect(history.commit(admin, 'f'.repeat(40))).rejects.toMatchObject({ code: 'not_found' })
})

test('a script has its revisions, also one that was removed', async () => {
  expect(names((await history.revisions(admin, 'b', { limit: 9 })).items)).toEqual([
    'gone',
    'both',
    'b',
    'first',
  ])
  expect(names((await history.revisions(admin, 'team.report', { limit: 9 })).items)).toEqual(['team'])
  for (const slug of ['nobody', 'team', 'A', '..'])
    await expect(history.revisions(admin, slug, { limit: 1 })).rejects.toMatchObject({ code: 'not_found' })
})

test('who is limited to scripts sees nothing of the others', async () => {
  const { items } = await history.commits(limited, {}, { limit: 10 })
  expect(names(items)).toEqual(['later', 'both', 'first'])
  expect((await history.commit(limited, ids['both']!)).files.map(({ path }) => path)).toEqual([
    'scripts/a/main.py',
  ])
  for (const name of ['b', 'team', 'gone'])
    await expect(history.commit(limited, ids[name]!)).rejects.toMatchObject({ code: 'not_found' })
  await expect(history.revisions(limited, 'b', { limit: 1 })).rejects.toMatchObject({ code: 'not_found' })
  await expect(history.commits(limited, { script: 'b' }, { limit: 1 })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a commit names the scripts that it touched, and a limited key sees its own', async () => {
  const touched = (name: string, actor = admin) => history.touched(actor, ids[name]!)
  expect(await touched('first')).toEqual({ scripts: ['a', 'b'], more: false, elsewhere: true })
  expect(await touched('team')).toEqual({ scripts: ['team.report'], more: false, elsewhere: false })
  expect(await touched('gone')).toEqual({ scripts: ['b'], more: false, elsewhere: false })
  expect(await touched('both', limited)).toEqual({ scripts: ['a'], more: false, elsewhere: false })
  const many = Array.from({ length: 40 }, (_, i) => [`scripts/x/s${i + 10}/main.py`, '1\n'])
  await commit('many', Object.fromEntries(many) as Record<string, string>, 'refs/heads/many')
  const { scripts, more } = await touched('many')
  expect([scripts.length, scripts[0], more]).toEqual([12, 'x.s10', true])
  const last = { ...limited, scripts: ['x.s49'] }
  expect(await touched('many', last)).toEqual({ scripts: ['x.s49'], more: false, elsewhere: false })
})
