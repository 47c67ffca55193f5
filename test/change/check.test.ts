import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeProblem, systemActor, type Actor } from '../../src/base/index.ts'
import { createChanges, type Changes } from '../../src/change/index.ts'
import { MAIN, openRepository, type Repository } from '../../src/git/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const author = { name: 'Ada', email: 'ada@example.org' }
let repository: Repository
let changes: Changes
let first: string

/** Python's own part is tested with the real checker in the stories; here every file is sound and has a `main`. */
const analyse = (files: { path: string; text: string }[]) =>
  Promise.resolve(
    files.map(({ text }) => ({
      guard: false,
      ...(text.includes('def main') ? { main: { parameters: [], line: 1 } } : {}),
    })),
  )

beforeAll(async () => {
  repository = await openRepository(join(temporaryFolder(), 'scripts.git'), '#!/bin/sh\nexit 0\n')
  changes = createChanges({
    repository,
    analyse,
    server: { timezone: 'UTC' },
    clock: { now: () => Date.parse('2026-01-01T00:00:00Z'), at: () => ({ cancel: () => undefined }) },
    landed: () => Promise.resolve(),
  })
  first = await write(undefined, {
    'scripts/a/main.py': 'def main(): pass\n',
    'scripts/a/script.yaml': 'schedule: {every: 5m}\n',
    'scripts/b/main.py': 'def main(): return 2\n',
    'lib/db.py': 'x = 1\n',
    'README.md': 'anything\n',
  })
  await repository.moveRef(MAIN, first, undefined, 'test')
})
afterAll(() => repository.close())

function write(parent: string | undefined, files: Record<string, string | null>) {
  const content = new Map(
    Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)] as const),
  )
  return repository.writeCommit({ parent, author, at: 1, message: 'Change', files: content })
}

async function check(files: Record<string, string | null>) {
  const after = await write(first, files)
  return changes.check(systemActor, { ref: MAIN, before: first, after })
}

test('only what changed is planned', async () => {
  const { problems, plan } = await check({ 'scripts/a/script.yaml': 'schedule: {every: 6m}\n' })
  expect(problems).toEqual([])
  expect(
    plan!.changed.map(({ before, after }) => [before.slug, after.script.manifest.schedules.length]),
  ).toEqual([['a', 1]])
  expect([plan!.added, plan!.removed, plan!.renamed, plan!.library]).toEqual([[], [], [], false])
})

test('files outside scripts, lib and sxs.yaml are the users own', async () => {
  const { problems, plan } = await check({ 'README.md': '\u0000', 'notes/x.py': 'def (' })
  expect(problems).toEqual([])
  expect(plan!.changed).toEqual([])
})

test('a folder that went and one that came with the same entry are a rename', async () => {
  const { plan } = await check({ 'scripts/b': null, 'scripts/c/main.py': 'def main(): return 2\n' })
  expect(plan!.renamed.map(({ before, after }) => [before.slug, after.script.slug])).toEqual([['b', 'c']])
  expect([plan!.added, plan!.removed]).toEqual([[], []])
})

test('a change of sxs.yaml is a change of every script', async () => {
  const { plan } = await check({ 'sxs.yaml': 'defaults: {timeout: 5m}\n' })
  expect(plan!.changed.map(({ after }) => after.script.manifest.timeoutMs)).toEqual([300_000, 300_000])
})

test('requirements further up change the scripts below', async () => {
  const { plan } = await check({ 'scripts/requirements.txt': 'six==1.16.0\n' })
  expect(plan!.changed.map(({ after }) => after.script.requirements.lines)).toEqual([
    ['six==1.16.0'],
    ['six==1.16.0'],
  ])
})

test('every problem is told at once, by path and line', async () => {
  const { problems } = await check({
    'scripts/a/script.yaml': 'schedule: {cron: "61 * * * *"}\ntimout: 5m\n',
    'scripts/Bad/main.py': 'def main(): pass\n',
    'scripts/b/big.bin': 'x'.repeat(2 ** 20 + 1),
  })
  expect(problems.map(describeProblem)).toMatchInlineSnapshot(`
    [
      "scripts/a/script.yaml:1:18: cron '61 * * * *': minute 61 is outside 0-59; write a minute from 0 to 59",
      "scripts/a/script.yaml:2:1: unknown key 'timout'; write 'timeout'",
      "scripts/b/big.bin: the file has 1.0 MiB, and at most 1 MiB is allowed; keep data elsewhere, such as in $SXS_STATE_DIR",
      "scripts/Bad: 'Bad' cannot be part of a slug; rename it to scripts/bad",
    ]
  `)
})

