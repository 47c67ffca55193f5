import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../base/index.ts'

const KEY_BYTES = 32

/**
 * The key that signs API sessions, from `session.key` in the folder (made on first use, readable by its owner only).
 * It is not in the database, so that a copy of the database signs nothing. Throws `invalid` when the file is damaged.
 */
export function openSigningKey(folder: string): KeyObject {
  const path = join(folder, 'session.key')
  if (!existsSync(path)) makeKey(folder, path)
  chmodSync(path, 0o600)
  const bytes = readFileSync(path)
  if (bytes.length !== KEY_BYTES)
    throw new AppError(
      'invalid',
      `${path} is damaged: it has ${bytes.length} bytes, not ${KEY_BYTES}; remove it`,
    )
  return createSecretKey(bytes)
}

function makeKey(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Written whole before it has its name: a crash leaves no half key.
  const draft = `${path}.new`
  writeFileSync(draft, randomBytes(KEY_BYTES), { mode: 0o600, flush: true })
  renameSync(draft, path)
}
