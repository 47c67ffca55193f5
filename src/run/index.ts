export type { Admission, Admitted, DueScript, DueTick, GateEnd, TickDoor } from './admission.ts'
export type { Artifact } from './artifact.ts'
export type { Engine, EngineEvent } from './engine.ts'
export type { LogLine, LogLines, LogPart, LogPiece, LogPieces, LogRange } from './log-read.ts'
export { describeOutcome, stateOf, type Outcome } from './outcome.ts'
export {
  CAUSES,
  runOf,
  summaryOf,
  type Cause,
  type Run,
  type RunError,
  type RunMark,
  type RunSummary,
} from './run.ts'
export { createRunning, type Running, type RunningOptions } from './running.ts'
export type { RunRequest, Runs } from './runs.ts'
export type { GiveSecrets } from './secrets.ts'
export type { Checkout, ScriptAt, ScriptSource } from './source.ts'
export { isFinal, RUN_STATES, type RunState } from './state.ts'
export {
  createRunStore,
  type RunFilter,
  type RunRow,
  type RunStore,
  type RunWrites,
  type ScriptData,
} from './store.ts'
