import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Catalog, Checkouts } from '../src/catalog/index.ts'
import { MAIN, openRepository } from '../src/git/index.ts'
import { createScriptSource } from '../src/script-source.ts'
import type { ScriptAt } from '../src/run/index.ts'
import { temporaryFolder } from './support/folder.ts'

const checkouts = undefined as unknown as Checkouts

test('a commit that was not there is looked for again', async () => {
  const answers = [undefined, { commit: 'c0ffee' } as ScriptAt]
  const catalog = { scriptAt: () => Promise.resolve(answers.shift()) } as unknown as Catalog
  const source = createScriptSource({ catalog, checkouts, repository: undefined as never })
  expect(await source.scriptAt('a', 'c0ffee')).toBeUndefined()
  expect(await source.scriptAt('a', 'c0ffee')).toEqual({ commit: 'c0ffee' })
  expect(await source.scriptAt('a', 'c0ffee')).toEqual({ commit: 'c0ffee' })
})

test('only what main holds or held is on main', async () => {
  const repository = await openRepository(join(temporaryFolder(), 'scripts.git'), '')
  const commits: string[] = []
  for (const message of ['first', 'second', 'aside'])
    commits.push(
      await repository.writeCommit({
        parent: commits[0],
        author: { name: 'Ada', email: 'ada@example.org' },
        at: 1000,
        message,
        files: new Map(),
      }),
    )
  const [first, second, aside] = commits as [string, string, string]
  await repository.moveRef(MAIN, second, undefined, 'test')
  const source = createScriptSource({ catalog: undefined as never, checkouts, repository })
  const on = await Promise.all(
    [first, second, aside, 'main', '--all', 'f'.repeat(40)].map((id) => source.isOnMain(id)),
  )
  expect(on).toEqual([true, true, false, false, false, false])
  repository.close()
})
