import cronstrue from 'cronstrue'
import { DAY, formatDuration, HOUR, memo, MINUTE, SECOND, timeText } from '../base/index.ts'
import type { Schedule } from './schedule.ts'

/** `at 02:00, Europe/Rome`; `every 15 minutes`; with jitter and start where it has them. */
export function describeSchedule(schedule: Schedule): string {
  const jitter = schedule.jitterMs > 0 ? [`up to ${formatDuration(schedule.jitterMs)} later`] : []
  if (schedule.kind === 'cron') return [describeCron(schedule.cron), schedule.timezone, ...jitter].join(', ')
  const start = schedule.startAt === 0 ? [] : [`counted from ${timeText(schedule.startAt)}`]
  return [describeInterval(schedule.everyMs), ...start, ...jitter].join(', ')
}

/** A valid cron line in words: `at 02:00`. */
export const describeCron = memo(1000, wordsOfCron)

function wordsOfCron(cron: string): string {
  const words = cronstrue.toString(cron, { use24HourTimeFormat: true })
  // Names of days and months keep their capitals.
  return words.charAt(0).toLowerCase() + words.slice(1)
}

const UNITS: [ms: number, name: string][] = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
]

function describeInterval(ms: number): string {
  const exact = UNITS.find(([unit]) => ms % unit === 0)
  if (!exact) return `every ${ms} ms`
  const count = ms / exact[0]
  return count === 1 ? `every ${exact[1]}` : `every ${count} ${exact[1]}s`
}
