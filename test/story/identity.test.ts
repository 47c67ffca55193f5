import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clone, startServer, type Clone, type TestServer } from '../support/server.ts'

let server: TestServer
let repo: Clone
beforeAll(async () => {
  server = await startServer()
  repo = await clone(server.gitUrl)
})
afterAll(() => server.stop())

const COUNTS = `import os, pathlib
def main(data):
    data["n"] = data.get("n", 0) + 1
    state = pathlib.Path(os.environ["SXS_STATE_DIR"]) / "n"
    state.write_text(str(int(state.read_text()) + 1 if state.exists() else 1))
    return [data["n"], int(state.read_text())]
`

test('a renamed script takes data, state and history along', async () => {
  await repo.ship({ 'scripts/old/main.py': COUNTS })
  const first = await server.execute('old')
  expect(first.result).toEqual([1, 1])
  await repo.git('mv', 'scripts/old', 'scripts/new')
  const { said } = await repo.ship({})
  expect(said).toContain('> old is now new: data, state and history go with it')
  expect((await server.execute('new')).result).toEqual([2, 2])
  const { items } = (await server.api('GET', '/runs?script=new')).body as { items: { id: number }[] }
  expect(items.map(({ id }) => id)).toContain(first.id)
  expect((await server.api('GET', '/scripts/old')).status).toBe(404)
})

test('a script that returns finds its data again', async () => {
  await repo.ship({ 'scripts/back/main.py': COUNTS })
  expect((await server.execute('back')).result).toEqual([1, 1])
  await repo.ship({ 'scripts/back': null })
  await repo.ship({ 'scripts/back/main.py': COUNTS })
  expect((await server.execute('back')).result).toEqual([2, 2])
})

test('removal cancels queued runs', async () => {
  await repo.ship({ 'scripts/gone/main.py': COUNTS })
  const { body } = await server.api('POST', '/scripts/gone/runs', { notBefore: '2099-01-01T00:00:00Z' })
  await repo.ship({ 'scripts/gone': null })
  expect((await server.api('GET', `/runs/${String(body['id'])}`)).body).toMatchObject({
    state: 'cancelled',
    summary: 'cancelled by system',
  })
})

/** Moves main past every door, as an upstream would, and waits until that is noticed. */
async function moveAround(commit: string): Promise<void> {
  await repo.push('origin', 'HEAD:refs/heads/side')
  const noticed = server.when('head', async () =>
    (await server.app.doors.catalog.syncedHead()) === commit ? true : undefined,
  )
  const gitDir = join(server.dataDir, 'scripts.git')
  execFileSync('git', ['--git-dir', gitDir, 'update-ref', 'refs/heads/main', commit])
  await noticed
}

test('a ref that somebody else moved is noticed', async () => {
  await moveAround(await repo.commit({ 'scripts/around/main.py': 'def main(): return "around"\n' }))
  expect((await server.execute('around')).result).toBe('around')
})

test('of a script that is not valid at head the last good revision goes on', async () => {
  const { commit: good } = await repo.ship({ 'scripts/steady/main.py': 'def main(): return "good"\n' })
  const broken = { 'scripts/steady/script.yaml': 'timeout: soon\n' }
  await moveAround(await repo.commit(broken, 'Break it'))
  const before = await repo.commit({ 'scripts/steady/main.py': 'def main(): return "never ran"\n' }, 'More')
  const find = async () => (await server.api('GET', '/scripts/steady')).body
  await moveAround(before)
  expect(await find()).toMatchObject({ state: 'invalid', commit: before, lastGood: { commit: good } })
  expect(await server.execute('steady')).toMatchObject({ state: 'succeeded', commit: good })

  // Found again in the history where the index is read anew.
  await server.app.doors.reindex()
  expect(await find()).toMatchObject({ state: 'invalid', lastGood: { commit: good } })
  expect((await server.execute('steady')).result).toBe('good')

  await repo.ship({ 'scripts/steady/script.yaml': null })
  expect(await find()).not.toHaveProperty('lastGood')
  expect((await server.execute('steady')).result).toBe('never ran')
})

test('the last commit that touched a script is its own, also when several come at once', async () => {
  await repo.git('fetch', '--quiet')
  const one = await repo.commit({ 'scripts/one/main.py': 'def main(): pass\n' })
  const two = await repo.commit({ 'scripts/two/main.py': 'def main(): pass\n' })
  await repo.ship({ 'README.md': 'other\n' })
  const commitOf = async (slug: string) => (await server.api('GET', `/scripts/${slug}`)).body['commit']
  expect([await commitOf('one'), await commitOf('two')]).toEqual([one, two])
})
