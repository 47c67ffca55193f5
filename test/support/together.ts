import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { clone, type TestServer } from './server.ts'

/**
 * Expects of a new server that of so many edits of one script and so many pushing clones, all at once, everything that
 * was acknowledged is on main, in a repository that git finds sound, and in the index.
 */
export async function expectTogether(
  server: TestServer,
  { edits, clones }: { edits: number; clones: number },
): Promise<void> {
  const first = await clone(server.gitUrl)
  await first.ship({ 'scripts/shared/main.py': 'def main(): pass\n' })
  const { base } = (await server.api('GET', '/scripts/shared/files')).body as { base: string }
  const edited = Array.from({ length: edits }, (_, at) =>
    server.api('PUT', '/scripts/shared/files', { base, files: { [`file-${at}.txt`]: `${at}\n` } }),
  )
  const pushed = Array.from({ length: clones }, async (_, at) => {
    const repo = await clone(server.gitUrl)
    await repo.commit({ [`scripts/pushed-${at}/main.py`]: `def main():\n    return ${at}\n` })
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await repo.push()).ok) return repo.git('rev-parse', 'HEAD')
      await repo.git('pull', '--quiet', '--rebase')
    }
    throw new Error('never accepted')
  })
  const acknowledged = [
    ...(await Promise.all(edited)).map(({ status, body, text }) => {
      if (status !== 200) throw new Error(text)
      return body['commit'] as string
    }),
    ...(await Promise.all(pushed)),
  ]
  const gitDir = join(server.dataDir, 'scripts.git')
  const git = (...args: string[]) => execFileSync('git', ['--git-dir', gitDir, ...args]).toString()
  const reachable = new Set(git('rev-list', 'main').split('\n'))
  expect(acknowledged.filter((commit) => !reachable.has(commit))).toEqual([])
  expect(new Set(acknowledged).size).toBe(edits + clones)
  expect(git('ls-tree', '-r', '--name-only', 'main', 'scripts/shared').split('\n').length - 1).toBe(edits + 1)
  expect(git('fsck', '--strict', '--no-dangling')).toBe('')
  const { scripts, head, indexedCommit } = (await server.api('GET', '/status')).body
  expect([scripts, indexedCommit]).toEqual([clones + 3, head])
}
