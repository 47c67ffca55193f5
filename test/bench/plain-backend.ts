import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GIT_ENV } from './repository.ts'

/** The least that serves a bare repository over HTTP: `git http-backend` behind Node, without hooks or passwords. */
export async function startPlainBackend(gitDir: string): Promise<{ url: string; close(): void }> {
  const server = createServer((incoming, outgoing) => serve(gitDir, incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function serve(gitDir: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { pathname, search } = new URL(incoming.url!, 'http://localhost')
  const { headers } = incoming
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: GIT_ENV['PATH'],
      HOME: GIT_ENV['HOME'],
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: gitDir,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: incoming.method,
      CONTENT_TYPE: headers['content-type'],
      ...(headers['content-length'] ? { CONTENT_LENGTH: headers['content-length'] } : {}),
      HTTP_CONTENT_ENCODING: headers['content-encoding'],
      GIT_PROTOCOL: headers['git-protocol'] as string | undefined,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  incoming.pipe(child.stdin)
  let head = Buffer.alloc(0)
  child.stdout.on('data', function begin(chunk: Buffer) {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    child.stdout.off('data', begin)
    const lines = head.toString('latin1', 0, end).split('\r\n')
    const pairs = lines.map((line) => line.split(': ') as [string, string])
    const status = pairs.find(([name]) => name === 'Status')?.[1]
    for (const [name, value] of pairs) if (name !== 'Status') outgoing.setHeader(name, value)
    outgoing.writeHead(status ? Number.parseInt(status, 10) : 200)
    outgoing.write(head.subarray(end + 4))
    child.stdout.pipe(outgoing)
  })
}
