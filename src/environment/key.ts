import { createHash } from 'node:crypto'
import type { Python } from '../isolation/index.ts'

/** What a resolution answers: the same requirements, in whatever order, for one Python and platform. 64 hex digits. */
export function lockRequestOf(lines: string[], python: Python): string {
  const plain = lines.map((line) => line.trim().replace(/\s+/g, ' ')).filter((line) => line !== '')
  return hashOf([python.version, python.tag, python.platform, ...new Set(plain.sort())])
}

/** The id of a lock, made from its text alone: 16 hex digits. */
export const lockIdOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/**
 * The key of an environment, 16 hex digits. Console scripts hold the folder's path, and its `bin/python` the
 * interpreter's, so both count.
 */
export function environmentKeyOf(lockText: string, python: Python, folder: string): string {
  return hashOf([python.version, python.tag, python.platform, python.path, folder, lockText]).slice(0, 16)
}

/** The name of the folder with pip for one interpreter. */
export const installerNameOf = (python: Python): string =>
  `installer-${python.version}-${hashOf([python.path]).slice(0, 8)}`

// Length before text, so that no two lists of parts read the same.
function hashOf(parts: string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`)
  return hash.digest('hex')
}
