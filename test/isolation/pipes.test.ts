import { closeSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Log } from '../../src/base/index.ts'
import { createPipes } from '../../src/isolation/pipes.ts'
import { temporaryFolder } from '../support/folder.ts'
import { log } from './machine.ts'

test('pipes are made again once they can be, and one warning tells that they could not', () => {
  const folder = join(temporaryFolder(), 'pipes')
  const warnings: unknown[] = []
  const pipes = createPipes(folder, {
    ...log,
    warn: (...said: unknown[]) => warnings.push(said),
  } as unknown as Log)
  writeFileSync(folder, 'in the way')
  expect(pipes.open()).toBeUndefined()
  expect(pipes.open()).toBeUndefined()
  expect(warnings).toHaveLength(1)
  rmSync(folder)
  const pipe = pipes.open()
  expect(pipe).toBeDefined()
  pipe!.reader.destroy()
  closeSync(pipe!.writer)
})
