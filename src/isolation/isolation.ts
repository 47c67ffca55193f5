import { createHash, randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync } from 'node:fs'
import { chmod, lchown, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf, packageRoot, searchPath } from '../base/index.ts'
import type { Log } from '../base/index.ts'
import { failedChild, inheritedFiles, startChild } from './child.ts'
import { createPipes } from './pipes.ts'
import { makeEtc } from './etc.ts'
import { lowerOwnLimits } from './limit.ts'
import { lookAtBubblewrap, namespaceCommand } from './namespace.ts'
import { plainCommand } from './plain.ts'
import { allProcesses, bears, signal } from './processes.ts'
import { NEEDED, prove } from './proof.ts'
import type { Trial } from './proof.ts'
import type { Python } from './python.ts'
import { TIERS } from './sandbox.ts'
import type { Isolation, SandboxRequest, Tier } from './sandbox.ts'
import { openStaging, reach } from './staging.ts'

/** As root, the script with number n runs as uid FIRST_UID + n; what belongs to no script, as the one before. */
export const FIRST_UID = 210_000

type Options = {
  /** The weakest tier with which scripts may run. */
  accept: 'auto' | Tier
  dataDir: string
  pythons: Python[]
  log: Log
  /** The strongest tier to try; for tests and for finding faults. */
  from?: Tier
}
type Made = Pick<Isolation, 'at' | 'spawn' | 'hand'> & { cutsNetwork: boolean; words: string }
type Outcome = { tier: Tier; made: Made; trial: Trial; words: string; cutsNetwork: boolean }

/**
 * Makes the strongest tier that holds here: each is tried, strongest first, by an attack script run in it, and
 * named by what that proved. When the tier is weaker than `accept`, `refusal` says so and every run is refused.
 */
export async function openIsolation(options: Options): Promise<Isolation> {
  const { accept, dataDir, log } = options
  await mkdir(join(dataDir, 'isolation'), { recursive: true })
  const misses: string[] = []
  const outcome =
    (await attempt('namespace', () => makeNamespace(options), options, misses)) ??
    (await attempt('uid', () => makeUid(options), options, misses)) ??
    (await makeNone(options))
  const { tier, made, trial, cutsNetwork } = outcome
  const proofs = [...trial.proofs.values()]
  const reason = [outcome.words, ...misses].join('; ')
  const tooWeak = accept !== 'auto' && TIERS.indexOf(tier) > TIERS.indexOf(accept)
  const pythons = usableIn(tier, options)
  log[tier === 'namespace' ? 'info' : 'warn']({ tier, reason }, 'isolation')
  return {
    tier,
    reason,
    proofs,
    pythons,
    cutsNetwork,
    ...(tooWeak
      ? {
          refusal: `isolation ${accept} is asked for, and only ${tier} holds on this machine (${misses.join('; ')})`,
        }
      : {}),
    at: (binding) => made.at(binding),
    hand: (folder, number) => made.hand(folder, number),
    spawn(request) {
      if (!request.network && !cutsNetwork)
        return failedChild(`no network was asked for, which the isolation tier ${tier} cannot hold`)
      try {
        return made.spawn(request)
      } catch (error) {
        return failedChild(messageOf(error))
      }
    },
  }
}

async function attempt(
  tier: 'namespace' | 'uid',
  make: () => Promise<Made>,
  { dataDir, pythons, from = 'namespace' }: Options,
  misses: string[],
): Promise<Outcome | undefined> {
  if (TIERS.indexOf(tier) < TIERS.indexOf(from)) return undefined
  try {
    const python = pythons.find((one) => tier !== 'uid' || isReached(one))
    if (!python)
      throw new Error(`there is no Python ${tier === 'uid' ? 'that its users reach' : 'to try it with'}`)
    const made = await make()
    let trial = await prove(made, { dataDir, python, network: !made.cutsNetwork })
    // Some containers allow every namespace but that of the network.
    if (trial.failure !== undefined && made.cutsNetwork) {
      const again = await prove(made, { dataDir, python, network: true })
      if (again.failure === undefined) trial = again
    }
    if (trial.failure !== undefined) throw new Error(trial.failure)
    const broken = NEEDED[tier].map((claim) => trial.proofs.get(claim)).filter((proof) => !proof?.held)
    if (broken.length > 0) throw new Error(broken.map((proof) => proof?.detail).join(', '))
    const cutsNetwork = made.cutsNetwork && trial.proofs.get('reach_network')?.held === true
    return { tier, made, trial, cutsNetwork, words: made.words }
  } catch (error) {
    misses.push(`${tier} does not hold: ${messageOf(error)}`)
    return undefined
  }
}

// By the modes of the folders that lead to it: what only root may enter, no script's own uid does.
const isReached = ({ path }: Python): boolean => reach(path, FIRST_UID).root === undefined

