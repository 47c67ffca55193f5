import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { clientOf, spawnServer, variables } from '../support/process.ts'
import { clone, startServer } from '../support/server.ts'

type RunJson = { id: number; state: string; summary: string; scheduledAt: string }
type List<T> = { items: T[] }

test('after kill -9 during a run it is lost, the next tick fires, and nothing is left behind', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const env = variables(dataDir)
  const first = await spawnServer(env)
  const before = await clientOf(first.url)
  const repo = await clone(before.gitUrl)
  const mark = `sxs-story-${process.pid}-${Date.now()}`
  await repo.ship({
    'scripts/long/main.py': `import subprocess, sys, time\ndef main():\n    subprocess.Popen([sys.executable, "-c", "import os,time; os.setsid(); time.sleep(600)", "${mark}"])\n    print("up", flush=True)\n    time.sleep(600)\n`,
    'scripts/often/main.py': 'def main(): pass\n',
    'scripts/often/script.yaml': 'schedule: {every: 5s}\n',
  })
  const { id } = await before.call<RunJson>('POST', '/scripts/long/runs', {})
  await before.until(
    async () =>
      (await before.call<{ logBytes: number } & RunJson>('GET', `/runs/${id}`)).state === 'running' ||
      undefined,
  )
  await before.until(async () => (processesWith(mark).length > 0 ? true : undefined))
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  writeFileSync(join(dataDir, 'scripts.git/refs/heads/main.lock'), '')
  writeFileSync(join(dataDir, 'scripts.git/packed-refs.lock'), '')
  const killedAt = Date.now()

  const second = await spawnServer(env)
  const after = await clientOf(second.url)
  try {
    expect(await after.call<RunJson>('GET', `/runs/${id}`)).toMatchObject({ state: 'lost' })
    expect(processesWith(mark)).toEqual([])
    const next = await after.until(async () =>
      (await after.call<List<RunJson>>('GET', '/runs?script=often&state=succeeded')).items.find(
        ({ scheduledAt }) => Date.parse(scheduledAt) > killedAt,
      ),
    )
    expect(next.state).toBe('succeeded')
    expect((await after.call<List<RunJson>>('GET', '/runs?state=running&script=long')).items).toEqual([])
    await repo.git('remote', 'set-url', 'origin', after.gitUrl)
    expect((await repo.push('origin', 'main')).ok).toBe(true)
    await repo.ship({ 'scripts/often': null })
    execFileSync('git', ['--git-dir', join(dataDir, 'scripts.git'), 'fsck', '--strict'], { stdio: 'pipe' })
  } finally {
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
  }
})

test.each([
  ['deleted', (path: string) => rmSync(path)],
  ['truncated', (path: string) => truncateSync(path, 5000)],
  ['overwritten', (path: string) => writeFileSync(path, 'no database')],
])('an index.db that was %s gives the identical catalog again', async (_, damage) => {
  const dataDir = join(temporaryFolder(), 'data')
  const server = await startServer({}, dataDir)
  const repo = await clone(server.gitUrl)
  await repo.ship({
    'scripts/a/main.py': 'def main(): pass\n',
    'scripts/a/script.yaml':
      'schedule: [{every: 6h}, {cron: "0 7 * * 1-5", timezone: Europe/Rome}]\ntags: [x]\n',
    'scripts/deep/er/main.py': 'def main(): pass\n',
    'lib/x.py': '',
  })
  await repo.ship({ 'scripts/deep/er/main.py': 'def main(): return 2\n' }, 'Second')
  await repo.ship({ 'README.md': 'third\n' }, 'Third')
  const look = async (at: typeof server) => (await at.api('GET', '/scripts')).text
  const before = await look(server)
  await server.stop()
  for (const suffix of ['-wal', '-shm']) rmSync(join(dataDir, `index.db${suffix}`), { force: true })
  damage(join(dataDir, 'index.db'))
  const again = await startServer({}, dataDir)
  try {
    expect(await look(again)).toBe(before)
  } finally {
    await again.stop()
  }
})

test('a restart in between loses no queued run', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const server = await startServer({}, dataDir)
  const repo = await clone(server.gitUrl)
  await repo.ship({ 'scripts/later/main.py': 'def main(run):\n    return run.id\n' })
  const soon = new Date(Date.now() + 3_600_000).toISOString()
  const { body } = await server.api('POST', '/scripts/later/runs', { notBefore: soon })
  await server.stop()
  const again = await startServer({}, dataDir)
  try {
    expect((await again.api('GET', `/runs/${String(body['id'])}`)).body).toMatchObject({ state: 'queued' })
    const cancelled = await again.api('POST', `/runs/${String(body['id'])}/cancel`)
    expect(cancelled.body).toMatchObject({ state: 'cancelled' })
  } finally {
    await again.stop()
  }
})

/** Processes of this machine that hold the text in their command line. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(text)
      } catch {
        return false
      }
    })
}
