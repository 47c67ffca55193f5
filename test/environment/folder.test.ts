import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { removeFolder } from '../../src/environment/folder.ts'
import {
  failToPrepare,
  greeter,
  openEnvironments,
  openGround,
  prepare,
  runIn,
  wants,
  type Ground,
} from '../support/environment.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startPackageIndex } from '../support/package-index.ts'

let ground: Ground

const open = (index: string, more: Partial<Parameters<typeof openEnvironments>[0]> = {}) =>
  openEnvironments({ ...ground, index, ...more })

beforeAll(async () => {
  ground = await openGround()
})

test('a lock is kept: a newer version in the index changes nothing, also after a restart', async () => {
  const index = await startPackageIndex(greeter('1.4'))
  const record = join(temporaryFolder(), 'record.db')
  const { environments } = await open(index.url, { record })
  const first = await prepare(environments, wants('greeter>=1.4'))
  index.add(greeter('1.5'))
  const asked = index.asked.length
  expect(await prepare(environments, wants('greeter>=1.4'))).toEqual(first)
  await environments.stop()

  const restarted = await open(index.url, { record })
  await restarted.environments.start()
  expect(await prepare(restarted.environments, wants('greeter>=1.4'))).toEqual(first)
  expect(index.asked.length).toBe(asked)
})

test('a whole environment that the record does not know is kept', async () => {
  const index = await startPackageIndex(greeter('1.4'))
  const { environments } = await open(index.url)
  const { key } = await prepare(environments, wants('greeter==1.4'))
  const other = await open(index.url)
  await other.environments.start()
  expect(await other.store.list()).toContainEqual(expect.objectContaining({ key, state: 'ready' }))
})

test('without requirements there is an empty environment, made at start', async () => {
  const own = join(temporaryFolder(), 'environments')
  const { environments, bus, store } = await open('http://127.0.0.1:9/', { folder: own })
  const announced = new Promise<string>((resolve) => bus.on('environment', ({ key }) => resolve(key)))
  await environments.start()
  const environment = await prepare(environments, wants())
  expect(await announced).toBe(environment.key)
  expect(environment.lock).toEqual({ id: 'e3b0c44298fc1c14', text: '' })
  expect(await store.list()).toMatchObject([{ key: environment.key, state: 'ready', packages: [] }])
  const { stdout } = await runIn(ground.isolation, environment, [environment.pythonBin, '-c', 'print(1)'])
  expect(stdout).toBe('1\n')
})

test('a half-built folder is removed at start, and never used', async () => {
  const index = await startPackageIndex(greeter('1.8'))
  const { environments } = await open(index.url)
  const { path, key } = await prepare(environments, wants('greeter==1.8'))
  const other = join(ground.folder, 'work-0123456789abcdef')
  mkdirSync(other)
  // What kill -9 in the middle of a build leaves: all but the marker, in folders that can be written.
  await removeFolder(path)
  mkdirSync(join(path, 'bin'), { recursive: true })
  writeFileSync(join(path, 'bin/python'), 'half')

  const restarted = await open(index.url)
  await restarted.environments.start()
  expect(existsSync(path)).toBe(false)
  expect(existsSync(other)).toBe(false)
  const again = await prepare(restarted.environments, wants('greeter==1.8'))
  expect(again.key).toBe(key)
  expect((await runIn(ground.isolation, again, [join(path, 'bin/greet')])).stdout).toBe('hello from 1.8\n')
})

test('nobody in a sandbox can change an environment', async () => {
  const index = await startPackageIndex(greeter('1.9'))
  const { environments } = await open(index.url)
  const environment = await prepare(environments, wants('greeter==1.9'))
  const before = hashOf(environment.path)
  const attack = `
import greeter, os, pathlib, sys
for path in [greeter.__file__, os.path.join(sys.prefix, 'x'), sys.prefix + '/bin/greet', sys.prefix + '/pyvenv.cfg']:
    for change in [lambda: open(path, 'a').write('#'), lambda: os.chmod(path, 0o777), lambda: os.remove(path)]:
        try:
            change()
            print('changed', path)
        except OSError:
            pass
`
  const { code, stdout, stderr } = await runIn(ground.isolation, environment, [
    environment.pythonBin,
    '-c',
    attack,
  ])
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(hashOf(environment.path)).toBe(before)
  const writable = filesOf(environment.path).filter((file) => statSync(file).mode & 0o222)
  expect(writable.filter((file) => !file.includes('/bin/python'))).toEqual([])
})

test('when the server stops, a build ends and leaves nothing', async () => {
  const index = await startPackageIndex(greeter('2.1'))
  const { environments } = await open(index.url)
  const before = readdirSync(ground.folder)
  const hanging = index.hang()
  const prepared = failToPrepare(environments, wants('greeter==2.1'))
  await hanging
  await environments.stop()
  expect(await prepared).toMatch(/^the server is stopping/)
  expect(readdirSync(ground.folder)).toEqual(before)
  expect(await failToPrepare(environments, wants('greeter==2.1'))).toBe('the server is stopping')
})

function filesOf(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function hashOf(path: string): string {
  const hash = createHash('sha256')
  for (const file of filesOf(path)) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}
