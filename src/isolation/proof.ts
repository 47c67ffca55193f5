import { readFileSync } from 'node:fs'
import { randomBytes, randomInt } from 'node:crypto'
import { chmod, copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { packageRoot } from '../base/index.ts'
import { LAUNCHER_ENV } from './namespace.ts'
import type { Python } from './python.ts'
import type { Isolation, Proof } from './sandbox.ts'

/** The attempts of attack.py, and what it proves when one fails. */
const CLAIMS = {
  read_data_folder: 'cannot read the data folder',
  see_server: 'cannot see the server among the processes',
  signal_server: 'cannot signal the server',
  read_environments: "cannot read another process's environment",
  read_shadow: 'cannot read /etc/shadow',
  write_outside: 'cannot write /usr, /etc, its Python or its code',
  write_kernel: 'cannot write kernel settings',
  share_tmp: 'has a /tmp of its own',
  reach_network: 'reaches no network where it may have none',
  have_rights: 'has no right of root, and none to gain',
  hold_files: 'was given no file of the server',
  make_namespace: 'cannot make namespaces',
  lose_state: 'can write its own folder',
} as const
type Attack = keyof typeof CLAIMS

/** What must hold for a tier to be called that; `reach_network` is told apart, by `cutsNetwork`. */
export const NEEDED: Record<'namespace' | 'uid', Attack[]> = {
  namespace: [
    ...(['read_data_folder', 'see_server', 'signal_server', 'read_environments', 'read_shadow'] as const),
    ...(['write_outside', 'write_kernel', 'share_tmp', 'have_rights', 'hold_files', 'lose_state'] as const),
  ],
  uid: [
    ...(['read_data_folder', 'signal_server', 'read_environments', 'read_shadow', 'write_outside'] as const),
    ...(['write_kernel', 'have_rights', 'hold_files', 'lose_state'] as const),
  ],
}

export type Trial = { proofs: Map<Attack, Proof>; failure?: string }

const DEADLINE_MS = 20_000
/** Of the data folder, as far as it is there. */
const PRIVATE = [
  ...['record.db', 'record.db-wal', 'record.db-shm', 'index.db', 'index.db-wal', 'index.db-shm', 'lock.db'],
  ...['scripts.git', 'scripts.git/HEAD', 'keys', 'logs'],
]

/** Runs the attack script in the sandbox and tells what it achieved. */
export async function prove(
  isolation: Pick<Isolation, 'spawn' | 'at' | 'hand'>,
  { dataDir, python, network }: { dataDir: string; python: Python; network: boolean },
): Promise<Trial> {
  const folder = join(dataDir, 'isolation')
  // Under a uid that no script has, nor another server's probe.
  const number = randomInt(1_000_000, 2_000_000)
  const shared = join(tmpdir(), `sxs-probe-${randomBytes(6).toString('hex')}`)
  const state = join(folder, 'probe')
  const listener = createServer((socket) => socket.destroy())
  try {
    await rm(state, { recursive: true, force: true })
    await mkdir(state, { recursive: true })
    await isolation.hand(state, number)
    await writeFile(join(folder, 'canary'), 'canary', { mode: 0o600 })
    await writeFile(shared, 'canary')
    await chmod(shared, 0o644)
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    // The server's own folder may be one that no script's uid enters.
    const code = { from: join(folder, 'attack.py'), to: '/sxs/attack.py' }
    await copyFile(join(packageRoot, 'src/isolation/attack.py'), code.from)
    await chmod(code.from, 0o644)
    const own = { from: state, to: '/state', writable: true }
    const marker = `SXS_PROBE=${randomBytes(8).toString('hex')}`
    const target = {
      private: [join(folder, 'canary'), ...PRIVATE.map((name) => join(dataDir, name))],
      launcher: Object.entries(LAUNCHER_ENV).map(([name, value]) => `${name}=${value}`),
      server: process.pid,
      server_command: readFileSync('/proc/self/cmdline', 'latin1'),
      marker,
      shared,
      state: isolation.at(own),
      port: (listener.address() as { port: number }).port,
    }
    const child = isolation.spawn({
      argv: [python.path, '-I', '-B', isolation.at(code), JSON.stringify(target)],
      env: { SXS_PROBE: marker.slice('SXS_PROBE='.length) },
      cwd: '/',
      bindings: [code, own],
      network,
      uid: number,
      python,
    })
    const deadline = setTimeout(() => child.kill(), DEADLINE_MS)
    const [said, complaint, exit] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
    clearTimeout(deadline)
    if (exit.failure !== undefined || exit.code !== 0) {
      return {
        proofs: new Map(),
        failure: exit.failure ?? firstLine(complaint) ?? `ended with ${exit.signal ?? exit.code}`,
      }
    }
    const proofs = readProofs(said)
    // Which user it is outside, no process can tell from within: the file that it wrote does.
    const owner = await stat(join(state, 'written')).catch(() => undefined)
    if (owner?.uid === 0) {
      proofs.set('have_rights', { claim: CLAIMS.have_rights, held: false, detail: 'is root outside' })
    }
    return { proofs }
  } finally {
    listener.close()
    await rm(shared, { force: true })
    await rm(state, { recursive: true, force: true })
  }
}

function readProofs(said: string): Map<Attack, Proof> {
  const achieved = JSON.parse(said) as Record<Attack, string | null>
  return new Map(
    (Object.keys(CLAIMS) as Attack[]).map((attack) => {
      const detail = achieved[attack]
      return [
        attack,
        { claim: CLAIMS[attack], held: detail === null, ...(detail === null ? {} : { detail }) },
      ]
    }),
  )
}

function firstLine(text: string): string | undefined {
  return text.split('\n').find((line) => line.trim() !== '')
}
