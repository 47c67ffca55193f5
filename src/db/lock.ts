import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { makePrivate, urlOf } from './file.ts'

export type FolderLock = { release(): Promise<void> }

/**
 * Takes the data folder for this process alone, or gives undefined where another process has it. It is the lock that
 * SQLite takes on a file of its own, so the kernel lets go of it when the process ends, however it ends.
 */
export async function lockFolder(folder: string): Promise<FolderLock | undefined> {
  const path = join(folder, 'lock.db')
  makePrivate(path)
  const client = createClient({ url: urlOf(path), concurrency: 1, timeout: 0 })
  try {
    // In this mode a lock once taken is kept after the transaction.
    await client.execute('PRAGMA locking_mode = EXCLUSIVE')
    await client.execute('CREATE TABLE IF NOT EXISTS holder (pid INTEGER)')
    await client.batch(
      ['DELETE FROM holder', { sql: 'INSERT INTO holder VALUES (?)', args: [process.pid] }],
      'write',
    )
  } catch (error) {
    client.close()
    if (/SQLITE_BUSY|database is locked/.test(String(error))) return undefined
    throw error
  }
  return {
    async release() {
      // The lock goes with the next read in the normal mode; closing alone leaves it until garbage is collected.
      await client.execute('PRAGMA locking_mode = NORMAL')
      await client.execute('SELECT pid FROM holder')
      client.close()
    },
  }
}
