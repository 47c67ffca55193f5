import { chownSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from './child.ts'
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
 * temporary folder, and, where a uid is given, as that user without any further right.
 */
export function plainCommand(plain: Plain, request: SandboxRequest, uid: number | undefined): Command {
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
    namespace: false,
    mark: plain.newMark(),
    scratch,
  }
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
          '--bounding-set=-all',
          '--inh-caps=-all',
        ]
  return [setpriv, ...user, '--no-new-privs', '--pdeathsig', 'KILL', '--']
}
