import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startChild } from '../../src/isolation/child.ts'
import { createPipes } from '../../src/isolation/pipes.ts'
import type { Sandboxed } from '../../src/isolation/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { log } from './machine.ts'

const openFiles = () => readdirSync('/proc/self/fd').length
const limit = (files: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${files}`])

test('a start for which files are wanting leaves none of them open', async () => {
  const folder = join(temporaryFolder(), 'pipes')
  const pipes = createPipes(folder, log)
  const command = { file: '/bin/true', args: [], env: {}, cwd: '/', control: true, namespace: [] }
  await startChild(command, [], pipes).exited
  const before = openFiles()
  const children: Sandboxed[] = []
  const usual = execFileSync('prlimit', [
    '--pid',
    String(process.pid),
    '--nofile',
    '--output=SOFT',
    '--noheadings',
  ])
  const taken: number[] = []
  limit(`${before + 60}:`)
  try {
    // All at once, so that nothing else of this process meets the limit.
    for (let spare = 0; spare < 30; spare += 1) {
      try {
        for (;;) taken.push(openSync('/dev/null', 'r'))
      } catch {
        for (const file of taken.splice(0, spare)) closeSync(file)
      }
      children.push(startChild(command, [], pipes))
    }
  } finally {
    for (const file of taken) closeSync(file)
    limit(`${usual.toString().trim()}:`)
  }
  const failures = (await Promise.all(children.map(({ exited }) => exited))).map(({ failure }) => failure)
  expect(failures[0]).toBe("cannot start: EMFILE: too many open files, open '/dev/null'")
  for (const { stdout, stderr } of children) for (const stream of [stdout, stderr]) stream.destroy()
  await vi.waitFor(() => expect(openFiles()).toBeLessThanOrEqual(before))
})
