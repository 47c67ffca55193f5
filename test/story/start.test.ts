import { once } from 'node:events'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { spawnServer, sxs, variables } from '../support/process.ts'
import { GIT_ENV } from '../support/server.ts'

const data = () => join(temporaryFolder(), 'data')

test('what cannot be started with is told in one line, with exit code 2', async () => {
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  const { port } = busy.address() as AddressInfo
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  const empty = temporaryFolder()
  const old = temporaryFolder()
  writeFileSync(join(old, 'git'), '#!/bin/sh\necho git version 2.20.1\n')
  chmodSync(join(old, 'git'), 0o755)
  const noPython = temporaryFolder()
  symlinkSync('/usr/bin/git', join(noPython, 'git'))
  const cases: [Record<string, string>, RegExp][] = [
    [{ SXS_PORT: 'x' }, /^sxs: SXS_PORT: 'x' is no whole number from 0 to 65535\n$/],
    [
      { SXS_PORT: String(port) },
      new RegExp(`^sxs: SXS_PORT: 127.0.0.1:${port} is in use; name another port, or 0 for any\n$`),
    ],
    [{ SXS_HOST: '203.0.113.7' }, /^sxs: SXS_HOST: '203.0.113.7' is no address of this machine\n$/],
    [
      { SXS_DATA_DIR: join(file, 'data') },
      /^sxs: SXS_DATA_DIR: .* cannot be written .*; name a folder that can\n$/,
    ],
    [
      { SXS_DATA_DIR: file },
      /^sxs: SXS_DATA_DIR: .*file cannot be written \(ENOTDIR: .*; name a folder that can\n$/,
    ],
    [
      { SXS_DATA_DIR: '/proc/x/y' },
      /^sxs: SXS_DATA_DIR: \/proc\/x\/y cannot be written \(.*; name a folder that can\n$/,
    ],
    [
      { SXS_DATA_DIR: '/proc' },
      /^sxs: SXS_DATA_DIR: \/proc cannot be written \(.*; name a folder that can\n$/,
    ],
    [
      { SXS_DATA_DIR: `/${'x'.repeat(300)}` },
      /^sxs: SXS_DATA_DIR: .* cannot be written \(ENAMETOOLONG: .*; name a folder that can\n$/,
    ],
    [{ SXS_ADMIN_PASSWORD: 'short' }, /^sxs: SXS_ADMIN_PASSWORD: .*8 to \d+ characters\n$/],
    [{ PATH: empty }, /^sxs: git was not found; install git 2.39 or newer\n$/],
    [
      { PATH: noPython },
      /^sxs: no Python 3.9 or newer with venv was found; install python3 and python3-venv\n$/,
    ],
    [{ PATH: old }, /^sxs: git 2.20 is too old; install git 2.39 or newer\n$/],
  ]
  const ended = await Promise.all(cases.map(([more]) => sxs(['start'], variables(data(), more))))
  expect(ended.map(({ code, stdout }) => [code, stdout])).toEqual(cases.map(() => [2, '']))
  ended.forEach(({ stderr }, at) => expect(stderr).toMatch(cases[at]![1]))
  busy.close()
})

test('a second server on the same data folder is refused, and local commands go through the first', async () => {
  const env = variables(data())
  delete (env as Record<string, string | undefined>)['SXS_ADMIN_PASSWORD']
  const { child, url, lines } = await spawnServer(env)
  try {
    const second = await sxs(['start'], env)
    expect([second.code, second.stderr]).toEqual([
      2,
      expect.stringContaining('is in use by another server') as string,
    ])
    const key = await sxs(['key', 'add', '--user', 'admin', '--role', 'viewer'], env)
    expect([key.code, key.stderr]).toEqual([0, ''])
    expect(key.stdout).toMatch(/^[A-Za-z0-9_-]+\n$/)
    const status = await fetch(`${url}/api/v1/status`, {
      headers: { authorization: `Bearer ${key.stdout.trim()}` },
    })
    expect(status.status).toBe(200)
    const user = await sxs(['user', 'add', 'ada', '--role', 'editor'], env)
    expect(user.stdout).toMatch(new RegExp(`^${url}/setup\\?token=[A-Za-z0-9_-]+\n$`))
    expect(
      (await sxs(['user', 'add', 'bob', '--role', 'runner', '--password-stdin'], env, 'a long password\n'))
        .code,
    ).toBe(0)
    expect((await sxs(['user', 'add', 'bob', '--role', 'runner'], env)).code).toBe(1)
    expect((await sxs(['user', 'add', 'eve', '--role', 'king'], env)).code).toBe(2)
    expect((await sxs(['reindex'], env)).stdout).toMatch(/^2 scripts at [0-9a-f]{7}\n$/)
    expect(lines[1]).toMatch(new RegExp(`^Choose the first admin's password at ${url}/setup\\?token=`))
  } finally {
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  }
  const offline = await sxs(['key', 'add', '--user', 'bob'], env)
  expect(offline.stdout).toMatch(/^sxs_[A-Za-z0-9_-]+\n$/)
  expect((await sxs(['reindex', '--json'], env)).stdout).toContain('"scripts": 2')
})

test('check says of a folder what a push would, and run runs a script of it', async () => {
  const env = variables(data())
  const folder = temporaryFolder()
  const script = join(folder, 'scripts/try')
  mkdirSync(script, { recursive: true })
  writeFileSync(
    join(script, 'main.py'),
    'import os\ndef main(data, run):\n    data["n"] = data.get("n", 0) + 1\n    print("hi", os.environ.get("WHO"))\n    return run.input\n',
  )
  expect(await sxs(['check', folder], { ...env, ...GIT_ENV } as Record<string, string>)).toEqual({
    code: 0,
    stdout: '+ try\n    no schedule: runs when asked\n    runs main(data, run), timeout 30 min\n',
    stderr: '',
  })
  writeFileSync(join(folder, 'who.env'), '# who\nWHO="Ada"\n')
  const kept = join(folder, 'data.json')
  const args = ['run', script, '--input', '{"a": 1}', '--env-file', join(folder, 'who.env'), '--data', kept]
  expect(await sxs(args, env)).toEqual({ code: 0, stdout: 'hi Ada\n{"a":1}\n', stderr: '' })
  expect((await sxs(args, env)).code).toBe(0)
  expect((await import('node:fs')).readFileSync(kept, 'utf8')).toBe('{"n":2}\n')

  writeFileSync(join(script, 'main.py'), 'def main(: pass\n')
  const refused = await sxs(['check', script], env)
  expect([refused.code, refused.stdout]).toEqual([
    1,
    'scripts/try/main.py:1:10: syntax error: invalid syntax; mend this line\n',
  ])
  expect((await sxs(['check', '/nowhere'], env)).code).toBe(2)
  expect((await sxs(['run', script, '--input', '{'], env)).code).toBe(2)
  expect((await sxs(['nonsense'], env)).code).toBe(2)
  expect((await sxs(['doctor'], env)).stdout).toMatch(/✓ git +2\./)
})
