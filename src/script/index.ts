export {
  describeCalling,
  checkCalls,
  syntaxProblem,
  type Analysis,
  type Argument,
  type Calling,
  type Signature,
} from './calls.ts'
export { readDefaultsFile } from './defaults.ts'
export { inputProblems } from './input.ts'
export type { AfterEnd, CatchUpMode, Manifest, NotifyCause, Overlap } from './manifest.ts'
export { findScripts, type ScriptPlace, type TreeFile } from './place.ts'
export { pythonWanted, satisfies } from './python.ts'
export { readScript, textsNeeded, type Defaults, type Script } from './read.ts'
export { normalName } from './requirement.ts'
export type { Requirements } from './requirements.ts'
export { readCron, type CronFault, type CronLine } from './cron.ts'
export { isTimezone, readSchedule, type Schedule } from './schedule.ts'
export { scriptSchema } from './schema.ts'
export { folderOfSlug, isSlug, slugOf } from './slug.ts'
export { describeCron, describeSchedule } from './words.ts'
export { readPlaces, type Reading, type Texts } from './shelf.ts'
export { LARGEST_FILE } from './tree.ts'
export { rewritePause, type Pause, type Rewritten } from './pause.ts'
export { nearest } from './suggest.ts'
