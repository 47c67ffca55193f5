import type { Limits } from './sandbox.ts'

const OPEN_FILES = 4096
const PROCESSES = 1024

/**
 * The start of a command line that sets the limits of what follows it. `counted`: the number of processes can be
 * limited, because the uid is the script's own there.
 */
export function limitsOf(prlimit: string | undefined, limits: Limits = {}, counted: boolean): string[] {
  if (!prlimit) return []
  return [
    prlimit,
    '--core=0',
    `--nofile=${limits.openFiles ?? OPEN_FILES}`,
    ...(counted ? [`--nproc=${limits.processes ?? PROCESSES}`] : []),
    ...(limits.memoryBytes === undefined ? [] : [`--as=${limits.memoryBytes}`]),
    ...(limits.fileBytes === undefined ? [] : [`--fsize=${limits.fileBytes}`]),
    ...(limits.cpuSeconds === undefined ? [] : [`--cpu=${limits.cpuSeconds}`]),
    '--',
  ]
}
