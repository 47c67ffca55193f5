import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PASSWORD } from './server.ts'

export const CLI = join(import.meta.dirname, '../../dist/cli.js')

export type Ended = { code: number | null; stdout: string; stderr: string }

/** The variables of a command: nothing of the test's own but where programs are. */
export function variables(dataDir: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH']!,
    HOME: dataDir,
    SXS_DATA_DIR: dataDir,
    SXS_PORT: '0',
    SXS_ADMIN_PASSWORD: PASSWORD,
    SXS_DISK_RESERVE: '1MiB',
    SXS_LOG_LEVEL: 'error',
    ...more,
  }
}

/** Runs the built command to its end. */
export async function sxs(args: string[], env: Record<string, string>, input = ''): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], { env })
  child.stdin.end(input)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Starts the built command; `says` resolves when its standard output holds the text. */
export function startSxs(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [CLI, ...args], { env })
  child.stdin.end()
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      said[name] += chunk.toString()
      child.emit('said')
    })
  return {
    child,
    async says(text: string, where: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
      while (!said[where].includes(text)) await once(child, 'said', { signal: AbortSignal.timeout(60_000) })
    },
    ended: once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...said })),
  }
}

/** `said` gives what the pattern finds in what was or will be printed. */
export type SpawnedServer = {
  child: ChildProcess
  url: string
  lines: string[]
  said(pattern: RegExp): Promise<string>
}

/** A server in a process of its own, to be killed. */
export async function spawnServer(env: Record<string, string>): Promise<SpawnedServer> {
  const child = spawn(process.execPath, [CLI, 'start'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const said = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const look = (line: string) => {
        const found = pattern.exec(line)
        if (found) resolve(found[0])
      }
      lines.forEach(look)
      output.on('line', look)
    })
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the server ended with ${String(code)}`)
  })
  const ready = await Promise.race([said(/^ScriptExecuterServer ready at http:\S+$/), failed])
  return { child, url: ready.slice(ready.indexOf('http')), lines, said }
}

/** A client of a server in another process: it polls, for it has no bus to listen on. */
export async function clientOf(url: string) {
  const signedIn = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  })
  const { token } = (await signedIn.json()) as { token: string }
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as T
  }
  return {
    call,
    gitUrl: `${url.replace('http://', `http://admin:${encodeURIComponent(PASSWORD)}@`)}/scripts.git`,
    /** Asks again, a little later each time, until there is an answer. */
    async until<T>(look: () => Promise<T | undefined>): Promise<T> {
      for (let waitMs = 20; ; waitMs = Math.min(waitMs * 1.5, 500)) {
        const found = await look()
        if (found !== undefined) return found
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    },
  }
}
