import { execFile } from 'node:child_process'
import { readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { SECOND, searchPath } from '../base/index.ts'
import type { Log } from '../base/index.ts'

/** An interpreter that the server may use. */
export type Python = {
  /** The real program, never a version manager's shim. */
  path: string
  /** `3.11.7` */
  version: string
  /** `cp311`, as wheels name it. */
  tag: string
  /** `linux_x86_64` */
  platform: string
  /** Where its library lies; needed inside a sandbox too. */
  basePrefix: string
}

const OLDEST = [3, 9]
const DEADLINE_MS = 20 * SECOND
const AT_ONCE = 3
const NAME = /^python3(\.\d+)?$/

// What an interpreter says of itself: the program itself (a shim starts the real one), and whether venv works.
const QUESTION = `
import sys, sysconfig
try:
    import venv, ensurepip
    usable = True
except ImportError:
    usable = False
real = getattr(sys, '_base_executable', sys.executable)
print('\\n'.join([
    real, '.'.join(map(str, sys.version_info[:3])), sys.implementation.name, sysconfig.get_platform(),
    sys.base_prefix, str(usable and sys.version_info.releaselevel != 'alpha'),
]))`

/** The usable interpreters (CPython 3.9 or newer, with venv), newest first; each program once. */
export async function findPythons(log: Log): Promise<Python[]> {
  const found = new Map<string, Python>()
  const waiting = candidates()
  const work = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const python = await ask(path, log)
      if (python && !found.has(python.path)) found.set(python.path, python)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return [...found.values()].sort(
    (a, b) => compareVersions(b.version, a.version) || a.path.localeCompare(b.path),
  )
}

function candidates(): string[] {
  const named = searchPath()
  // A PATH without any Python is taken at its word: whoever set it decides what this server finds.
  if (!named.some((folder) => entries(folder).some((name) => NAME.test(name)))) return []
  const shims = named.filter((folder) => basename(folder) === 'shims')
  const folders = [
    ...named,
    '/usr/bin',
    '/usr/local/bin',
    ...[...shims.map(dirname), join(homedir(), '.pyenv')].flatMap((root) =>
      below(join(root, 'versions'), 'bin'),
    ),
    ...below(join(homedir(), '.local/share/uv/python'), 'bin'),
  ]
  const paths = folders.flatMap((folder) =>
    entries(folder)
      // A shim takes a second to answer; one tells which version is chosen, and the folders above hold the rest.
      .filter((name) => (shims.includes(folder) ? name === 'python3' : NAME.test(name)))
      .map((name) => join(folder, name)),
  )
  // The names of one program are asked once.
  return [...new Map(paths.map((path) => [realPath(path), path])).values()]
}

function ask(path: string, log: Log): Promise<Python | undefined> {
  return new Promise((resolve) => {
    execFile(
      path,
      ['-I', '-c', QUESTION],
      { timeout: DEADLINE_MS, killSignal: 'SIGKILL' },
      (error, stdout) => {
        if (error) log.debug({ path, reason: error.message.split('\n')[0] }, 'not a usable Python')
        resolve(error ? undefined : readAnswer(stdout))
      },
    )
  })
}

function readAnswer(text: string): Python | undefined {
  const [program = '', version = '', implementation, platform = '', basePrefix = '', usable] = text
    .trim()
    .split('\n')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (implementation !== 'cpython' || usable !== 'True' || compareVersions(version, OLDEST.join('.')) < 0)
    return undefined
  const path = realPath(program)
  return path
    ? { path, version, tag: `cp${major}${minor}`, platform: platform.replace(/[-.]/g, '_'), basePrefix }
    : undefined
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  const at = [0, 1, 2].find((part) => (left[part] ?? 0) !== (right[part] ?? 0))
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0)
}

function below(folder: string, name: string): string[] {
  return entries(folder).map((entry) => join(folder, entry, name))
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return ''
  }
}
