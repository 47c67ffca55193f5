import { timeText } from '../base/index.ts'
import { callHarness } from './call.ts'
import type { ExecuteDeps } from './execute.ts'
import { createKeptLog, type KeptLog } from './kept-log.ts'
import { describeOutcome, stateOf } from './outcome.ts'
import { prepareScript } from './prepare.ts'
import type { Cause } from './run.ts'
import type { ScriptAt } from './source.ts'
import type { Stop } from './stop.ts'

/** What a gate is told of the run that it decides on. */
export type GateFacts = {
  id?: number
  cause: Cause
  scheduledAt?: number
  attempt: number
  input?: string | null
}

/** `data` only where the gate left it other than it was. `log` is what it wrote, to be kept unless it said no. */
export type GateAnswer =
  | { kind: 'yes'; data?: string; log: KeptLog }
  | { kind: 'no'; data?: string; log: KeptLog }
  | { kind: 'failed'; reason: string; log: KeptLog }

/** Asks a script's gate, within its deadline. The caller holds the script's turn. */
export async function askGate(
  at: ScriptAt,
  facts: GateFacts,
  deps: ExecuteDeps,
  stop: Stop,
): Promise<GateAnswer> {
  const log = createKeptLog(deps.clock)
  const prepared = await prepareScript(at, deps, log, stop)
  if ('outcome' in prepared) return { kind: 'failed', reason: describeOutcome(prepared.outcome), log }
  const before = await deps.store.data(at.script.slug)
  const verdict = await callHarness(
    {
      phase: 'trigger',
      script: at.script,
      checkout: prepared.checkout,
      environment: prepared.environment,
      folders: { harness: deps.harness, state: prepared.state },
      number: prepared.number,
      quotas: deps.quotas,
      secrets: prepared.secrets,
      facts: {
        ...(facts.id === undefined ? {} : { id: facts.id }),
        commit: at.commit,
        cause: facts.cause,
        ...(facts.scheduledAt === undefined ? {} : { scheduledAt: timeText(facts.scheduledAt) }),
        startedAt: timeText(deps.clock.now()),
        attempt: facts.attempt,
        input: facts.input ?? '{}',
      },
      data: before.json,
      timeoutMs: at.script.manifest.gateTimeoutMs,
      sink: log,
      stop,
    },
    deps.isolation,
    deps.clock,
  )
  const { outcome, error } = verdict
  if (stateOf(outcome) !== 'succeeded') {
    const message = outcome.kind === 'raised' && error?.message ? `: ${error.message.split('\n')[0]}` : ''
    return { kind: 'failed', reason: `${describeOutcome(outcome)}${message}`, log }
  }
  // A gate that leaves by sys.exit(0) returned nothing true.
  const kind = verdict.result === 'true' ? 'yes' : 'no'
  const kept = verdict.data !== undefined && verdict.data !== before.json
  return { kind, log, ...(kept ? { data: verdict.data! } : {}) }
}
