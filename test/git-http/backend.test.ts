import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog, systemActor } from '../../src/base/index.ts'
import type { Changes } from '../../src/change/index.ts'
import { openRepository } from '../../src/git/index.ts'
import { gitRoutes } from '../../src/git-http/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'

const path = process.env['PATH']!
const logged: string[] = []
let server: Server
let url: string

beforeEach(async () => {
  logged.length = 0
  const repository = await openRepository(join(temporaryFolder(), 'scripts.git'), '#!/bin/sh\nexit 0\n')
  const log = Object.assign(createLog('silent'), {
    error: ({ err }: { err: Error }) => void logged.push(err.message),
  })
  const routes = gitRoutes({
    repository,
    log,
    // No push comes so far.
    changes: {} as Changes,
    landed: () => Promise.resolve([]),
    authenticate: () => Promise.resolve(systemActor),
  })
  const listener = getRequestListener(routes.fetch as (request: Request) => Response)
  server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/info/refs?service=git-upload-pack`
})
afterEach(() => {
  process.env['PATH'] = path
  server.closeAllConnections()
  server.close()
})

/** From now on this shell program is what serves for the git that is found. */
function gitBecomes(program: string): void {
  const folder = temporaryFolder()
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  put('git', `echo '${folder}'`)
  put('git-http-backend', program)
  process.env['PATH'] = `${folder}:${path}`
}

const ask = () => fetch(url, { headers: { authorization: `Basic ${btoa('any:key')}` } })

test('git answers', async () => {
  const answer = await ask()
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('git-upload-pack')])
})

test.each([
  ['ends without a word', 'echo no disk >&2; exit 1', 'git http-backend gave no answer: no disk\n'],
  ['ends within its header', "printf 'Content-Type: x\\r\\n'", 'git http-backend gave no answer: '],
  ['is killed before it speaks', 'kill -9 $$', 'git http-backend gave no answer (SIGKILL): '],
])('a git that %s is a failure of the server, and in its log', async (_, program, message) => {
  gitBecomes(program)
  const answer = await ask()
  expect([answer.status, await answer.text()]).toEqual([
    500,
    'the server could not have git answer this; its log says why\n',
  ])
  expect(logged).toEqual([message])
})

test('a git that is killed in the middle of its answer leaves no whole answer', async () => {
  gitBecomes("printf 'Content-Type: text/plain\\r\\n\\r\\nhalf'; kill -9 $$")
  await expect(ask().then((answer) => answer.text())).rejects.toThrow()
  expect(logged).toEqual(['git http-backend ended in the middle of its answer (SIGKILL): '])
})
