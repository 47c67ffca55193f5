import type { FC, PropsWithChildren } from 'hono/jsx'
import { Icon, type IconName } from './icon.tsx'

export type RunState =
  'queued' | 'running' | 'succeeded' | 'failed' | 'timed-out' | 'cancelled' | 'lost' | 'gated'
export type TickOutcome = 'pending' | 'ran' | 'gated' | 'skipped' | 'missed' | 'gate-failed' | 'refused'
/** How a script stands; `standing.ts` decides it. */
export type Standing = 'invalid' | 'failing' | 'late' | 'running' | 'held' | 'paused' | 'waiting' | 'healthy'
export type EnvironmentState = 'ready' | 'building' | 'failed'
export type Tier = 'namespace' | 'landlock' | 'uid' | 'none'

/** `plain`: neither good nor bad, in the colour of text. */
type Look = { tone: 'ok' | 'bad' | 'warn' | 'run' | 'idle' | 'plain'; icon: IconName; word: string }

export const RUN_STATES: Record<RunState, Look> = {
  queued: { tone: 'idle', icon: 'clock', word: 'Queued' },
  running: { tone: 'run', icon: 'spin', word: 'Running' },
  succeeded: { tone: 'ok', icon: 'check', word: 'Succeeded' },
  failed: { tone: 'bad', icon: 'cross', word: 'Failed' },
  'timed-out': { tone: 'bad', icon: 'overdue', word: 'Timed out' },
  cancelled: { tone: 'idle', icon: 'stop', word: 'Cancelled' },
  lost: { tone: 'bad', icon: 'question', word: 'Lost' },
  gated: { tone: 'idle', icon: 'gate', word: 'Gated' },
}

export const TICK_OUTCOMES: Record<TickOutcome, Look> = {
  pending: { tone: 'run', icon: 'clock', word: 'Pending' },
  // Whether the run went well is the run's to say.
  ran: { tone: 'plain', icon: 'play', word: 'Ran' },
  gated: { tone: 'idle', icon: 'gate', word: 'Gated' },
  skipped: { tone: 'idle', icon: 'skip', word: 'Skipped' },
  missed: { tone: 'warn', icon: 'dash', word: 'Missed' },
  'gate-failed': { tone: 'bad', icon: 'cross', word: 'Gate failed' },
  refused: { tone: 'bad', icon: 'ban', word: 'Refused' },
}

export const STANDINGS: Record<Standing, Look> = {
  invalid: { tone: 'bad', icon: 'warning', word: 'Invalid' },
  failing: { tone: 'bad', icon: 'cross', word: 'Failing' },
  late: { tone: 'warn', icon: 'overdue', word: 'Late' },
  running: { tone: 'run', icon: 'spin', word: 'Running' },
  held: { tone: 'warn', icon: 'stop', word: 'Held' },
  paused: { tone: 'idle', icon: 'pause', word: 'Paused' },
  waiting: { tone: 'idle', icon: 'circle', word: 'Not run yet' },
  healthy: { tone: 'ok', icon: 'check', word: 'Healthy' },
}

export const ENVIRONMENT_STATES: Record<EnvironmentState, Look> = {
  ready: { tone: 'ok', icon: 'check', word: 'Ready' },
  building: { tone: 'run', icon: 'spin', word: 'Building' },
  failed: { tone: 'bad', icon: 'cross', word: 'Failed' },
}

export const TIERS: Record<Tier, Look> = {
  namespace: { tone: 'ok', icon: 'shield', word: 'namespace' },
  landlock: { tone: 'ok', icon: 'shield', word: 'landlock' },
  uid: { tone: 'warn', icon: 'shield', word: 'uid' },
  none: { tone: 'bad', icon: 'open', word: 'none' },
}

/** A state as colour, icon and word together; none of the three is left to speak alone. */
export const Badge: FC<PropsWithChildren<{ look: Look }>> = ({ look, children }) => (
  <span class={`state ${look.tone}`}>
    <Icon name={look.icon} />
    {children ?? look.word}
  </span>
)

export const RunBadge: FC<{ state: RunState }> = ({ state }) => <Badge look={RUN_STATES[state]} />
export const TickBadge: FC<{ outcome: TickOutcome }> = ({ outcome }) => (
  <Badge look={TICK_OUTCOMES[outcome]} />
)
export const StandingBadge: FC<{ standing: Standing }> = ({ standing }) => (
  <Badge look={STANDINGS[standing]} />
)
export const EnvironmentBadge: FC<{ state: EnvironmentState }> = ({ state }) => (
  <Badge look={ENVIRONMENT_STATES[state]} />
)
export const TierBadge: FC<{ tier: Tier }> = ({ tier }) => <Badge look={TIERS[tier]} />
