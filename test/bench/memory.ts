import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { makeRepository } from './repository.ts'
import { startServer } from './server.ts'

const SETTLE_MS = 5000

/** What the server holds in memory, bytes: when it is ready and has been left alone, and after one page of the list. */
export type Memory = { ready: number; listed: number }

/** Starts a server on a repository of so many scripts, which it indexes first, and reads its resident set. */
export async function measureMemory(folder: string, scripts: number): Promise<Memory> {
  const dataDir = join(folder, 'data')
  await makeRepository(join(dataDir, 'scripts.git'), scripts)
  const server = await startServer(dataDir)
  try {
    await wait(SETTLE_MS)
    const ready = residentBytes(server.pid)
    await server.call('GET', '/scripts?limit=100')
    return { ready, listed: residentBytes(server.pid) }
  } finally {
    await server.stop()
  }
}

/** What the process holds in memory, bytes. */
export function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return Number(kib) * 1024
}