test('what is too large is told, and not read', async () => {
  const large = `# ${'x'.repeat(2 ** 20)}\n`
  const { problems } = await check({
    'sxs.yaml': large,
    'scripts/a/main.py': large,
    'scripts/a/script.yaml': large,
  })
  expect(problems.map(({ path }) => path)).toEqual(['scripts/a/main.py', 'scripts/a/script.yaml', 'sxs.yaml'])
})

test.each([
  [
    'refs/heads/main',
    undefined,
    'refs/heads/main: main cannot be deleted; delete the scripts by a commit instead',
  ],
  [
    'refs/notes/x',
    'head',
    'refs/notes/x: only branches and tags can be pushed; push to refs/heads/ or refs/tags/',
  ],
  [
    'refs/heads/--exec=id',
    'head',
    'refs/heads/--exec=id: the name has unusual characters; use letters, digits and any of . _ - / inside the name',
  ],
  [
    'refs/heads/a..b',
    'head',
    'refs/heads/a..b: the name has unusual characters; use letters, digits and any of . _ - / inside the name',
  ],
])('the ref %s is refused', async (ref, after, message) => {
  const verdict = await changes.check(systemActor, { ref, before: first, after: after && first })
  expect(verdict.problems.map(describeProblem)).toEqual([message])
})

test.each([
  'refs/heads/refs/heads/main',
  'refs/heads/HEAD',
  'refs/tags/main',
  `refs/heads/${'a'.repeat(40)}`,
])('the ref %s, which git takes for another too, is refused', async (ref) => {
  const { problems } = await changes.check(systemActor, { ref, before: undefined, after: first })
  expect(problems.map(describeProblem)).toEqual([
    `${ref}: git would take the name for something else too; choose another name`,
  ])
})

test('names that git calls unsafe are refused at every door', async () => {
  const { problems } = await check({ 'scripts/a/git~1/config': 'x', 'scripts/a/.g\u200cit/x': 'x' })
  expect(problems.map(({ message }) => message)).toEqual([
    'the name is one that git calls unsafe',
    'the name is one that git calls unsafe',
  ])
})

test('main does not lose commits', async () => {
  const orphan = await write(undefined, { 'scripts/z/main.py': 'def main(): pass\n' })
  const { problems } = await changes.check(systemActor, { ref: MAIN, before: first, after: orphan })
  expect(problems.map(describeProblem)).toEqual([
    'refs/heads/main: the push would take commits away from main (non-fast-forward); run git pull --rebase, then push again',
  ])
})

test('on another branch problems are warnings', async () => {
  const after = await write(first, { 'scripts/a/script.yaml': 'nonsense: 1\n' })
  const verdict = await changes.check(systemActor, { ref: 'refs/heads/topic', before: undefined, after })
  expect(verdict.problems).toEqual([])
  expect(verdict.warnings.length).toBe(1)
})

test('a key for some scripts changes no others', async () => {
  const actor = { ...systemActor, kind: 'key' as const, scripts: ['a'] }
  const own = await write(first, { 'scripts/a/x.txt': '1' })
  const other = await write(first, { 'scripts/b/x.txt': '1' })
  expect((await changes.check(actor, { ref: MAIN, before: first, after: own })).problems).toEqual([])
  await expect(changes.check(actor, { ref: MAIN, before: first, after: other })).rejects.toThrow(
    'this key may only change a',
  )
})

test('a key for some scripts changes them on main and on branches, and neither tags nor what others share', async () => {
  const key: Actor = { kind: 'key', userId: 1, name: 'ada', role: 'editor', scripts: ['a'] }
  const own = await write(first, { 'scripts/a/main.py': 'def main(): return 1\n' })
  const other = await write(first, { 'scripts/b/main.py': 'def main(): return 3\n' })
  const ask = (ref: string, before: string | undefined, after: string | undefined) =>
    changes.check(key, { ref, before, after })
  expect(await ask(MAIN, first, own)).toMatchObject({ problems: [] })
  expect(await ask('refs/heads/mine', undefined, own)).toMatchObject({ problems: [] })
  expect(await ask('refs/heads/mine', own, first)).toMatchObject({ problems: [] })
  const refused: [string, string | undefined, string | undefined][] = [
    [MAIN, first, other],
    ['refs/heads/theirs', undefined, other],
    ['refs/heads/theirs', other, first],
    ['refs/heads/theirs', other, undefined],
    ['refs/tags/v1', first, own],
    ['refs/tags/v1', undefined, own],
  ]
  for (const change of refused) await expect(ask(...change)).rejects.toMatchObject({ code: 'forbidden' })
})
