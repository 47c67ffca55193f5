import { text } from 'node:stream/consumers'
import { createLog } from '../../src/base/index.ts'
import { findPythons, openIsolation } from '../../src/isolation/index.ts'
import type { Isolation, Python, Sandboxed, SandboxRequest, Tier } from '../../src/isolation/index.ts'

export const log = createLog('silent')
export const asRoot = process.getuid?.() === 0

/** Those that this machine can make. */
export const tiers: Tier[] = asRoot ? ['namespace', 'uid', 'none'] : ['namespace', 'none']

let found: Promise<Python[]> | undefined

/** The interpreters of this machine; asked once for each test file. */
export const pythonsHere = (): Promise<Python[]> => (found ??= findPythons(log))

/** An isolation no stronger than the tier, in a data folder of its own. */
export async function isolationFrom(from: Tier, dataDir: string): Promise<Isolation> {
  return openIsolation({ accept: 'auto', dataDir, pythons: await pythonsHere(), log, from })
}

/** The Python that the tests of a tier use: one that every user reaches, where only modes hold scripts. */
export async function pythonFor(tier: Tier): Promise<Python> {
  const pythons = await pythonsHere()
  return (
    (tier === 'namespace' ? pythons[0] : pythons.find(({ basePrefix }) => basePrefix === '/usr')) ??
    pythons[0]!
  )
}

/** Starts Python code in the sandbox; what the request leaves out gets an empty value. */
export function startCode(
  isolation: Isolation,
  python: Python,
  code: string,
  more: Partial<SandboxRequest> = {},
): Sandboxed {
  return isolation.spawn({
    argv: [python.path, '-I', '-B', '-c', code],
    env: {},
    cwd: '/',
    bindings: [],
    network: true,
    python,
    ...more,
  })
}

/** Runs Python code in the sandbox to its end. */
export async function runCode(...args: Parameters<typeof startCode>) {
  const child = startCode(...args)
  const [stdout, stderr, exit] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  return { stdout, stderr, ...exit, peakMemoryBytes: child.peakMemoryBytes() }
}

/** What it has said so far; `until` settles when that holds the word. */
export function listen(child: Sandboxed): { until(word: string): Promise<void> } {
  let said = ''
  let look = () => {}
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString()
    look()
  })
  return {
    until: (word) =>
      new Promise((resolve, reject) => {
        look = () => said.includes(word) && resolve()
        look()
        void child.exited.then(() => reject(new Error(`never said ${word}: ${said}`)))
      }),
  }
}
