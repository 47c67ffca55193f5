import { existsSync } from 'node:fs'
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, inflateSync } from 'node:zlib'
import { openObjects, readerOf, type GitObject, type ObjectInfo, type ObjectReader } from './objects.ts'

/** Enough of a loose object for its header, `<type> <size>\0`, whatever its content. */
const HEAD_BYTES = 512

/**
 * Reads the objects of a push, which wait in a quarantine, and those of the repository (`main`). The few of a common
 * push lie there as loose files and are read without a process; only where a pack waits too is a git of its own asked.
 */
export function openQuarantine(
  gitDir: string,
  env: Record<string, string>,
  main: ObjectReader,
): ObjectReader {
  const folder = env['GIT_OBJECT_DIRECTORY']!
  let other: Promise<ObjectReader> | undefined

  /** Where to ask for what is no loose object. */
  function others(): Promise<ObjectReader> {
    other ??= holdsPack(folder).then((packed) => (packed ? openObjects(gitDir, env) : main))
    return other
  }

  /** The path of the object's loose file; undefined where there is none. */
  function looseFile(spec: string): string | undefined {
    if (!/^[0-9a-f]{40}$/.test(spec)) return undefined
    const path = join(folder, spec.slice(0, 2), spec.slice(2))
    return existsSync(path) ? path : undefined
  }

  return readerOf({
    async find(spec) {
      const path = looseFile(spec)
      if (!path) return (await others()).find(spec)
      const bytes = inflateSync(await readFile(path))
      return { ...headOf(spec, bytes), content: bytes.subarray(bytes.indexOf(0) + 1) } satisfies GitObject
    },
    async info(spec) {
      const path = looseFile(spec)
      if (!path) return (await others()).info(spec)
      // What is cut off is not asked for: a file may be large.
      return headOf(spec, inflateSync(await firstBytes(path), { finishFlush: constants.Z_SYNC_FLUSH }))
    },
    close() {
      void other?.then((reader) => reader === main || reader.close())
    },
  })
}

async function holdsPack(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, 'pack')).catch(() => [])
  return names.length > 0
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function headOf(id: string, bytes: Buffer): ObjectInfo {
  const [type, size] = bytes.toString('latin1', 0, bytes.indexOf(0)).split(' ')
  return { id, type: type as GitObject['type'], size: Number(size) }
}
