import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { diffFiles, diffObjects, openRepository, overlay, type Repository } from '../../src/git/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const author = { name: 'Ada', email: 'ada@example.org' }
const LINES = Array.from({ length: 40 }, (_, i) => `line ${i}`)
const textOf = (lines: string[]) => `${lines.join('\n')}\n`
let repository: Repository
let first: string

beforeAll(async () => {
  repository = await openRepository(join(temporaryFolder(), 'scripts.git'), '#!/bin/sh\nexit 0\n')
  const files = {
    'a/main.py': textOf(LINES),
    'a/old.py': textOf(LINES.slice(20)),
    'b.txt': 'no end',
    'c.bin': '\0',
  }
  first = await repository.writeCommit({ author, at: 1, message: 'First', files: asBytes(files) })
})
afterAll(() => repository.close())

const asBytes = (files: Record<string, string | null>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)]))

test.each<[string, Record<string, string | null>]>([
  ['a line that changed', { 'a/main.py': textOf(LINES.with(20, 'another')) }],
  ['two places far from each other', { 'a/main.py': textOf(LINES.with(2, 'x').with(35, 'y')) }],
  ['lines added at the end', { 'a/main.py': textOf([...LINES, 'one', 'two']) }],
  ['a new file', { 'new.py': 'x = 1\n' }],
  ['a file that goes', { 'a/main.py': null }],
  ['an empty file that comes', { 'empty.py': '' }],
  ['a last line without an end', { 'b.txt': 'an end\n' }],
  ['a file under a new name', { 'a/old.py': null, 'a/new.py': textOf(LINES.slice(20)) }],
  [
    'a file under a new name, with a change',
    { 'a/old.py': null, 'a/new.py': textOf(LINES.slice(20).with(3, 'x')) },
  ],
  ['a file that is no text', { 'c.bin': '\0\0' }],
  ['nothing', {}],
])('%s is told as git tells it', async (_, edits) => {
  const files = asBytes(edits)
  const tried = await overlay(repository.objects, first, files)
  const second = await repository.writeCommit({ parent: first, author, at: 2, message: 'Second', files })
  const [before, after] = await Promise.all(
    [first, second].map(async (id) => (await repository.objects.commit(id)).tree),
  )
  const { files: wanted } = await diffFiles(repository.gitDir, before, after!)
  const { tree } = await tried.objects.commit(tried.commit)
  const found = await diffObjects(tried.objects, before!, tree)
  // What git writes beside the numbers of a hunk, a function's name, and a count of one that it leaves out, is its own.
  const plain = (diff: typeof wanted) =>
    diff.map(({ hunks, ...rest }) => ({
      ...rest,
      hunks: hunks.map(({ header, lines }) => ({ header: /^@@ -\d+/.exec(header)?.[0], lines })),
    }))
  expect(plain(found)).toEqual(plain(wanted))
})