/** Where scripts have uids of their own and no namespace shows them other folders, only what those may enter. */
function usableIn(tier: Tier, { pythons, log }: Options): Python[] {
  if (tier !== 'uid') return pythons
  return pythons.filter(({ path }) => {
    const { root } = reach(path, FIRST_UID)
    if (root !== undefined)
      log.warn(
        { python: path, folder: root },
        'no script may enter the folder of this Python, so it is not used; install it where all may, as in /usr/local',
      )
    return root === undefined
  })
}

async function makeNamespace({ dataDir, pythons, log }: Options): Promise<Made> {
  const program = programOf('bwrap')
  if (!program) throw new Error('bubblewrap (bwrap) is not installed')
  const seen = lookAtBubblewrap(program)
  const [unshare, nsenter] = [programOf('unshare'), programOf('nsenter')]
  const keepClear = [dataDir, packageRoot, ...pythons.map(({ basePrefix }) => basePrefix)]
  const inherited = inheritedFiles()
  const pipes = createPipes(join(dataDir, 'isolation', 'pipes'), log)
  const etc = await makeEtc(join(dataDir, 'isolation', 'etc'))
  const staging =
    isRoot() && unshare && nsenter ? await openStaging({ unshare, nsenter }, keepClear, log) : undefined
  const prlimit = programOf('prlimit')
  const limited = isRoot() && lowerOwnLimits(prlimit)
  const bubblewrap = { program, ...seen, etc: etc.folder, prlimit, limited, pythons, staging }
  return {
    cutsNetwork: true,
    words: `${seen.version}, ${isRoot() ? 'with a uid for each script' : 'as an ordinary user'}`,
    at: ({ to }) => to,
    hand,
    spawn(request) {
      etc.refresh()
      return startChild(namespaceCommand(bubblewrap, request, uidOf(request)), inherited, pipes)
    },
  }
}

async function makeUid({ dataDir, log }: Options): Promise<Made> {
  const setpriv = programOf('setpriv')
  if (!isRoot()) throw new Error('only root can give each script a uid')
  if (!setpriv) throw new Error('setpriv is not installed')
  const plain = { setpriv, prlimit: programOf('prlimit'), newMark: markerOf(dataDir) }
  const inherited = inheritedFiles()
  const pipes = createPipes(join(dataDir, 'isolation', 'pipes'), log)
  return {
    cutsNetwork: false,
    words: 'a uid for each script',
    at: ({ from }) => from,
    hand,
    spawn: (request) => startChild(plainCommand(plain, request, uidOf(request)), inherited, pipes),
  }
}

async function makeNone({ dataDir, pythons: [python], log }: Options): Promise<Outcome> {
  const plain = { setpriv: programOf('setpriv'), prlimit: programOf('prlimit'), newMark: markerOf(dataDir) }
  const inherited = inheritedFiles()
  const pipes = createPipes(join(dataDir, 'isolation', 'pipes'), log)
  const made: Made = {
    cutsNetwork: false,
    words: 'nothing holds a script but a session and an environment of its own',
    at: ({ from }) => from,
    hand: async () => {},
    spawn: (request) => startChild(plainCommand(plain, request, undefined), inherited, pipes),
  }
  const trial = python
    ? await prove(made, { dataDir, python, network: true })
    : { proofs: new Map() as Trial['proofs'] }
  return { tier: 'none', made, trial, cutsNetwork: false, words: made.words }
}

/**
 * The folder becomes the script's; the server's group keeps access, since a server in a container may be root
 * without the right to pass over modes.
 */
async function hand(folder: string, number: number): Promise<void> {
  if (!isRoot()) return
  const [uid, gid] = [FIRST_UID + number, process.getgid?.() ?? 0]
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid)
  }
  // While it is the server's: the modes of another's folder may be beyond it.
  await lchown(folder, process.getuid!(), gid)
  await chmod(folder, 0o2770)
  await lchown(folder, uid, gid)
}

function uidOf({ uid }: SandboxRequest): number | undefined {
  if (!isRoot()) return undefined
  if (uid !== undefined && (!Number.isInteger(uid) || uid < 0))
    throw new AppError('invalid', `script number ${uid}`)
  return FIRST_UID + (uid ?? -1)
}

/**
 * Where no namespace ends them, processes of a server that was killed may still run; they bear its folder's mark. To be
 * called by the one that holds the folder: what a server beside it runs would be ended as well.
 */
export function endLeftovers(dataDir: string, log: Log): void {
  const mark = `SXS_SANDBOX=${folderMark(dataDir)}-`
  const left = allProcesses().filter((pid) => pid !== process.pid && bears(pid, mark))
  for (const pid of left) signal(pid, 'SIGKILL')
  if (left.length > 0) log.warn({ processes: left.length }, 'ended what an earlier server had left running')
}

function markerOf(dataDir: string): () => string {
  const folder = folderMark(dataDir)
  return () => `${folder}-${randomBytes(8).toString('hex')}`
}

function folderMark(dataDir: string): string {
  return createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The program's full path; those of the system before what PATH names. */
function programOf(name: string): string | undefined {
  const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', ...searchPath()]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path) && isExecutable(path))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
