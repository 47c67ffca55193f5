import type { Problem } from '../base/index.ts'
import { describeSchedule, readSchedule, type Schedule } from '../script/index.ts'
import { nextMoments } from './cron.ts'

/** A schedule as a manifest has it: `{cron: "0 7 * * 1-5", timezone: Europe/Rome}`, `{every: 15m}`. */
export type AskedSchedule = Partial<Record<'cron' | 'timezone' | 'every' | 'start' | 'jitter', string>>

export type SchedulePreview = {
  words: string
  /** What surprises people about a line like this one. */
  notes: string[]
  /** The next ten moments, Unix milliseconds; fewer where the line ends. */
  next: number[]
}

const MOMENTS = 10

/** What a schedule means and when it is due next, or what is wrong with it; `timezone` is the server's. */
export function schedulePreview(
  asked: AskedSchedule,
  { timezone, now }: { timezone: string; now: number },
): SchedulePreview | { problems: Problem[] } {
  const read = readSchedule(asked, timezone)
  if ('problems' in read) return read
  const { schedule } = read
  return {
    words: describeSchedule(schedule),
    notes: notesOf(schedule),
    next: nextMoments(schedule, now, MOMENTS),
  }
}

function notesOf(schedule: Schedule): string[] {
  if (schedule.kind !== 'cron') return []
  const [, , dayOfMonth, , dayOfWeek] = schedule.cron.split(' ')
  if (dayOfMonth === '*' || dayOfWeek === '*') return []
  return [
    `Both a day of the month (${dayOfMonth}) and a day of the week (${dayOfWeek}) are named: as in every cron, it is due on days that are either, not only on those that are both.`,
  ]
}
