import type { Manifest } from '../script/index.ts'
import type { RunWrites } from './store.ts'

/** A due moment, as a run or a gate is told it. */
export type DueTick = {
  slug: string
  commit: string
  revision: string
  scheduleId: string
  scheduledAt: number
}

/** What a due moment's script is known by when its turn is asked for. */
export type DueScript = { slug: string; overlap: Manifest['overlap']; gated: boolean }

/**
 * What may become of a due moment. `run` and `gate` reserve the script's turn: `begin` or `ask` follows when the tick is
 * on disk, `drop` when it is not going to be.
 */
export type Admission =
  | ({ kind: 'run' } & Admitted)
  | { kind: 'gate'; ask(tick: DueTick): Promise<GateAnswer>; drop(): void }
  | { kind: 'skip'; reason: string }
  | { kind: 'refuse'; reason: string }

export type Admitted = {
  /** For the transaction that records the tick; the first inserts the run, with the tick's schedule and moment. */
  writes(tick: DueTick): RunWrites
  begin(runId: number): void
  drop(): void
}

export type GateAnswer =
  { kind: 'gated' } | { kind: 'gate-failed'; reason: string } | ({ kind: 'yes' } & Admitted)

/** Asked once for each due moment, right before it is written; answers at once. */
export type Offer = (script: DueScript) => Admission
