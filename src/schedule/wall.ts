import { DAY, SECOND } from '../base/index.ts'

/**
 * A cron line as sorted values, without a zone. Its moments are what the clock on the wall shows, as milliseconds that
 * would be UTC; so days have 24 hours and counting is arithmetic.
 */
export type WallLine = {
  seconds: readonly number[]
  minutes: readonly number[]
  hours: readonly number[]
  months: ReadonlySet<number>
  isDue: (day: Day) => boolean
}

export type Day = { date: number; weekday: number; daysInMonth: number }

// 29 February as a fifth Monday comes every 28 years, and every 40 over the year 2100.
const LONGEST_WAIT_YEARS = 41

/** The first moment of the line at or after `wall`; undefined if there is none within 41 years. */
export function nextWall(line: WallLine, wall: number): number | undefined {
  const last = Math.floor(wall / DAY) + LONGEST_WAIT_YEARS * 366
  for (let day = Math.floor(wall / DAY); day <= last; day++) {
    const date = new Date(day * DAY)
    if (!isMonthDue(line, date)) {
      day = monthStart(date, 1) - 1
      continue
    }
    const index = countBefore(line, wall - day * DAY)
    if (index < timesADay(line) && isDayDue(line, date)) return day * DAY + timeOf(line, index)
  }
  return undefined
}

/** The last moment of the line before `wall`; undefined if there is none within 41 years. */
export function previousWall(line: WallLine, wall: number): number | undefined {
  const first = Math.floor(wall / DAY) - LONGEST_WAIT_YEARS * 366
  for (let day = Math.floor(wall / DAY); day >= first; day--) {
    const date = new Date(day * DAY)
    if (!isMonthDue(line, date)) {
      day = monthStart(date, 0)
      continue
    }
    const index = countBefore(line, wall - day * DAY) - 1
    if (index >= 0 && isDayDue(line, date)) return day * DAY + timeOf(line, index)
  }
  return undefined
}

/** How many moments the line has from `from` on and before `to`. */
export function countWall(line: WallLine, from: number, to: number): number {
  let count = 0
  for (let day = Math.floor(from / DAY); day * DAY < to; day++) {
    const date = new Date(day * DAY)
    if (!isMonthDue(line, date)) day = monthStart(date, 1) - 1
    else if (isDayDue(line, date))
      count += countBefore(line, to - day * DAY) - countBefore(line, from - day * DAY)
  }
  return Math.max(0, count)
}

const isMonthDue = ({ months }: WallLine, date: Date) => months.has(date.getUTCMonth() + 1)

/** The day that the month begins with, or one so many months later, in days since 1970. */
const monthStart = (date: Date, later: number) =>
  Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) / DAY

/** Whether a day of a month that is due is due itself. */
function isDayDue({ isDue }: WallLine, date: Date): boolean {
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  return isDue({ date: date.getUTCDate(), weekday: date.getUTCDay(), daysInMonth })
}

const timesADay = ({ hours, minutes, seconds }: WallLine) => hours.length * minutes.length * seconds.length

/** How many times of a due day lie before `time`, milliseconds since midnight (also below 0, or past the day's end). */
function countBefore(line: WallLine, time: number): number {
  if (time <= 0) return 0
  if (time >= DAY) return timesADay(line)
  const { hours, minutes, seconds } = line
  const whole = Math.ceil(time / SECOND)
  const hour = Math.floor(whole / 3600)
  const minute = Math.floor(whole / 60) % 60
  const inHour = rank(minutes, minute) * seconds.length
  const inMinute = minutes.includes(minute) ? rank(seconds, whole % 60) : 0
  return rank(hours, hour) * minutes.length * seconds.length + (hours.includes(hour) ? inHour + inMinute : 0)
}

/** The `index`th time of a due day, milliseconds since midnight. */
function timeOf({ hours, minutes, seconds }: WallLine, index: number): number {
  const second = seconds[index % seconds.length]!
  const rest = Math.floor(index / seconds.length)
  return (
    ((hours[Math.floor(rest / minutes.length)]! * 60 + minutes[rest % minutes.length]!) * 60 + second) *
    SECOND
  )
}

/** How many of the sorted values are below `value`. */
function rank(values: readonly number[], value: number): number {
  const index = values.findIndex((item) => item >= value)
  return index < 0 ? values.length : index
}
