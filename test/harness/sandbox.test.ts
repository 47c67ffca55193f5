import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { isolationFrom, pythonFor } from '../isolation/machine.ts'
import { harness } from './ask.ts'

test('a script runs in the sandbox as it does outside, and its folder stays as it was', async () => {
  const dataDir = temporaryFolder()
  const isolation = await isolationFrom('namespace', dataDir)
  const python = await pythonFor('namespace')
  const code = join(dataDir, 'code')
  mkdirSync(code)
  writeFileSync(join(code, 'main.py'), SCRIPT)
  cpSync(dirname(harness), join(dataDir, 'harness'), { recursive: true })
  const bindings = [
    { from: join(dataDir, 'harness'), to: '/sxs/harness' },
    { from: code, to: '/sxs/script' },
  ]
  const [own, script] = bindings.map((binding) => isolation.at(binding))
  const child = isolation.spawn({
    argv: [python.path, '-B', '-s', '-X', 'utf8', `${own}/harness.py`],
    ...{ env: {}, cwd: script!, bindings, network: false, uid: 3, python, control: true },
  })
  const run = {
    id: 1,
    script: 'a',
    commit: 'c',
    cause: 'manual',
    scheduled_at: null,
    started_at: '',
    attempt: 1,
    input: 5,
  }
  const request = { phase: 'main', entry: 'main.py', script, lib: null, args: [], data: { a: 1 }, run }
  child.control!.write(JSON.stringify(request) + '\n')
  const [answer, stdout] = await Promise.all([text(child.control!), text(child.stdout)])
  expect(JSON.parse(answer)).toMatchObject({ kind: 'returned', result: '5', data: '{"a":2}' })
  expect(stdout).toBe('Read-only file system\n')
  expect(await child.exited).toEqual({ code: 0, signal: null })
})

const SCRIPT = `
def main(data, run):
    data['a'] += 1
    try:
        open('new', 'w')
    except OSError as error:
        print(error.strerror)
    return run.input
`
