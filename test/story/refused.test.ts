import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clone, startServer, type Clone, type TestServer } from '../support/server.ts'

let server: TestServer
let repo: Clone
let head: string

beforeAll(async () => {
  server = await startServer()
  repo = await clone(server.gitUrl)
  const { commit } = await repo.ship({ 'scripts/ok/main.py': 'def main(): pass\n' })
  head = commit
})
beforeEach(() => repo.git('reset', '--quiet', '--hard', head))
afterAll(() => server.stop())

/** Everything that a push is refused for, with the words that the pusher reads. */
const REFUSED: [string, Record<string, string>, string[]][] = [
  [
    'a cron line',
    {
      'scripts/a/main.py': 'def main(): pass\n',
      'scripts/a/script.yaml': 'schedule: {cron: "61 * * * *"}\n',
    },
    ["scripts/a/script.yaml:1:18: cron '61 * * * *': minute 61 is outside 0-59; write a minute from 0 to 59"],
  ],
  [
    'an unknown key',
    { 'scripts/a/main.py': 'def main(): pass\n', 'scripts/a/script.yaml': 'schedul: {every: 5m}\n' },
    ["scripts/a/script.yaml:1:1: unknown key 'schedul'; write 'schedule'"],
  ],
  [
    'Python syntax',
    { 'scripts/a/main.py': 'def main(:\n    pass\n' },
    ['scripts/a/main.py:1:10: syntax error: invalid syntax; mend this line'],
  ],
  [
    'Python syntax in lib',
    { 'lib/db.py': 'x = = 1\n' },
    ['lib/db.py:1:5: syntax error: invalid syntax; mend this line'],
  ],
  [
    'a requirement line',
    { 'scripts/a/main.py': 'def main(): pass\n', 'scripts/a/requirements.txt': 'requests\n-e .\n' },
    ["scripts/a/requirements.txt:2:1: '-e': an editable install is not possible; name a published release"],
  ],
  [
    'a main that cannot be called',
    { 'scripts/a/main.py': 'def main(x, y): pass\n' },
    [
      "scripts/a/main.py:1:1: main cannot be called: nothing is known to give for 'x', 'y'; write main(data), main(data, run) or main(), or end the file with if __name__ == \"__main__\"",
    ],
  ],
  [
    'a gate without trigger',
    { 'scripts/a/main.py': 'def main(): pass\n', 'scripts/a/trigger.py': 'x = 1\n' },
    [
      "scripts/a/trigger.py:1:1: the gate has no function trigger; add 'def trigger(data):' that returns True or False",
    ],
  ],
  [
    'a missing entry',
    { 'scripts/a/script.yaml': 'description: x\n' },
    ['scripts/a/script.yaml:1:1: there is no main.py beside it; add it, or name another file'],
  ],
  [
    'a slug',
    { 'scripts/Big Name/main.py': 'def main(): pass\n' },
    ["scripts/Big Name: 'Big Name' cannot be part of a slug; rename it to scripts/big-name"],
  ],
  [
    'several at once',
    {
      'scripts/a/main.py': 'def main(: pass\n',
      'scripts/a/script.yaml': 'timeout: long\nmemory: much\n',
      'scripts/b/main.py': 'def main(): pass\n',
      'scripts/b/script.yaml': 'overlap: maybe\n',
    },
    [
      'scripts/a/main.py:1:10: syntax error: invalid syntax; mend this line',
      'scripts/a/script.yaml:1:10',
      'scripts/a/script.yaml:2:9',
      'scripts/b/script.yaml:1:10',
    ],
  ],
]

test.each(REFUSED)('%s is refused, and nothing is changed', async (_, files, lines) => {
  await repo.commit(files)
  const { ok, said } = await repo.push()
  const told = said.split('\n').slice(1)
  expect(ok).toBe(false)
  expect(said).toMatch(/^Refused, nothing was changed: \d problems?\n/)
  expect(told.map((line, at) => line.trim().slice(0, lines[at]?.length))).toEqual(lines)
  expect((await server.api('GET', '/status')).body['head']).toBe(head)
})

test('links, submodules and strange names are refused', async () => {
  const folder = join(repo.folder, 'scripts/a')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'main.py'), 'def main(): pass\n')
  symlinkSync('/etc/passwd', join(folder, 'link'))
  writeFileSync(join(folder, 'Data.txt'), '')
  writeFileSync(join(folder, 'data.txt'), '')
  writeFileSync(join(folder, '-rf'), '')
  writeFileSync(join(folder, 'new\nline'), '')
  await repo.git('add', '--all')
  await repo.git('update-index', '--add', '--cacheinfo', `160000,${head},scripts/a/sub`)
  await repo.git('commit', '--quiet', '-m', 'Strange names')
  const { said } = await repo.push()
  expect(said.split('\n').map((line) => line.trim())).toMatchInlineSnapshot(`
    [
      "Refused, nothing was changed: 5 problems",
      "scripts/a/-rf: the name begins with '-', so that it reads like an option; rename it",
      "scripts/a/data.txt: it differs from scripts/a/Data.txt in case alone; rename one of them",
      "scripts/a/link: symbolic links are not allowed; commit the file itself",
      "scripts/a/new\\x0aline: the name holds control characters; rename it",
      "scripts/a/sub: submodules are not allowed; commit its files themselves",
    ]
  `)
})
