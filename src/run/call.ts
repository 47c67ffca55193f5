import { totalmem } from 'node:os'
import { basename, dirname } from 'node:path'
import type { Clock } from '../base/index.ts'
import type { Environment } from '../environment/index.ts'
import type { Binding, Isolation, Sandboxed, SandboxRequest } from '../isolation/index.ts'
import type { Script } from '../script/index.ts'
import { collectAnswer, judge, type Verdict } from './answer.ts'
import { pumpLines } from './lines.ts'
import type { LogSink } from './log.ts'
import { describeOutcome, stateOf, type Outcome } from './outcome.ts'
import { watchQuotas, type QuotaFolder, type Quotas } from './quota.ts'
import type { Cause, RunError } from './run.ts'
import { maskVerdict, type RunSecrets } from './secrets.ts'
import type { Checkout } from './source.ts'
import type { Stop } from './stop.ts'

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'
const LAST_BYTES_MS = 1000

/** What the script is told of its run; absent members are None there. Times are RFC 3339. */
export type RunFacts = {
  id?: number
  commit: string
  cause: Cause
  scheduledAt?: string
  startedAt: string
  attempt: number
  /** JSON text of an object. */
  input: string
}

/** One call of a script's `main` or `trigger` in its sandbox. */
export type Call = {
  phase: 'main' | 'trigger'
  script: Script
  checkout: Checkout
  environment: Environment
  /** Folders of the server; the harness's own is the first. */
  folders: { harness: string; state: string; artifacts?: string }
  quotas: Quotas
  /** The script's lasting number. */
  number: number
  facts: RunFacts
  secrets?: RunSecrets | undefined
  /** JSON text of an object. */
  data: string
  timeoutMs: number
  sink: LogSink
  stop: Stop
}

/** Starts the harness, gives it the call, writes its output into the sink, and judges how it ended. */
export async function callHarness(call: Call, isolation: Isolation, clock: Clock): Promise<Verdict> {
  const bindings = bindingsOf(call)
  const masking = call.secrets?.masking
  const sandboxed = isolation.spawn(requestOf(call, bindings, isolation))
  // One that never started has none.
  const { control } = sandboxed
  const answer = control && collectAnswer(control)
  control?.write(questionOf(call, bindings, isolation))
  const pumps = Promise.all([
    pumpLines(sandboxed.stdout, 'stdout', call.sink, clock, masking?.stream()),
    pumpLines(sandboxed.stderr, 'stderr', call.sink, clock, masking?.stream()),
  ]).catch((error: unknown) => {
    sandboxed.kill()
    throw error
  })
  // It is awaited below; until then a failure is not unhandled.
  pumps.catch(() => undefined)
  const unwatch = watch(call, sandboxed, clock)
  const exit = await sandboxed.exited.finally(unwatch)
  await lastBytes(pumps, sandboxed, clock)
  control?.destroy()
  const verdict = withStop(maskVerdict(judge(exit, answer?.taken() ?? {}), masking), call.stop.outcome())
  const peakMemoryBytes = Math.max(verdict.peakMemoryBytes ?? 0, sandboxed.peakMemoryBytes())
  return { ...verdict, ...(peakMemoryBytes > 0 ? { peakMemoryBytes } : {}) }
}

/** Ends the call at its timeout, on request, and where it keeps too much; returns what ends the watching. */
function watch({ stop, script, timeoutMs, ...call }: Call, sandboxed: Sandboxed, clock: Clock): () => void {
  const timeout = clock.at(clock.now() + timeoutMs, () =>
    stop.request({ kind: 'timed-out', afterMs: timeoutMs }),
  )
  const unwatch = watchQuotas(quotaFolders(call), clock, (reason) =>
    stop.request({ kind: 'killed', reason }, 0),
  )
  let kill: { cancel(): void } | undefined
  const leave = stop.on((graceMs = script.manifest.graceMs) => {
    kill?.cancel()
    if (graceMs <= 0) return sandboxed.kill()
    sandboxed.terminate()
    kill = clock.at(clock.now() + graceMs, () => sandboxed.kill())
  })
  return () => {
    timeout.cancel()
    kill?.cancel()
    unwatch()
    leave()
  }
}

function quotaFolders({
  folders: { state, artifacts },
  quotas,
}: Pick<Call, 'folders' | 'quotas'>): QuotaFolder[] {
  return [
    { name: 'state', path: state, limitBytes: quotas.stateBytes },
    ...(artifacts
      ? [{ name: 'artifacts' as const, path: artifacts, limitBytes: quotas.artifactsBytes }]
      : []),
  ]
}

/** Waits for what is still in the pipes. A pipe that something outside holds open is left after a second. */
async function lastBytes(pumps: Promise<unknown>, sandboxed: Sandboxed, clock: Clock): Promise<void> {
  const alarm = clock.at(clock.now() + LAST_BYTES_MS, () => {
    sandboxed.stdout.destroy()
    sandboxed.stderr.destroy()
  })
  await pumps.finally(() => alarm.cancel())
}

