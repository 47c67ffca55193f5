import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockFolder } from '../../src/db/index.ts'
import { temporaryFolder } from '../support/folder.ts'

test('a folder has one holder at a time', async () => {
  const folder = temporaryFolder()
  const first = await lockFolder(folder)
  expect(first).toBeDefined()
  expect(statSync(join(folder, 'lock.db')).mode & 0o777).toBe(0o600)
  expect(await lockFolder(folder)).toBeUndefined()
  await first!.release()
  const second = await lockFolder(folder)
  expect(second).toBeDefined()
  await second!.release()
})

test('a holder that is killed lets go', async () => {
  const folder = temporaryFolder()
  const module = new URL('../../src/db/lock.ts', import.meta.url).pathname
  const script = `import { lockFolder } from ${JSON.stringify(module)}
    await lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(await lockFolder(folder)).toBeUndefined()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await lockFolder(folder)
  expect(lock).toBeDefined()
  await lock!.release()
})
