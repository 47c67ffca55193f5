import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { finish } from './measure.ts'

const CLI = join(import.meta.dirname, '../../dist/cli.js')
export const PASSWORD = 'correct horse battery'

export type Server = Awaited<ReturnType<typeof startServer>>

/** The built server in a process of its own, as a user starts it, and a signed-in client of its API. */
export async function startServer(dataDir: string) {
  const env = {
    PATH: process.env['PATH']!,
    HOME: dataDir,
    SXS_DATA_DIR: dataDir,
    SXS_PORT: '0',
    SXS_ADMIN_PASSWORD: PASSWORD,
    SXS_LOG_LEVEL: 'error',
    SXS_DISK_RESERVE: '1MiB',
  }
  const child = spawn(process.execPath, ['--max-semi-space-size=2', CLI, 'start'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^ScriptExecuterServer ready at (http:\S+)$/.exec(line)?.[1]
      if (found) resolve(found)
    })
  })
  let token = ''

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  const session = { username: 'admin', password: PASSWORD }
  token = (await call<{ token: string }>('POST', '/sessions', session)).token

  return {
    pid: child.pid!,
    url,
    call,
    /** A new API key of the admin's. */
    async newKey(): Promise<string> {
      const args = [CLI, 'key', 'add', '--user', 'admin', '--name', 'bench']
      return (await finish(process.execPath, args, { env })).trim()
    },
    /** Calls with the id of each run of which something was announced. */
    async onRun(listener: (id: number) => void): Promise<WebSocket> {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, {
        headers: { authorization: `Bearer ${token}` },
      })
      await once(socket, 'open')
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string; id?: number }
        if (message.type === 'run' && message.id !== undefined) listener(message.id)
      })
      socket.send(JSON.stringify({ follow: 'runs' }))
      return socket
    },
    async stop(): Promise<void> {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
