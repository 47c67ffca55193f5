import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diffTrees, firstParents, listAll, listFiles, MAIN, openRepository } from '../../src/git/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const author = { name: 'Ada', email: 'ada@example.org' }
const AT = Date.parse('2026-01-02T03:04:05Z')
const bytes = (text: string) => Buffer.from(text)

async function opened() {
  return openRepository(join(temporaryFolder(), 'scripts.git'), '#!/bin/sh\nexit 0\n')
}

async function committed(
  files: Record<string, string | null>,
  parent?: string,
  to?: Awaited<ReturnType<typeof opened>>,
) {
  const repository = to ?? (await opened())
  const content = new Map(
    Object.entries(files).map(([path, text]) => [path, text === null ? null : bytes(text)]),
  )
  const id = await repository.writeCommit({ parent, author, at: AT, message: 'Change', files: content })
  expect(await repository.moveRef(MAIN, id, parent, 'test')).toBe(true)
  return { repository, id }
}

test('a commit is written, then main moves to it', async () => {
  const { repository, id } = await committed({ 'scripts/a/main.py': 'print(1)\n', 'lib/ü "x".py': '' })
  expect(await repository.head()).toBe(id)
  const commit = await repository.objects.commit(id)
  expect(commit).toMatchObject({ author, at: AT, message: 'Change\n', parents: [] })
  expect((await listFiles(repository.objects, commit.tree)).map(({ path }) => path)).toEqual([
    'lib/ü "x".py',
    'scripts/a/main.py',
  ])
  const { files, trees } = await listAll(repository.gitDir, id, ['scripts'])
  expect(files).toEqual([expect.objectContaining({ path: 'scripts/a/main.py', mode: '100644', size: 9 })])
  expect([...trees.keys()]).toEqual(['scripts', 'scripts/a'])
  expect([...(await repository.objects.texts([files[0]!.id])).values()]).toEqual(['print(1)\n'])
})

test('a ref that has moved meanwhile is not moved', async () => {
  const { repository, id } = await committed({ a: '1' })
  const other = await repository.writeCommit({
    parent: id,
    author,
    at: AT,
    message: 'b',
    files: new Map([['b', bytes('2')]]),
  })
  expect(await repository.moveRef(MAIN, other, '1'.repeat(40), 'test')).toBe(false)
  expect(await repository.moveRef(MAIN, other, undefined, 'test')).toBe(false)
  expect(await repository.head()).toBe(id)
})

test('a diff reads what changed, a file that becomes a folder included', async () => {
  const { repository, id } = await committed({ 'a/x': '1', 'a/y': '2', b: '3' })
  const next = await committed({ 'a/x': '1!', b: null, 'b/c': '4' }, id, repository)
  const trees = await Promise.all(
    [id, next.id].map(async (one) => (await repository.objects.commit(one)).tree),
  )
  const changes = await diffTrees(repository.objects, trees[0], trees[1])
  expect(changes.map(({ path, before, after }) => [path, Boolean(before), Boolean(after)])).toEqual([
    ['a/x', true, true],
    ['b', true, false],
    ['b/c', false, true],
  ])
})

test('first parents and the time of coming into force are read', async () => {
  const before = Math.floor(Date.now() / 1000) * 1000
  const { repository, id } = await committed({ a: '1' })
  const next = await committed({ a: '2' }, id, repository)
  const ids: string[] = []
  for await (const commit of firstParents(repository.objects, next.id)) ids.push(commit.id)
  expect(ids).toEqual([next.id, id])
  expect(await repository.inForceSince(next.id)).toBeGreaterThanOrEqual(before)
  expect(await repository.inForceSince('f'.repeat(40))).toBeUndefined()
})

test('requests are answered in order, missing ones with nothing', async () => {
  const { repository, id } = await committed({ big: 'x'.repeat(3_000_000), small: 'y' })
  const tree = (await repository.objects.commit(id)).tree
  const [big, small] = await repository.objects.tree(tree)
  const answers = await Promise.all([
    repository.objects.blob(big!.id),
    repository.objects.info(small!.id),
    repository.objects.find('f'.repeat(40)),
    repository.objects.find('--exec=id'),
    repository.objects.find('a\nb'),
    repository.objects.blob(small!.id),
  ])
  expect(answers.map((answer) => (Buffer.isBuffer(answer) ? answer.length : answer))).toEqual([
    3_000_000,
    { id: small!.id, type: 'blob', size: 1 },
    undefined,
    undefined,
    undefined,
    1,
  ])
})

test('what a killed git left is swept at opening', async () => {
  const { repository } = await committed({ a: '1' })
  const left = [
    'packed-refs.lock',
    'refs/heads/main.lock',
    'objects/incoming-abc123',
    'objects/tmp_objdir-incoming-x',
  ]
  for (const path of left) {
    const full = join(repository.gitDir, path)
    if (path.endsWith('.lock')) writeFileSync(full, '')
    else mkdirSync(full)
  }
  await openRepository(repository.gitDir, '#!/bin/sh\nexit 0\n')
  expect(left.filter((path) => existsSync(join(repository.gitDir, path)))).toEqual([])
  execFileSync('git', ['--git-dir', repository.gitDir, 'fsck', '--strict'], { stdio: 'pipe' })
})
