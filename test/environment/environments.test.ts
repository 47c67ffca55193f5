import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/base/index.ts'
import { findProgram } from '../../src/environment/installer.ts'
import { fakeClock } from '../support/clock.ts'
import {
  failToPrepare,
  greeter,
  openEnvironments,
  openGround,
  polite,
  prepare,
  runIn,
  wants,
  type Ground,
} from '../support/environment.ts'
import { makeWheel, startPackageIndex } from '../support/package-index.ts'

const searchPath = process.env['PATH'] ?? ''
const withUv = await findProgram('uv', searchPath)
const broken = makeWheel({ name: 'broken', version: '1', modules: { 'x.py': '' }, requires: ['greeter<1'] })
let ground: Ground

const open = (index: string, more: Partial<Parameters<typeof openEnvironments>[0]> = {}) =>
  openEnvironments({ ...ground, index, ...more })

beforeAll(async () => {
  ground = await openGround()
})

describe.each([
  { name: 'pip', path: '', version: '1.0' },
  { name: 'uv', path: searchPath, version: '1.0.1' },
])('an environment made by $name', ({ name, path, version }) => {
  const testIt = test.skipIf(name === 'uv' && !withUv)
  const here = name === 'uv' && !withUv ? ' (uv is not on the PATH)' : ''

  testIt(`holds what was required, and its console scripts${here}`, async () => {
    const index = await startPackageIndex(greeter(version), polite)
    const { environments, store } = await open(index.url, { path })
    expect(await environments.installer()).toMatch(name)

    const environment = await prepare(environments, wants('polite-greeter'))
    expect(environment.lock.text).toBe(
      `greeter==${version} --hash=sha256:${greeter(version).sha256}\npolite-greeter==2.0 --hash=sha256:${polite.sha256}\n`,
    )
    const imported = await runIn(ground.isolation, environment, [
      environment.pythonBin,
      '-c',
      'import polite, sys; print(sys.prefix); polite.greeter.main()',
    ])
    expect(imported).toEqual({ code: 0, stdout: `${environment.path}\nhello from ${version}\n`, stderr: '' })
    const script = await runIn(ground.isolation, environment, [join(environment.path, 'bin/greet')])
    expect(script).toEqual({ code: 0, stdout: `hello from ${version}\n`, stderr: '' })
    expect(readdirSync(environment.path)).not.toContain('.meanwhile')
    const compiled = readdirSync(environment.path, { recursive: true, encoding: 'utf8' })
    expect(compiled.filter((file) => /^lib\/.*(greeter|polite).*\.pyc$/.test(file)).length).toBe(2)

    const row = (await store.list()).find(({ key }) => key === environment.key)
    expect(row).toMatchObject({
      python: ground.pythons[0]!.version,
      lock: environment.lock.id,
      state: 'ready',
      packages: [
        { name: 'greeter', version },
        { name: 'polite-greeter', version: '2.0' },
      ],
    })
    expect(row!.bytes).toBeGreaterThan(1000)
    expect(row!.usedAt).toBeGreaterThanOrEqual(row!.builtAt!)
  })

  testIt(`cannot be had for a version that is missing, and the installer says so${here}`, async () => {
    const index = await startPackageIndex(greeter())
    const { environments, store } = await open(index.url, { path })
    const before = readdirSync(ground.folder)
    const message = await failToPrepare(environments, wants('greeter==9.9'))
    expect(message).toMatch(/(satisfies the requirement|no version of) greeter==9\.9/)
    expect(message).not.toContain(ground.folder)
    expect(readdirSync(ground.folder)).toEqual(before)
    expect(await store.list()).toMatchObject([{ state: 'failed', message, lock: '', packages: [] }])
  })

  testIt(`cannot be had where requirements conflict, and the installer says so${here}`, async () => {
    const index = await startPackageIndex(greeter('0.9'), greeter(), polite, broken)
    const { environments } = await open(index.url, { path })
    const message = await failToPrepare(environments, wants('polite-greeter', 'broken'))
    expect(message).toMatch(/broken/)
    expect(message).toMatch(/greeter\s*<1/)
  })

  testIt(`cannot be had with a hash that does not fit, and nothing half-built remains${here}`, async () => {
    const index = await startPackageIndex(greeter())
    const { environments } = await open(index.url, { path })
    const before = readdirSync(ground.folder)
    const wrong = `greeter==1.0 --hash=sha256:${'0'.repeat(64)}`
    const requirements = { source: 'scripts/a/requirements.lock', kind: 'lock' as const, lines: [wrong] }
    const message = await failToPrepare(environments, { requirements })
    expect(message.toLowerCase()).toContain('hash')
    expect(message).toContain(greeter().sha256)
    expect(readdirSync(ground.folder)).toEqual(before)
  })

  testIt(`is given up when the index hangs until the deadline${here}`, async () => {
    const index = await startPackageIndex(greeter('1.1'))
    const clock = fakeClock('2026-01-01T00:00:00Z')
    const { environments } = await open(index.url, { path, clock })
    const before = readdirSync(ground.folder)
    const hanging = index.hang()
    const prepared = failToPrepare(environments, wants('greeter==1.1'))
    await hanging
    clock.advance(10 * MINUTE)
    expect(await prepared).toMatch(/^not done after 10 min/)
    expect(readdirSync(ground.folder)).toEqual(before)
  })
})

