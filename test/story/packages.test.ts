import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeWheel, startPackageIndex } from '../support/package-index.ts'
import { clone, startServer, type Clone, type TestServer } from '../support/server.ts'

let server: TestServer
let repo: Clone

beforeAll(async () => {
  const index = await startPackageIndex(
    makeWheel({
      name: 'polite',
      version: '1.0',
      modules: { 'polite.py': 'def greet(): return "good day"\n' },
    }),
    makeWheel({
      name: 'polite',
      version: '1.1',
      modules: { 'polite.py': 'def greet(): return "good evening"\n' },
    }),
  )
  server = await startServer({ SXS_PACKAGE_INDEX: index.url })
  repo = await clone(server.gitUrl)
})
afterAll(() => server.stop())

const MAIN = 'import polite\ndef main():\n    return polite.greet()\n'

test('requirements are installed from the index, and the run says with what it ran', async () => {
  await repo.ship({
    'scripts/a/main.py': MAIN,
    'scripts/a/requirements.txt': '# what it needs\npolite == 1.0\n',
    'scripts/b/main.py': `# /// script\n# dependencies = ["polite>=1.0,<1.1"]\n# ///\n${MAIN}`,
    'scripts/shared/requirements.txt': 'polite\n',
    'scripts/shared/c/main.py': MAIN,
  })
  const a = await server.execute('a')
  expect(a).toMatchObject({
    state: 'succeeded',
    result: 'good day',
    lock: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
  })
  const b = await server.execute('b')
  expect([b.result, b.lock, b.environment]).toEqual(['good day', a.lock, a.environment])
  expect((await server.execute('shared.c')).result).toBe('good evening')
})

test('an install that fails is the outcome of the run, in the words of the installer', async () => {
  await repo.ship({ 'scripts/bad/main.py': MAIN, 'scripts/bad/requirements.txt': 'polite==9.9\n' })
  const run = await server.execute('bad')
  expect(run).toMatchObject({ state: 'failed', outcome: { kind: 'no-environment' } })
  expect(run.error!.message).toContain('polite==9.9')
  expect(await server.log(run.id)).toContain('polite==9.9')
})
