import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findPythons } from '../../src/isolation/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { log, pythonsHere } from './machine.ts'

test('finds real interpreters, each once, newest first', async () => {
  const found = await pythonsHere()
  expect(found.length).toBeGreaterThan(0)
  for (const { path, version, tag, platform, basePrefix } of found) {
    expect(realpathSync(path)).toBe(path)
    expect(path).not.toContain('/shims/')
    expect(version).toMatch(/^3\.(9|\d\d)\.\d+$/)
    expect(tag).toBe(`cp3${version.split('.')[1]}`)
    expect(platform).toMatch(/^[a-z0-9_]+$/)
    expect(path.startsWith(basePrefix)).toBe(true)
  }
  expect(new Set(found.map(({ path }) => path)).size).toBe(found.length)
  const minors = found.map(({ version }) => Number(version.split('.')[1]))
  expect(minors).toEqual(minors.toSorted((a, b) => b - a))
})

test('a shim leads to the real program, and what is broken is left out', async () => {
  const [real] = await pythonsHere()
  const folder = join(temporaryFolder(), 'shims')
  mkdirSync(folder)
  writeFileSync(join(folder, 'python3'), `#!/bin/sh\nexec ${real!.path} "$@"\n`)
  chmodSync(join(folder, 'python3'), 0o755)
  const other = join(temporaryFolder(), 'bin')
  mkdirSync(other)
  writeFileSync(join(other, 'python3'), '#!/bin/sh\nexit 7\n', { mode: 0o755 })
  symlinkSync('/nowhere', join(other, 'python3.11'))
  const before = process.env.PATH
  process.env.PATH = `${folder}:${other}`
  try {
    const paths = (await findPythons(log)).map(({ path }) => path)
    expect(paths).toContain(real!.path)
    expect(paths.some((path) => path.startsWith(folder) || path.startsWith(other))).toBe(false)
  } finally {
    process.env.PATH = before
  }
})
