export {
  countBetween,
  nextAfter,
  nextMoments,
  nextTick,
  previousAtOrBefore,
  upcoming,
  type Count,
} from './cron.ts'
export { isPausedAt, ON_TIME_MS, type Span } from './due.ts'
export { startOf } from './jitter.ts'
export type { Admission, Admitted, DueScript, DueTick, GateAnswer, Offer } from './offer.ts'
export type { Scheduled } from './roster.ts'
export { createScheduler, type Scheduler, type SchedulerParts } from './scheduler.ts'
export { createTickStore, type RunWrites, type Settlement, type TickStore } from './store.ts'
export { TICK_OUTCOMES, type Tick, type TickMark, type TickOutcome, type TickRange } from './tick.ts'
export { createTicks, type Ticks } from './ticks.ts'
export { schedulePreview, type AskedSchedule, type SchedulePreview } from './preview.ts'
