import { spawn, type SpawnOptions } from 'node:child_process'

/** Two ways to the same end, measured in turns; milliseconds. */
export type Comparison = { ours: number[]; base: number[] }

/** The middle of the values; of an even number of them, the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The value that so many of a hundred do not exceed (nearest rank). */
export function percentile(values: number[], hundredths: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * hundredths) / 100) - 1)]!
}

/** How long `work` takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now()
  await work()
  return performance.now() - before
}

/**
 * Measures both so many times, in turns, and each time the other one first: what else the machine does then harms both
 * alike, and their ratio holds. Each call gives its own milliseconds.
 */
export async function inTurns(
  pairs: number,
  ours: (turn: number) => Promise<number>,
  base: (turn: number) => Promise<number>,
): Promise<Comparison> {
  const found: Comparison = { ours: [], base: [] }
  const once = {
    ours: async (turn: number) => void found.ours.push(await ours(turn)),
    base: async (turn: number) => void found.base.push(await base(turn)),
  }
  for (let turn = 0; turn < pairs; turn += 1) {
    const order = turn % 2 === 0 ? (['ours', 'base'] as const) : (['base', 'ours'] as const)
    for (const which of order) await once[which](turn)
  }
  return found
}

/** Runs a program to its end and gives what it printed; throws what it complained of when it fails. */
export async function finish(
  file: string,
  args: string[],
  options: SpawnOptions & { input?: AsyncIterable<string> | Iterable<string> } = {},
): Promise<string> {
  const { input, ...rest } = options
  const child = spawn(file, args, { ...rest, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (input) {
    for await (const part of input)
      if (!child.stdin!.write(part)) await new Promise((resolve) => child.stdin!.once('drain', resolve))
    child.stdin!.end()
  }
  const code = await ended
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}
