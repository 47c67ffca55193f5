import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listFiles, openRepository, overlay, type Repository } from '../../src/git/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const author = { name: 'Ada', email: 'ada@example.org' }
let repository: Repository
let first: string

beforeAll(async () => {
  repository = await openRepository(join(temporaryFolder(), 'scripts.git'), '#!/bin/sh\nexit 0\n')
  first = await write(undefined, {
    'scripts/a/main.py': 'print(1)\n',
    'scripts/a/deep/er/x.py': 'x = 1\n',
    'scripts/a.py': '',
    'scripts/b/main.py': 'print(2)\n',
    'README.md': 'words\n',
  })
})
afterAll(() => repository.close())

const asBytes = (files: Record<string, string | null>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)]))

const write = (parent: string | undefined, files: Record<string, string | null>) =>
  repository.writeCommit({ parent, author, at: 1000, message: 'Change', files: asBytes(files) })

test.each<[string, Record<string, string | null>]>([
  ['a changed file', { 'scripts/a/main.py': 'print(3)\n' }],
  ['a new file beside others', { 'scripts/a/ä b.txt': 'new\n' }],
  ['a new file in new folders', { 'scripts/c/d/e.py': '', 'lib/x.py': 'y\n' }],
  ['a file that goes', { 'README.md': null }],
  ['the last file of its folders', { 'scripts/a/deep/er/x.py': null }],
  ['a folder that goes', { 'scripts/a': null }],
  ['a file that takes the place of a folder', { 'scripts/a/deep': null, 'scripts/a/deep/er': 'file\n' }],
  ['a folder that takes the place of a file', { 'README.md': null, 'README.md/x': 'file\n' }],
  ['a path that is not there', { 'scripts/a/none.py': null, 'none/at/all': null, 'README.md/x': null }],
  ['names that sort among folders', { 'scripts/a-b': '1', 'scripts/a0': '2', 'scripts/a.d/main.py': '3' }],
  ['nothing', {}],
])('%s makes the tree that git would make', async (_, files) => {
  const tried = await overlay(repository.objects, first, asBytes(files))
  const written = await repository.objects.commit(await write(first, files))
  const commit = await tried.objects.commit(tried.commit)
  expect(commit).toMatchObject({ tree: written.tree, parents: [first] })
  expect(await listFiles(tried.objects, commit.tree)).toEqual(
    await listFiles(repository.objects, written.tree),
  )
})

test('what is tried is read through the overlay, and is not in the repository', async () => {
  const files = asBytes({ 'scripts/a/main.py': 'print("only tried")\n' })
  const { objects, commit } = await overlay(repository.objects, first, files)
  const { tree } = await objects.commit(commit)
  const entry = (await listFiles(objects, tree)).find(({ path }) => path === 'scripts/a/main.py')!
  expect((await objects.blob(entry.id)).toString()).toBe('print("only tried")\n')
  expect(await objects.info(entry.id)).toEqual({ id: entry.id, type: 'blob', size: 20 })
  expect(await repository.objects.find(entry.id)).toBeUndefined()
  expect(await repository.findCommit(commit)).toBeUndefined()
})
