import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scan } from '../../src/change/index.ts'
import { openRepository, type ObjectReader, type Repository } from '../../src/git/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const author = { name: 'Ada', email: 'ada@example.org' }
const MAIN_PY = 'def main(): pass\n'
const FIRST = {
  'scripts/team/one/main.py': MAIN_PY,
  'scripts/team/one/deep/helper.py': 'x = 1\n',
  'scripts/team/two/main.py': 'def main(): return 2\n',
  'scripts/team/single.py': 'print(1)\n',
  'scripts/team/inner/three/main.py': 'def main(): return 3\n',
  'scripts/Other/four/main.py': 'def main(): return 4\n',
}
let repository: Repository
let first: string

beforeAll(async () => {
  repository = await openRepository(join(temporaryFolder(), 'scripts.git'), '#!/bin/sh\nexit 0\n')
  first = await write(undefined, FIRST)
})
afterAll(() => repository.close())

function write(parent: string | undefined, files: Record<string, string | null>): Promise<string> {
  const content = new Map(
    Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)] as const),
  )
  return repository.writeCommit({ parent, author, at: 1, message: 'Change', files: content })
}

/** The trees of a change, and how many of them were read. */
async function scanChange(before: string, files: Record<string, string | null>) {
  const after = await write(before, files)
  const { objects } = repository
  let trees = 0
  const reader: ObjectReader = { ...objects, tree: (id) => ((trees += 1), objects.tree(id)) }
  const [old, now] = [await objects.commit(before), await objects.commit(after)]
  const found = await scan(reader, old.tree, now.tree, { timezone: 'UTC' })
  return {
    before: [...found.before.keys()],
    after: [...found.after.keys()],
    problems: found.problems.map(({ path, message }) => `${path}: ${message}`),
    trees,
  }
}

test.each<[string, Record<string, string | null>, string[], string[], string[]]>([
  [
    'a file deep in a script is its change alone',
    { 'scripts/team/one/deep/helper.py': 'x = 2\n' },
    ['team.one'],
    ['team.one'],
    [],
  ],
  [
    'an entry above takes in all that lies below',
    { 'scripts/team/main.py': MAIN_PY },
    ['team.inner.three', 'team.one', 'team.single', 'team.two'],
    ['team'],
    [],
  ],
  [
    'an entry between takes in what lies below it, and no more',
    { 'scripts/team/inner/main.py': MAIN_PY },
    ['team.inner.three'],
    ['team.inner'],
    [],
  ],
  [
    'an entry that goes leaves its files to be scripts of their own',
    { 'scripts/team/one/main.py': null },
    ['team.one'],
    ['team.one.deep.helper'],
    [],
  ],
  [
    'requirements of a folder touch every script below it',
    { 'scripts/team/requirements.txt': 'requests==2.32.0\n' },
    ['team.inner.three', 'team.one', 'team.single', 'team.two'],
    ['team.inner.three', 'team.one', 'team.single', 'team.two'],
    [],
  ],
  [
    'a folder in another case is a twin, wherever the change lies below it',
    { 'scripts/TEAM/new/main.py': MAIN_PY },
    [],
    [],
    [
      'scripts/TEAM: it differs from scripts/team in case alone',
      "scripts/TEAM/new: 'TEAM' cannot be part of a slug",
    ],
  ],
  [
    'a folder beside a single file has its slug',
    { 'scripts/team/single/main.py': MAIN_PY },
    ['team.single'],
    ['team.single'],
    ['scripts/team/single: the slug team.single is also that of scripts/team/single.py'],
  ],
])('%s', async (_, files, before, after, problems) => {
  const found = await scanChange(first, files)
  expect([found.before, found.after, found.problems]).toEqual([before, after, problems])
})

test('what lies beside a changed script is not read, however much it is', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [`scripts/team/s${at}/main.py`, `def main(): return ${at}\n`]),
  )
  const crowded = await write(first, many)
  const change = { 'scripts/team/one/main.py': 'def main(): return 5\n' }
  const [alone, among] = [await scanChange(first, change), await scanChange(crowded, change)]
  expect(among).toEqual(alone)
})
