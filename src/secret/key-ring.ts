import { hash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../base/index.ts'

const KEY_BYTES = 32

/** A key and what it is told by, which says nothing of it. */
export type Key = { id: string; bytes: Buffer }

/** The keys of secrets' values: the newest seals, older ones open what they sealed until that is sealed anew. */
export type KeyRing = {
  /** The newest; made, where there is none yet. */
  current(): Key
  find(id: string): Key | undefined
  /** Whether older keys are still kept. */
  hasOld(): boolean
  /** Makes a key that seals from now on. On disk when it returns. */
  add(): void
  /** Takes the older keys out of the file. Who reads at this moment still opens with them. */
  dropOld(): void
}

/** Opens the keys in `secrets.key` of the folder: one key a line as base64, the newest last. Errors: invalid. */
export function openKeyRing(folder: string): KeyRing {
  const path = join(folder, 'secrets.key')
  const known = new Map<string, Key>()
  let kept: Key[] = []
  if (existsSync(path)) {
    chmodSync(path, 0o600)
    kept = readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line, at) => readKey(line, path, at + 1))
    for (const key of kept) known.set(key.id, key)
  }
  const keep = (keys: Key[]) => {
    writeWhole(folder, path, keys.map(({ bytes }) => `${bytes.toString('base64')}\n`).join(''))
    kept = keys
    for (const key of keys) known.set(key.id, key)
  }
  const ring: KeyRing = {
    current() {
      if (kept.length === 0) ring.add()
      return kept.at(-1)!
    },
    find: (id) => known.get(id),
    hasOld: () => kept.length > 1,
    add: () => keep([...kept, keyOf(randomBytes(KEY_BYTES))]),
    dropOld: () => keep(kept.slice(-1)),
  }
  return ring
}

function readKey(line: string, path: string, number: number): Key {
  const bytes = Buffer.from(line, 'base64')
  if (bytes.length === KEY_BYTES) return keyOf(bytes)
  throw new AppError(
    'invalid',
    `${path}:${number} is no key of ${KEY_BYTES} bytes; put back the file that belongs to this record.db, or move it away and set all secrets anew`,
  )
}

const keyOf = (bytes: Buffer): Key => ({ id: hash('sha256', bytes).slice(0, 16), bytes })

/** Under its name only when it is whole and on disk: what is sealed with a key is nothing without it. */
function writeWhole(folder: string, path: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
