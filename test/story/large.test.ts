import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { clientOf, spawnServer, variables } from '../support/process.ts'
import { clone } from '../support/server.ts'

const MB = 1e6

test('a push of 60 MB passes without growing the server', async () => {
  const { child, url } = await spawnServer(variables(join(temporaryFolder(), 'data')))
  try {
    const client = await clientOf(url)
    const repo = await clone(client.gitUrl)
    // What is random does not get smaller, however long git tries.
    await repo.git('config', 'core.compression', '0')
    await repo.ship({ 'README.md': 'small first\n' })
    const before = peakOf(child.pid!)
    mkdirSync(join(repo.folder, 'assets'))
    for (let at = 0; at < 60; at += 1) writeFileSync(join(repo.folder, `assets/${at}.bin`), randomBytes(MB))
    const { commit } = await repo.ship({ 'scripts/after/main.py': 'def main(): return 1\n' })
    expect(await client.call<{ head: string; indexedCommit: string }>('GET', '/status')).toMatchObject({
      head: commit,
      indexedCommit: commit,
    })
    const again = await clone(client.gitUrl)
    expect(await again.git('rev-parse', 'HEAD')).toBe(commit)
    expect(peakOf(child.pid!) - before).toBeLessThan(40 * MB)
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  // 60 MB are hashed, sent, checked and sent again, each on a disk that others use too.
}, 240_000)

test('a body that git sends gzipped is understood', async () => {
  const { child, url } = await spawnServer(variables(join(temporaryFolder(), 'data')))
  try {
    const client = await clientOf(url)
    const { head } = await client.call<{ head: string }>('GET', '/status')
    const line = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`
    const body = gzipSync(
      `${line('command=fetch')}0001${line('no-progress')}${line(`want ${head}\n`)}${line('done\n')}0000`,
    )
    const { username, password, origin } = new URL(client.gitUrl)
    const answer = await fetch(`${origin}/scripts.git/git-upload-pack`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64')}`,
        'content-type': 'application/x-git-upload-pack-request',
        'content-encoding': 'gzip',
        'git-protocol': 'version=2',
      },
      body,
    })
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).includes('PACK')).toBe(true)
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
})

/** The most memory that the process ever held, in bytes. */
function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
}
