import { execFileSync } from 'node:child_process'
import { lstatSync, readlinkSync } from 'node:fs'
import type { Command } from './child.ts'
import { limitsOf } from './limit.ts'
import type { Python } from './python.ts'
import type { SandboxRequest } from './sandbox.ts'
import type { Staging } from './staging.ts'

/** What bubblewrap's command line is made from; found once. */
export type Bubblewrap = {
  program: string
  version: string
  /** Options that older versions lack. */
  sizes: boolean
  deniesUserNamespaces: boolean
  /** The folder that is /etc inside. */
  etc: string
  prlimit: string | undefined
  /** Whether the usual limits come with being started by the server. */
  limited: boolean
  pythons: Python[]
  /** Where folders lie that a script's uid cannot reach; only as root. */
  staging: Staging | undefined
}

const PATH = '/usr/local/bin:/usr/bin:/bin'

/**
 * The whole environment of what stands between the server and a script in namespaces; it runs outside of them. In any
 * other language each of its programs would read a dozen files first.
 */
export const LAUNCHER_ENV = { PATH, LANG: 'C' }
/** What a script finds where its own environment says nothing else. */
const INSIDE_ENV = { HOME: '/tmp', TMPDIR: '/tmp', PATH, LANG: 'C.UTF-8' }

/** Inside, the script is this user, whatever it is outside. */
export const INSIDE_UID = 1000

const TMP_BYTES = 1024 ** 3
const SHM_BYTES = 256 * 1024 ** 2
const SYSTEM = systemFolders()

/** What this bubblewrap can do; undefined when there is none that is new enough. */
export function lookAtBubblewrap(
  program: string,
): Pick<Bubblewrap, 'version' | 'sizes' | 'deniesUserNamespaces'> {
  const help = execFileSync(program, ['--help'], { encoding: 'utf8', timeout: 10_000 })
  const version = execFileSync(program, ['--version'], { encoding: 'utf8', timeout: 10_000 }).trim()
  return { version, sizes: help.includes('--size '), deniesUserNamespaces: help.includes('--disable-userns') }
}

/**
 * The command that runs the request in namespaces of its own. As root it starts as the script's uid: bubblewrap run
 * as root would leave uid 0 of the kernel to the script. Everything is read-only but /tmp, /dev/shm and what the
 * request binds writable.
 */
export function namespaceCommand(
  bubblewrap: Bubblewrap,
  request: SandboxRequest,
  uid: number | undefined,
): Command {
  const pythons = request.python ? [request.python] : bubblewrap.pythons
  const prefixes = pythons
    .map(({ basePrefix }) => basePrefix)
    .filter((prefix) => !/^\/usr(\/|$)/.test(prefix))
  const bindings = [
    { from: bubblewrap.etc, to: '/etc' },
    ...[...new Set(prefixes)].map((prefix) => ({ from: prefix, to: prefix })),
    ...request.bindings,
  ]
  const staged =
    uid === undefined
      ? undefined
      : bubblewrap.staging?.stage(
          bindings.map(({ from }) => from),
          uid,
        )
  const args = [
    ...fixedArguments(bubblewrap, request),
    ...bindings.flatMap(({ from, to, ...more }) => [
      'writable' in more && more.writable ? '--bind' : '--ro-bind',
      staged?.paths.get(from) ?? from,
      to,
    ]),
    ...['--remount-ro', '/', '--chdir', request.cwd, '--'],
    ...limitsOf(bubblewrap.prlimit, request.limits, { counted: true, inherited: bubblewrap.limited }),
    ...request.argv,
  ]
  const enter = staged ? [...staged.enter, bubblewrap.program] : [bubblewrap.program]
  return {
    file: enter[0]!,
    args: [...enter.slice(1), ...args],
    env: LAUNCHER_ENV,
    // They take effect inside only: LD_PRELOAD, say, would have the launcher run a script's code with the server's rights.
    namespace: Object.entries({ ...INSIDE_ENV, ...request.env }).flatMap(([name, value]) => [
      '--setenv',
      name,
      value,
    ]),
    cwd: '/',
    control: request.control ?? false,
    ...(request.memoryBytes === undefined ? {} : { memoryBytes: request.memoryBytes }),
    // What enters the staging place takes the uid on itself, after it.
    ...(uid === undefined || staged ? {} : { uid }),
  }
}

function fixedArguments(bubblewrap: Bubblewrap, request: SandboxRequest): string[] {
  const size = (bytes: number) => (bubblewrap.sizes ? ['--size', String(bytes)] : [])
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(request.network ? [] : ['--unshare-net']),
    ...(bubblewrap.deniesUserNamespaces ? ['--disable-userns'] : []),
    ...['--uid', String(INSIDE_UID), '--gid', String(INSIDE_UID), '--hostname', 'script'],
    ...['--new-session', '--die-with-parent', '--cap-drop', 'ALL', '--json-status-fd', '4', '--args', '5'],
    ...SYSTEM,
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--perms', '1777', ...size(request.tmpBytes ?? TMP_BYTES), '--tmpfs', '/tmp'],
    ...['--perms', '1777', ...size(SHM_BYTES), '--tmpfs', '/dev/shm'],
  ]
}

function systemFolders(): string[] {
  return ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].flatMap((folder) => {
    const found = lstatSync(folder, { throwIfNoEntry: false })
    if (!found) return []
    return found.isSymbolicLink()
      ? ['--symlink', readlinkSync(folder), folder]
      : ['--ro-bind', folder, folder]
  })
}
