import { constants } from 'node:fs'
import {
  chmod,
  lchown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'

// Written last, so that a folder without it is known to be half-built.
const MARKER = 'ready.json'
const MEANWHILE = '.meanwhile'
export const CERTIFICATES = `${MEANWHILE}/certificates.pem`

/** What stands in the marker of a whole folder. */
export type Marker = { key: string; python: string; lock: string; bytes: number; builtAt: number }

/** The marker of a folder that is whole and whose interpreter is still there; undefined otherwise. */
export async function findReady(path: string): Promise<Marker | undefined> {
  try {
    await stat(join(path, 'bin/python'))
    return JSON.parse(await readFile(join(path, MARKER), 'utf8')) as Marker
  } catch {
    return undefined
  }
}

/** A folder with these files alone, whatever was there before. */
export async function makeFolder(path: string, files: Record<string, string>): Promise<void> {
  await removeFolder(path)
  await mkdir(join(path, MEANWHILE), { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
}

/** What a step left in a file for us; throws where it left anything but a plain file. */
export async function readAnswer(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${path} is not a file`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** Where a step may keep what it needs meanwhile: on the disk, as wheels can be larger than a /tmp in memory. */
export const homeIn = (folder: string): Record<string, string> => ({
  HOME: join(folder, MEANWHILE),
  TMPDIR: join(folder, MEANWHILE),
  NO_COLOR: '1',
})

/** Where a job finds the certificate authorities, which may lie where its sandbox sees nothing. */
export const certificatesIn = (folder: string): string => join(folder, CERTIFICATES)

/**
 * Makes all below the path the server's own, readable by all and writable by nobody, then marks it as whole. Nothing
 * that could still write there may be running. Gives the bytes it holds.
 */
export async function finishFolder(path: string, marker: Omit<Marker, 'bytes'>): Promise<number> {
  await removeFolder(join(path, MEANWHILE))
  const bytes = await freeze(path)
  await chmod(path, 0o755)
  const file = await open(join(path, `${MARKER}.new`), 'wx', 0o444)
  await file.writeFile(`${JSON.stringify({ ...marker, bytes } satisfies Marker)}\n`)
  await file.sync()
  await file.close()
  await rename(join(path, `${MARKER}.new`), join(path, MARKER))
  await chmod(path, 0o555)
  return bytes
}

/** Removes a folder, read-only ones too; none is fine. */
export async function removeFolder(path: string): Promise<void> {
  // Without its marker first: should this be cut off, what is left is known to be half.
  await chmod(path, 0o755).catch(() => undefined)
  await rm(join(path, MARKER), { force: true })
  await rm(path, { recursive: true, force: true }).catch(async () => {
    await unlock(path)
    await rm(path, { recursive: true, force: true })
  })
}

async function freeze(path: string): Promise<number> {
  const status = await lstat(path)
  if (process.getuid?.() === 0) await lchown(path, 0, process.getgid!())
  if (status.isSymbolicLink()) return status.size
  if (!status.isDirectory()) {
    await chmod(path, status.mode & 0o111 ? 0o555 : 0o444)
    return status.size
  }
  await chmod(path, 0o700)
  const sizes = await Promise.all((await readdir(path)).map((name) => freeze(join(path, name))))
  await chmod(path, 0o555)
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}

/** Lets an ordinary user, and a root without the right to pass over modes, remove what is read-only or another's. */
async function unlock(path: string): Promise<void> {
  if (process.getuid?.() === 0) await lchown(path, 0, process.getgid!()).catch(() => undefined)
  await chmod(path, 0o700).catch(() => undefined)
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await unlock(join(path, entry.name))
}