test('the same requirements in another order give the same environment', async () => {
  const index = await startPackageIndex(greeter('1.2'), polite)
  const { environments } = await open(index.url)
  const one = await prepare(environments, wants('greeter==1.2', 'polite-greeter'))
  const other = await prepare(environments, wants('polite-greeter', 'greeter==1.2'))
  expect(other).toEqual(one)
})

test('however many ask at once, it is built once', async () => {
  const index = await startPackageIndex(greeter('1.3'))
  const { environments, bus } = await open(index.url)
  const announced: string[] = []
  bus.on('environment', ({ key }) => announced.push(key))
  // The second one resolves to the same lock by another request.
  const asks = Array.from({ length: 8 }, (_, i) => wants(i % 2 ? 'greeter==1.3' : 'greeter>=1.3'))
  const made = await Promise.all(asks.map((wanted) => prepare(environments, wanted)))
  expect(new Set(made.map(({ key }) => key)).size).toBe(1)
  expect(announced).toEqual([made[0]!.key, made[0]!.key])
})

test('a requirements.lock is used as it is', async () => {
  const index = await startPackageIndex(greeter('1.6'), greeter('1.7'), polite)
  const { environments } = await open(index.url)
  const line = `greeter==1.6 --hash=sha256:${greeter('1.6').sha256}`
  const requirements = { source: 'scripts/a/requirements.lock', kind: 'lock' as const, lines: [line] }
  const environment = await prepare(environments, { requirements })
  expect(environment.lock.text).toBe(`${line}\n`)
  expect((await runIn(ground.isolation, environment, [join(environment.path, 'bin/greet')])).stdout).toBe(
    'hello from 1.6\n',
  )
  expect(index.asked.filter((path) => path.startsWith('/files/'))).toEqual([
    `/files/${greeter('1.6').fileName}`,
  ])
})

test('a failure is what everybody gets for a minute, and then it is tried again', async () => {
  const index = await startPackageIndex(greeter())
  const clock = fakeClock('2026-01-01T00:00:00Z')
  const { environments, store } = await open(index.url, { clock })
  const wanted = wants('greeter==2.0')
  const message = await failToPrepare(environments, wanted)
  index.add(greeter('2.0'))
  const asked = index.asked.length
  clock.advance(MINUTE - 1)
  expect(await failToPrepare(environments, wanted)).toBe(message)
  expect(index.asked.length).toBe(asked)
  clock.advance(1)
  const { key } = await prepare(environments, wanted)
  expect((await store.list()).map((row) => [row.key, row.state])).toEqual([[key, 'ready']])
})

test('a Python that is not installed is a failure that names those that are', async () => {
  const { environments } = await open('http://127.0.0.1:9/')
  expect(environments.pickPython()).toBe(ground.pythons[0])
  expect(environments.pickPython('>=3.8')).toBe(ground.pythons[0])
  expect(environments.pickPython('>=3.99')).toBeUndefined()
  expect(await failToPrepare(environments, { ...wants(), python: '>=3.99' })).toBe(
    `no installed Python satisfies '>=3.99'; installed: ${ground.pythons.map(({ version }) => version).join(', ')}`,
  )
})

test('a line that is no plain requirement never reaches an installer', async () => {
  const { environments } = await open('http://127.0.0.1:9/')
  expect(await failToPrepare(environments, wants('--no-binary :all:'))).toBe(
    "'--no-binary :all:' is no name with version, marker and hashes",
  )
})