function withStop(verdict: Verdict, stopped: Outcome | undefined): Verdict {
  const { peakMemoryBytes } = verdict
  const memory = peakMemoryBytes === undefined ? {} : { peakMemoryBytes }
  const ended = stopped ? { outcome: stopped, ...memory } : verdict
  const error = ended.error ?? errorOf(ended.outcome)
  return error ? { ...ended, error } : ended
}

const ERROR_TYPES: { [kind in Outcome['kind']]?: string } = {
  exited: 'ExitCode',
  'timed-out': 'Timeout',
  killed: 'Killed',
  unanswered: 'NoAnswer',
  lost: 'Lost',
  refused: 'Refused',
  'no-environment': 'NoEnvironment',
  'not-json': 'NotJson',
  'gate-failed': 'GateFailed',
}

/** The error of a run that failed without an exception of its own. */
export function errorOf(outcome: Outcome): RunError | undefined {
  const type = ERROR_TYPES[outcome.kind]
  if (!type || stateOf(outcome) === 'succeeded') return undefined
  return { type, message: outcome.kind === 'no-environment' ? outcome.message : describeOutcome(outcome) }
}

type Bindings = { harness: Binding; code: Binding; state: Binding; lib?: Binding; artifacts?: Binding }

// Always the same places, so that nothing of the server's folders shows.
function bindingsOf({ checkout, folders }: Call): Bindings {
  return {
    harness: { from: folders.harness, to: '/sxs/harness' },
    code: { from: checkout.codeFolder, to: '/sxs/script' },
    state: { from: folders.state, to: '/sxs/state', writable: true },
    ...(checkout.libFolder ? { lib: { from: checkout.libFolder, to: '/sxs/lib' } } : {}),
    ...(folders.artifacts
      ? { artifacts: { from: folders.artifacts, to: '/sxs/artifacts', writable: true } }
      : {}),
  }
}

function requestOf(call: Call, bindings: Bindings, isolation: Isolation): SandboxRequest {
  const { environment, script, number } = call
  const { memoryBytes = halfOfMemory(), network } = script.manifest
  return {
    argv: [environment.pythonBin, '-B', '-s', '-X', 'utf8', `${isolation.at(bindings.harness)}/harness.py`],
    env: envOf(call, bindings, isolation),
    cwd: isolation.at(bindings.code),
    bindings: [...environment.bindings, ...Object.values(bindings)],
    network,
    uid: number,
    memoryBytes,
    python: environment.python,
    control: true,
  }
}

// What a container may use is its machine.
const halfOfMemory = (): number =>
  Math.floor(Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2)

/** The script's whole environment: the manifest's, and above it what every run has. */
function envOf({ script, facts, environment, secrets }: Call, bindings: Bindings, isolation: Isolation) {
  const bin = dirname(environment.pythonBin)
  const { env } = script.manifest
  const optional = {
    SXS_RUN_ID: facts.id?.toString(),
    SXS_SCHEDULED_AT: facts.scheduledAt,
    SXS_ARTIFACTS_DIR: bindings.artifacts && isolation.at(bindings.artifacts),
  }
  const given = Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    LANG: 'C.UTF-8',
    ...env,
    ...secrets?.env,
    PATH: `${bin}:${env['PATH'] ?? DEFAULT_PATH}`,
    VIRTUAL_ENV: dirname(bin),
    SXS_SCRIPT: script.slug,
    SXS_COMMIT: facts.commit,
    SXS_CAUSE: facts.cause,
    SXS_STARTED_AT: facts.startedAt,
    SXS_ATTEMPT: String(facts.attempt),
    SXS_STATE_DIR: isolation.at(bindings.state),
    ...Object.fromEntries(given),
  }
}

/** The harness's request line. Data and input go in as the texts they are: parsing would cut long integers. */
function questionOf(call: Call, bindings: Bindings, isolation: Isolation): string {
  const { script, phase, facts, data, secrets } = call
  const path = phase === 'main' ? script.entry : script.gate!
  const entry = script.single ? basename(path) : path.slice(script.folder.length + 1)
  const question = JSON.stringify({
    phase,
    script: isolation.at(bindings.code),
    entry,
    lib: bindings.lib ? isolation.at(bindings.lib) : null,
    args: phase === 'main' ? script.manifest.args : [],
    ...(secrets?.files.length ? { files: secrets.files.map(({ path, text }) => [path, text]) } : {}),
  })
  const run = JSON.stringify({
    id: facts.id ?? null,
    script: script.slug,
    commit: facts.commit,
    cause: facts.cause,
    scheduled_at: facts.scheduledAt ?? null,
    started_at: facts.startedAt,
    attempt: facts.attempt,
  })
  return `${question.slice(0, -1)},"data":${data},"run":${run.slice(0, -1)},"input":${facts.input}}}\n`
}
