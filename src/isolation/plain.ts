import { chownSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from './child.ts'
import { bearsOnStart } from '../base/index.ts'
import { limitsOf } from './limit.ts'
import type { SandboxRequest } from './sandbox.ts'

export type Plain = {
  setpriv: string | undefined
  prlimit: string | undefined
  /** A new mark for each process, so that all that it leaves behind can be found. */
  newMark(): string
}

/**
 * The command that runs the request without namespaces: in a session of its own, with its own environment and
 * temporary folder, and, where a uid is given, as that user without any further right. Throws where the environment
 * would reach further than the script: what starts it is started with it, and still has the server's rights.
 */
export function plainCommand(plain: Plain, request: SandboxRequest, uid: number | undefined): Command {
  const refused = Object.keys(request.env).find(bearsOnStart)
  if (refused !== undefined)
    throw new Error(`${refused} bears on what starts the script, and cannot be given`)
  const scratch = mkdtempSync(join(tmpdir(), 'sxs-run-'))
  if (uid !== undefined) chownSync(scratch, uid, uid)
  const line = [
    ...rightsOf(plain.setpriv, uid),
    ...limitsOf(plain.prlimit, request.limits, { counted: uid !== undefined, inherited: false }),
    ...request.argv,
  ]
  return {
    file: line[0]!,
    args: line.slice(1),
    env: {
      HOME: scratch,
      TMPDIR: scratch,
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
      ...request.env,
    },
    cwd: request.cwd,
    control: request.control ?? false,
    ...(request.memoryBytes === undefined ? {} : { memoryBytes: request.memoryBytes }),
    mark: plain.newMark(),
    scratch,
  }
}

// A container may withhold SETPCAP. Without new rights to be had, nothing can be gained from the bounding set.
const SETPCAP = 1n << 8n

function mayDropBounds(): boolean {
  const rights = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0'
  return (BigInt(`0x${rights}`) & SETPCAP) !== 0n
}

function rightsOf(setpriv: string | undefined, uid: number | undefined): string[] {
  if (!setpriv) return []
  const user =
    uid === undefined
      ? []
      : [
          '--reuid',
          String(uid),
          '--regid',
          String(uid),
          '--clear-groups',
          ...(mayDropBounds() ? ['--bounding-set=-all'] : []),
          '--inh-caps=-all',
        ]
  return [setpriv, ...user, '--no-new-privs', '--pdeathsig', 'KILL', '--']
}
