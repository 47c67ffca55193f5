import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { openIsolation } from '../../src/isolation/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { asRoot, log, pythonsHere } from './machine.ts'

test.runIf(asRoot)('the tier uid uses no Python that only root may enter', async () => {
  const [python] = (await pythonsHere()).filter(({ basePrefix }) => basePrefix === '/usr')
  const closed = { ...python!, path: join(temporaryFolder(), 'bin', 'python3') }
  mkdirSync(dirname(closed.path), { mode: 0o700 })
  writeFileSync(closed.path, '')
  const pythons = [closed, python!]
  const isolation = await openIsolation({
    accept: 'auto',
    dataDir: temporaryFolder(),
    pythons,
    log,
    from: 'uid',
  })
  expect(isolation.tier, isolation.reason).toBe('uid')
  expect(isolation.pythons).toEqual([python])
})
