import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { clientOf, spawnServer, variables } from '../support/process.ts'
import { clone } from '../support/server.ts'

const ROUNDS = Number(process.env['SXS_SOAK'] ?? 0) > 1 ? Number(process.env['SXS_SOAK']) : 20

type Files = { base: string }

test(
  `kill -9 at ${ROUNDS} random moments loses nothing acknowledged`,
  { timeout: ROUNDS * 60_000 },
  async () => {
    const dataDir = join(temporaryFolder(), 'data')
    const env = variables(dataDir)
    const gitDir = join(dataDir, 'scripts.git')
    const acknowledged: string[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = Date.now()
      const { child, url } = await spawnServer(env)
      const gone = once(child, 'exit')
      try {
        const client = await clientOf(url)
        const { items } = await client.call<{ items: { startedAt: string }[] }>('GET', '/runs?state=running')
        expect(items.filter((run) => Date.parse(run.startedAt) < startedAt)).toEqual([])
        const repo = await clone(client.gitUrl)
        const work = [edit(client, round, acknowledged), push(repo, round, acknowledged)]
        await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 3000))
        child.kill('SIGKILL')
        await Promise.all(work)
      } finally {
        child.kill('SIGKILL')
        await gone
      }
      expect(git(gitDir, 'fsck', '--strict', '--no-dangling')).toBe('')
      const reachable = new Set(git(gitDir, 'rev-list', 'main').split('\n'))
      expect(acknowledged.filter((commit) => !reachable.has(commit))).toEqual([])
      expect(await integrityOf(join(dataDir, 'record.db'))).toBe('ok')
      expect(await integrityOf(join(dataDir, 'index.db'))).toBe('ok')
    }
    expect(acknowledged.length).toBeGreaterThan(ROUNDS)
  },
)

/** Edits and runs over REST until the server is gone. */
async function edit(
  client: Awaited<ReturnType<typeof clientOf>>,
  round: number,
  acknowledged: string[],
): Promise<void> {
  try {
    const slug = `soak-${round}`
    const files = {
      'main.py': 'import time\ndef main(): time.sleep(0.2)\n',
      'script.yaml': 'schedule: {every: 5s}\n',
    }
    const made = await client.call<{ commit: string }>('POST', '/scripts', { slug, files })
    acknowledged.push(made.commit)
    for (let at = 0; ; at += 1) {
      const { base } = await client.call<Files>('GET', `/scripts/${slug}/files`)
      const { commit } = await client.call<{ commit: string }>('PUT', `/scripts/${slug}/files`, {
        base,
        files: { 'note.txt': String(at) },
      })
      if (commit) acknowledged.push(commit)
      await client.call('POST', `/scripts/${slug}/runs`, {})
    }
  } catch {
    // The server was killed; what it had not acknowledged may be gone.
  }
}

async function push(
  repo: Awaited<ReturnType<typeof clone>>,
  round: number,
  acknowledged: string[],
): Promise<void> {
  try {
    for (let at = 0; ; at += 1) {
      const commit = await repo.commit({ [`scripts/pushed-${round}/main.py`]: `def main(): return ${at}\n` })
      if ((await repo.push()).ok) acknowledged.push(commit)
      else await repo.git('pull', '--quiet', '--rebase')
    }
  } catch {
    // As above.
  }
}

const git = (gitDir: string, ...args: string[]) =>
  execFileSync('git', ['--git-dir', gitDir, ...args]).toString()

async function integrityOf(path: string): Promise<unknown> {
  const database = createClient({ url: `file:${path}` })
  try {
    return (await database.execute('PRAGMA integrity_check')).rows[0]![0]
  } finally {
    database.close()
  }
}
