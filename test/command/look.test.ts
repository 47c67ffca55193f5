import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkFolder } from '../../src/command/check.ts'
import { examine } from '../../src/command/doctor.ts'
import { readConfig } from '../../src/config.ts'
import { temporaryFolder } from '../support/folder.ts'

test('check and doctor look without the data folder, and leave nothing behind', async () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'scripts/hello'), { recursive: true })
  writeFileSync(join(root, 'scripts/hello/main.py'), 'def main(data):\n    pass\n')
  const dataDir = join(temporaryFolder(), 'data')
  const config = readConfig({ SXS_DATA_DIR: dataDir, SXS_DISK_RESERVE: '1MiB' })
  const output = { data: () => undefined, text: () => undefined }
  const looks = () => readdirSync(tmpdir()).filter((name) => name.startsWith('sxs-look-'))
  const before = looks()
  expect(await checkFolder(config, output, root)).toBe(true)
  expect(await examine(config, output)).toBe(true)
  expect(existsSync(dataDir)).toBe(false)
  expect(looks()).toEqual(before)
})
