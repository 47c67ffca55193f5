import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** A process as /proc shows it; `startedAt` (in ticks since boot) tells it from a later one of the same number. */
type Process = {
  pid: number
  parent: number
  group: number
  session: number
  state: string
  startedAt: string
}

/** What /proc says of one process; undefined when it is gone. A zombie is still told, with state Z. */
export function lookAt(pid: number): Process | undefined {
  const text = read(`/proc/${pid}/stat`)
  // The name, in parentheses, may hold anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields && fields.length > 19
    ? {
        pid,
        state: fields[0]!,
        parent: Number(fields[1]),
        group: Number(fields[2]),
        session: Number(fields[3]),
        startedAt: fields[19]!,
      }
    : undefined
}

export function isAlive(pid: number): boolean {
  const found = lookAt(pid)
  return found !== undefined && found.state !== 'Z' && found.state !== 'X'
}

export function allProcesses(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** Its children, eldest first. */
export function childrenOf(pid: number): number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`)
  if (text !== undefined) return text.split(' ').filter(Boolean).map(Number)
  return allProcesses().filter((other) => lookAt(other)?.parent === pid)
}

/** The process and all that descend from it, as far as they were not adopted by another. */
export function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)]
}

/** What they hold in memory together, in bytes. */
export function memoryOf(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const resident = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')
    return sum + Number(resident?.[1] ?? 0) * 1024
  }, 0)
}

/** The same, with what several hold in common counted once; where that cannot be read, what the process holds. */
export function memoryShareOf(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const share = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1]
    return sum + (share === undefined ? memoryOf([pid]) : Number(share) * 1024)
  }, 0)
}

/** Whether its environment held the text when it started. */
export function bears(pid: number, text: string): boolean {
  return read(`/proc/${pid}/environ`)?.includes(text) ?? false
}

/** Where the machine is in want of memory, the process and all that it starts are to be killed before the server is. */
export function killBeforeServer(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000')
  } catch {
    // It has ended already, or the kernel does not let it be told.
  }
}

/** Sends the signal; false when there is nobody, or none of ours. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
