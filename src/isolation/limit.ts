import { execFileSync } from 'node:child_process'
import type { Limits } from './sandbox.ts'

const OPEN_FILES = 4096
const PROCESSES = 1024

/**
 * The start of a command line that sets the limits of what follows it; empty when there is nothing to set.
 * `counted`: processes can be limited, because they are counted for this script alone. `inherited`: the usual limits
 * are the server's own by `lowerOwnLimits`, so that only others need a program of their own, which costs 1 ms.
 */
export function limitsOf(
  prlimit: string | undefined,
  limits: Limits | undefined,
  { counted, inherited }: { counted: boolean; inherited: boolean },
): string[] {
  if (!prlimit || (inherited && !limits)) return []
  const { openFiles = OPEN_FILES, processes = PROCESSES, addressBytes, fileBytes, cpuSeconds } = limits ?? {}
  return [
    prlimit,
    '--core=0',
    `--nofile=${openFiles}`,
    ...(counted ? [`--nproc=${processes}`] : []),
    ...(addressBytes === undefined ? [] : [`--as=${addressBytes}`]),
    ...(fileBytes === undefined ? [] : [`--fsize=${fileBytes}`]),
    ...(cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}`]),
    '--',
  ]
}

/**
 * As root: no core files, and at most so many processes for each uid of a script, from the server down. Root itself
 * is not bound by the count. False where that is not to be had.
 */
export function lowerOwnLimits(prlimit: string | undefined): boolean {
  if (!prlimit) return false
  try {
    execFileSync(prlimit, ['--pid', String(process.pid), '--core=0', `--nproc=${PROCESSES}`], {
      timeout: 10_000,
    })
    return true
  } catch {
    return false
  }
}
