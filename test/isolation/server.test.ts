import { spawn } from 'node:child_process'
import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { endLeftovers, type Tier } from '../../src/isolation/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { asRoot, log } from './machine.ts'

const NOBODY = 65534
const node = [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'server.ts')]

describe.each<Tier>(['namespace', 'none'])('when the server is killed at once, under %s', (tier) => {
  test('the script is gone with it, however it hid', async () => {
    const marker = `orphan-${tier}-${process.pid}`
    const dataDir = temporaryFolder()
    const server = startServer([dataDir, tier, STRAY.replace('MARKER', marker)])
    await server.until('left one')
    expect(running(marker)).toHaveLength(2)
    server.child.kill('SIGKILL')
    // Without a process namespace, what left the script's own process is ended by the next start.
    if (tier === 'none') endLeftovers(dataDir, log)
    await untilNone(marker)
  })
})

describe.runIf(asRoot)('a server that is run by an ordinary user', () => {
  test('holds its scripts in namespaces too', async () => {
    const dataDir = temporaryFolder()
    chmodSync(dataDir, 0o700)
    chownSync(dataDir, NOBODY, NOBODY)
    const server = startServer(
      [dataDir, 'namespace', 'import os; print("ran as", os.getuid())'],
      [...['/usr/bin/setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']],
    )
    await server.until('ran as')
    const told = JSON.parse(server.said().split('\n')[0]!) as Record<string, unknown>
    expect(told).toMatchObject({ tier: 'namespace', cutsNetwork: true, lost: [] })
    expect(server.said()).toContain('ran as 1000')
    await server.ended
  })
})

const STRAY = `
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(1), os.close(2)
        os.execv(sys.executable, [sys.executable, '-I', '-c', 'import time; time.sleep(60)', 'MARKER'])
    os._exit(0)
os.wait()
os.write(1, b'left one')
time.sleep(60)
`

function startServer(args: string[], prefix: string[] = []) {
  const line = [...prefix, ...node, ...args]
  const child = spawn(line[0]!, line.slice(1), {
    env: { PATH: process.env.PATH },
    cwd: join(import.meta.dirname, '../..'),
  })
  let said = ''
  let look = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said += part.toString()
      look()
    })
  }
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  return {
    child,
    ended,
    said: () => said,
    until: (word: string) =>
      new Promise<void>((resolve, reject) => {
        look = () => said.includes(word) && resolve()
        look()
        void ended.then(() => reject(new Error(`never said ${word}: ${said}`)))
      }),
  }
}

/** Every process whose command line ends with the marker, or holds the code that names it. */
function running(marker: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      return line.includes(marker) && !line.includes('server.ts') && !line.includes('bwrap')
    } catch {
      return false
    }
  })
}

// The kernel ends them; there is no promise of ours to wait for.
async function untilNone(marker: string): Promise<void> {
  while (running(marker).length > 0) await new Promise((resolve) => setImmediate(resolve))
}
