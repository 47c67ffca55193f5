import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createBus, createLog } from '../../src/base/index.ts'
import { createCatalog, createCatalogStore, type Synced } from '../../src/catalog/index.ts'
import { openIndex } from '../../src/db/index.ts'
import { MAIN, openRepository } from '../../src/git/index.ts'
import { temporaryFolder } from '../support/folder.ts'

test('what is read anew tells which scripts are gone', async () => {
  const folder = temporaryFolder()
  const log = createLog('silent')
  const repository = await openRepository(join(folder, 'scripts.git'), '#!/bin/sh\nexit 0\n')
  const index = await openIndex(join(folder, 'index.db'), log)
  onTestFinished(() => (repository.close(), index.close()))
  const told: Synced[] = []
  const catalog = createCatalog({
    ...{ repository, log, store: createCatalogStore(index), server: { timezone: 'UTC' } },
    bus: createBus((error) => {
      throw error
    }),
    synced: async (synced) => void told.push(synced),
  })
  async function commit(files: Record<string, string | null>): Promise<void> {
    const parent = await repository.head()
    const id = await repository.writeCommit({
      ...{ parent, author: { name: 'Ada', email: 'ada@localhost' }, at: 1000, message: 'Change' },
      files: new Map(
        Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)]),
      ),
    })
    expect(await repository.moveRef(MAIN, id, parent, 'test')).toBe(true)
  }

  await commit({ 'scripts/stays/main.py': '1\n', 'scripts/goes.py': '1\n' })
  await catalog.sync()
  await commit({ 'scripts/goes.py': null, 'scripts/comes.py': '1\n' })
  await catalog.rebuild()
  expect(told.map(({ whole, removed }) => [whole, removed])).toEqual([
    [true, []],
    [true, ['goes']],
  ])
  expect((await catalog.outlines()).map(({ slug }) => slug)).toEqual(['comes', 'stays'])
})
