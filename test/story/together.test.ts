import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { expectTogether } from '../support/together.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

test('15 edits and 4 pushing clones at once: all that was acknowledged is reachable', async () => {
  await expectTogether(server, { edits: 15, clones: 4 })
})

test('on the same path one edit wins, and the other is told both versions', async () => {
  const { base } = (await server.api('GET', '/scripts/shared/files')).body as { base: string }
  const edit = (text: string) =>
    server.api('PUT', '/scripts/shared/files', { base, files: { 'main.py': text } })
  const answers = await Promise.all([edit('def main(): return 1\n'), edit('def main(): return 2\n')])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  const lost = answers.find(({ status }) => status === 409)!
  expect(lost.headers.get('content-type')).toBe('application/problem+json')
  expect(lost.body).toMatchObject({
    code: 'conflict',
    conflicts: [{ path: 'scripts/shared/main.py', theirs: expect.stringMatching(/return [12]/) as string }],
  })
  const stale = await server.api('PUT', '/scripts/shared/files', {
    base: '0'.repeat(40),
    files: { 'x.txt': '' },
  })
  expect([stale.status, stale.body['code']]).toEqual([400, 'invalid'])
})

test('an edit that is no valid script is refused with its problems', async () => {
  const { base } = (await server.api('GET', '/scripts/shared/files')).body as { base: string }
  const answer = await server.api('PUT', '/scripts/shared/files', {
    base,
    files: { 'script.yaml': 'timeout: never\n' },
  })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({
    code: 'invalid',
    problems: [{ path: 'scripts/shared/script.yaml', line: 1, column: 10 }],
  })
  expect((await server.api('GET', '/status')).body['head']).toBe(base)
})

test('scripts are made and removed over REST', async () => {
  const made = await server.api('POST', '/scripts', {
    slug: 'rest.made',
    files: { 'main.py': 'def main(): return "made"\n' },
  })
  expect([made.status, (made.body['script'] as { slug: string }).slug]).toEqual([201, 'rest.made'])
  expect((await server.execute('rest.made')).result).toBe('made')
  const twice = await server.api('POST', '/scripts', { slug: 'rest.made', files: { 'main.py': '' } })
  expect([twice.status, twice.body['code']]).toEqual([409, 'conflict'])
  const inside = await server.api('POST', '/scripts', { slug: 'rest.made.inner', files: { 'main.py': '' } })
  expect(inside.status).toBe(409)
  for (const slug of ['Rest', '../x', 'a..b', '--exec=id', ''])
    expect((await server.api('POST', '/scripts', { slug, files: { 'main.py': '' } })).status).toBe(400)
  const file = await server.api('GET', '/scripts/rest.made/files/main.py')
  expect(file.text).toBe('def main(): return "made"\n')
  expect((await server.api('DELETE', '/scripts/rest.made')).status).toBe(200)
  expect((await server.api('GET', '/scripts/rest.made')).status).toBe(404)
})
