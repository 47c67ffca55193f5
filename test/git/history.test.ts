import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openRepository, type Repository } from '../../src/git/index.ts'
import { GIT_ENV } from '../support/server.ts'
import { temporaryFolder } from '../support/folder.ts'

const work = join(temporaryFolder(), 'work')
let repository: Repository

const git = (...args: string[]) =>
  execFileSync('git', ['-C', work, ...args], { env: GIT_ENV, encoding: 'utf8', stdio: 'pipe' }).trim()

function commit(files: Record<string, string | Buffer>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(work, path, '..'), { recursive: true })
    writeFileSync(join(work, path), content)
  }
  git('add', '--all')
  git('commit', '--quiet', '--allow-empty', '-m', 'Change')
  return git('rev-parse', 'HEAD')
}

/** What changed at a commit against its first parent. */
async function diffOf(id: string, paths?: string[]) {
  const { tree, parents } = await repository.objects.commit(id)
  const before = parents[0] && (await repository.objects.commit(parents[0])).tree
  return repository.diff(before, tree, paths)
}

beforeAll(async () => {
  mkdirSync(work)
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', work], { env: GIT_ENV })
  repository = await openRepository(join(work, '.git'), '#!/bin/sh\nexit 0\n')
  execFileSync('git', ['-C', work, 'config', 'core.bare', 'false'], { env: GIT_ENV })
})

test('a first commit adds everything, with numbered lines', async () => {
  const id = commit({ 'a.py': 'one\ntwo\n', 'b.py': 'end' })
  expect(await diffOf(id)).toEqual({
    cut: false,
    files: [
      {
        ...{ path: 'a.py', status: 'added', binary: false, additions: 2, deletions: 0 },
        hunks: [
          {
            header: '@@ -0,0 +1,2 @@',
            lines: [
              { kind: 'added', after: 1, text: 'one' },
              { kind: 'added', after: 2, text: 'two' },
            ],
          },
        ],
      },
      {
        ...{ path: 'b.py', status: 'added', binary: false, additions: 1, deletions: 0 },
        hunks: [
          { header: '@@ -0,0 +1 @@', lines: [{ kind: 'added', after: 1, text: 'end', noNewline: true }] },
        ],
      },
    ],
  })
})

test('changed, removed, renamed and binary files are told apart', async () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`)
  commit({ 'old.py': `${lines.join('\n')}\n`, 'gone.py': 'x\n', 'same.py': 'x = 1\ny = 2\n' })
  git('rm', '--quiet', 'gone.py')
  git('mv', 'old.py', 'new.py')
  const id = commit({
    'new.py': `${lines.with(10, 'other').join('\n')}\n`,
    'same.py': 'x = 1\ny = 3\n',
    'picture.png': Buffer.from([137, 80, 0, 1, 2]),
  })
  const { files } = await diffOf(id)
  expect(files.map(({ hunks: _, ...file }) => file)).toEqual([
    { path: 'gone.py', status: 'removed', binary: false, additions: 0, deletions: 1 },
    { path: 'new.py', from: 'old.py', status: 'renamed', binary: false, additions: 1, deletions: 1 },
    { path: 'picture.png', status: 'added', binary: true, additions: 0, deletions: 0 },
    { path: 'same.py', status: 'changed', binary: false, additions: 1, deletions: 1 },
  ])
  expect(files[1]!.hunks[0]!.lines.filter(({ kind }) => kind !== 'same')).toEqual([
    { kind: 'removed', before: 11, text: 'line 10' },
    { kind: 'added', after: 11, text: 'other' },
  ])
  expect(files[3]!.hunks[0]!.lines[0]).toEqual({ kind: 'same', before: 1, after: 1, text: 'x = 1' })
  expect((await diffOf(id, ['same.py'])).files.map(({ path }) => path)).toEqual(['same.py'])
})

test('neither names nor lines that look like a patch mislead', async () => {
  const name = 'od"d\ndiff --git a/x b/x'
  const id = commit({ [name]: 'diff --git a/y b/y\n@@ -1 +1 @@\n', '-p': 'x\n', 'ü/ä.py': 'x\n' })
  expect(
    (await diffOf(id)).files.map(({ path, additions, hunks }) => [path, additions, hunks.length]),
  ).toEqual([
    ['-p', 1, 1],
    [name, 2, 1],
    ['ü/ä.py', 1, 1],
  ])
})

test('a file that becomes a link is one change, and the next file keeps its own lines', async () => {
  commit({ 'link.py': 'text\n', 'z.py': '1\n' })
  git('rm', '--quiet', '--cached', 'link.py')
  execFileSync('rm', [join(work, 'link.py')])
  symlinkSync('z.py', join(work, 'link.py'))
  const { files } = await diffOf(commit({ 'z.py': '2\n' }))
  expect(files.map(({ path, status, hunks }) => [path, status, hunks.length])).toEqual([
    ['link.py', 'changed', 2],
    ['z.py', 'changed', 1],
  ])
})

test('a difference that is too large is cut, and says so', async () => {
  const many = Array.from({ length: 80_000 }, (_, i) => `line ${i}`).join('\n')
  const { files, cut } = await diffOf(commit({ 'large.txt': many, 'zz.txt': 'x\n' }))
  expect([cut, files[0]!.cut, files[0]!.additions, files[1]!.cut]).toEqual([true, true, 80_000, true])
  expect(files[0]!.hunks[0]!.lines.length).toBeLessThan(80_000)
  const long = await diffOf(commit({ 'long.txt': `${'x'.repeat(10_000)}\n` }))
  expect([long.cut, long.files[0]!.hunks[0]!.lines[0]!.text.length]).toEqual([false, 2001])
})

test('the log follows first parents, and can be narrowed to paths', async () => {
  const first = commit({ 'log/a': '1\n' })
  git('checkout', '--quiet', '-b', 'side')
  const side = commit({ 'log/b': '1\n' })
  git('checkout', '--quiet', 'main')
  const other = commit({ other: '1\n' })
  git('merge', '--quiet', '--no-ff', '--no-edit', 'side')
  const merge = git('rev-parse', 'HEAD')
  const log = async (more: object) =>
    (await repository.log({ from: merge, limit: 3, ...more })).map(({ id }) => id)
  expect(await log({})).toEqual([merge, other, first])
  expect(await log({ paths: ['log'] })).toEqual([merge, first])
  expect(await log({ paths: ['log'], after: true })).toEqual([first])
  expect(await log({ from: side, limit: 1 })).toEqual([side])
  expect((await diffOf(merge)).files.map(({ path }) => path)).toEqual(['log/b'])
  await expect(log({ from: '--output=/tmp/x' })).rejects.toThrow('no full commit id')
})
