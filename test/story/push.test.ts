import { afterAll, beforeAll, expect, test } from 'vitest'
import { clone, newRepository, startServer, type Clone, type TestServer } from '../support/server.ts'

let server: TestServer
let repo: Clone

beforeAll(async () => {
  server = await startServer()
  repo = await clone(server.gitUrl)
})
afterAll(() => server.stop())

test('push, edit and delete each change what runs', async () => {
  const added = await repo.ship({
    'scripts/first/main.py': 'def main(data):\n    print("one")\n    return 1\n',
  })
  expect(added.said).toBe(
    ['+ first', '    no schedule: runs when asked', '    runs main(data), timeout 30 min'].join('\n'),
  )
  const one = await server.execute('first')
  expect(one).toMatchObject({
    state: 'succeeded',
    result: 1,
    commit: added.commit,
    cause: 'api',
    actor: 'admin',
  })
  expect(await server.log(one.id)).toBe('one\n')

  const files = await server.api('GET', '/scripts/first/files')
  const edited = await server.api('PUT', '/scripts/first/files', {
    base: files.body['base'],
    files: { 'main.py': 'def main(data):\n    return 2\n' },
    message: 'Return two',
  })
  expect(edited.status).toBe(200)
  const two = await server.execute('first')
  expect(two).toMatchObject({ state: 'succeeded', result: 2, commit: edited.body['commit'] })

  await repo.git('pull', '--quiet', '--rebase')
  const removed = await repo.ship({ 'scripts/first': null })
  expect(removed.said).toBe('- first: its schedules are retired, its history stays')
  expect((await server.api('GET', '/scripts/first')).status).toBe(404)
  expect((await server.api('POST', '/scripts/first/runs', {})).status).toBe(404)
  expect((await server.api('GET', `/runs/${two.id}`)).body['state']).toBe('succeeded')
})

test('the commit that was queued is the one that runs', async () => {
  const { commit } = await repo.ship({
    'scripts/slow/main.py': 'import time\ndef main():\n    time.sleep(1)\n    return "old"\n',
  })
  const first = server.execute('slow')
  const second = server.execute('slow')
  await server.when('run', async () => {
    const { body } = await server.api('GET', '/runs?script=slow')
    return (body['items'] as unknown[]).length === 2 || undefined
  })
  await repo.ship({ 'scripts/slow/main.py': 'def main():\n    return "new"\n' })
  expect(await first).toMatchObject({ result: 'old', commit })
  expect(await second).toMatchObject({ result: 'old', commit })
  expect(await server.execute('slow')).toMatchObject({ result: 'new' })
})

test('a schedule is seen, and runs by itself', async () => {
  const { said } = await repo.ship({
    'scripts/often/main.py': 'def main(data, run):\n    return run.scheduled_at\n',
    'scripts/often/script.yaml': 'schedule: {every: 5s}\n',
  })
  expect(said).toMatch(/^\+ often\n {4}every 5 seconds\n {4}next: \d{4}-\d\d-\d\dT\d\d:\d\d:\d[05]Z\n/)
  const run = await server.when('run', async () => {
    const { body } = await server.api('GET', '/runs?script=often&state=succeeded')
    return (body['items'] as { id: number }[])[0]
  })
  const full = await server.ended(run.id)
  expect(full).toMatchObject({ cause: 'tick', state: 'succeeded', actor: 'system' })
  expect(Date.parse(full.result as string)).toBe(Date.parse(full.scheduledAt!))
  const { body } = await server.api('GET', '/scripts/often/ticks')
  expect((body['items'] as object[]).at(-1)).toMatchObject({
    outcome: 'ran',
    scheduledAt: full.scheduledAt,
    runId: full.id,
  })
  await repo.ship({ 'scripts/often': null })
})

test('a shallow clone, a branch and a tag work, and only main is scheduled', async () => {
  const depth = await repo.git('rev-list', '--count', 'HEAD')
  expect(Number(depth)).toBeGreaterThan(1)
  const shallow = await newRepository(server.gitUrl)
  await shallow.git('fetch', '--quiet', '--depth=1', 'origin', 'main')
  expect(await shallow.git('rev-list', '--count', 'FETCH_HEAD')).toBe('1')
  await repo.git('checkout', '--quiet', '-b', 'topic')
  await repo.commit({
    'scripts/topic/main.py': 'def main(): pass\n',
    'scripts/topic/script.yaml': 'nonsense: 1\n',
  })
  const pushed = await repo.push('origin', 'topic')
  expect(pushed.ok).toBe(true)
  expect(pushed.said).toContain(
    'Accepted on this branch; main would refuse:\n  scripts/topic/script.yaml:1:1: unknown key',
  )
  await repo.git('checkout', '--quiet', 'main')
  await repo.git('tag', 'v1')
  expect((await repo.push('origin', 'v1')).ok).toBe(true)
  expect((await server.api('GET', '/scripts/topic')).status).toBe(404)
  for (const version of ['0', '2']) {
    const refs = await repo.git('-c', `protocol.version=${version}`, 'ls-remote', 'origin')
    expect(refs.split('\n').map((line) => line.split('\t')[1])).toEqual([
      'HEAD',
      'refs/heads/main',
      'refs/heads/topic',
      'refs/tags/v1',
    ])
  }
})

test('main loses no commits and is not deleted', async () => {
  await repo.git('checkout', '--quiet', '-b', 'rewritten', 'HEAD~1')
  await repo.commit({ 'README.md': 'other\n' })
  expect(await repo.push('--force', 'origin', 'rewritten:main')).toEqual({
    ok: false,
    said: 'Refused, nothing was changed: 1 problem\n  refs/heads/main: the push would take commits away from main (non-fast-forward); run git pull --rebase, then push again',
  })
  expect((await repo.push('origin', ':main')).said).toContain('refs/heads/main: main cannot be deleted')
  expect((await repo.push('origin', 'HEAD:refs/notes/x')).said).toContain(
    'refs/notes/x: only branches and tags can be pushed',
  )
  await repo.git('checkout', '--quiet', 'main')
})

test('a wrong password gets nowhere', async () => {
  const answer = await fetch(`${server.url}/scripts.git/info/refs?service=git-upload-pack`)
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
    401,
    'Basic realm="ScriptExecuterServer", charset="UTF-8"',
  ])
  await expect(clone(server.gitUrl.replace('correct', 'wrong'))).rejects.toThrow(/Authentication failed/)
})
