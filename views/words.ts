// Pure words for times and log text, shared by the pages and by the browser; so only what is as pure is imported here.
import { showLine } from './ansi.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `31 s ago`, `2 h ago`, `in 13 min`, `yesterday`, or the date when it is more than thirty days away. */
export function relativeTime(at: number, now: number): string {
  const away = Math.abs(at - now)
  if (away < SECOND) return 'now'
  if (away >= 30 * DAY) return dateText(at)
  const count =
    away < MINUTE
      ? `${Math.floor(away / SECOND)} s`
      : away < HOUR
        ? `${Math.floor(away / MINUTE)} min`
        : away < DAY
          ? `${Math.floor(away / HOUR)} h`
          : away < 2 * DAY
            ? '1 day'
            : `${Math.floor(away / DAY)} days`
  return at > now ? `in ${count}` : `${count} ago`
}

/** Time passed on a clock face: `0:07`, `1:12`, `2:05:00`. */
export function elapsedTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const [hours, minutes, rest] = parts.map((part) => String(part).padStart(2, '0'))
  return parts[0]! > 0 ? `${parts[0]}:${minutes}:${rest}` : `${Number(hours) * 60 + Number(minutes)}:${rest}`
}

/** `06:45:04`, in UTC. */
export const clockTime = (at: number): string => isoText(at).slice(11, 19)

/** `06:45`, with seconds where there are any, or where they are asked for; in UTC. */
export const shortClock = (at: number, seconds = false): string =>
  seconds ? clockTime(at) : clockTime(at).replace(/:00$/, '')

/** `23 Nov 2026`, in UTC. */
export function dateText(at: number): string {
  const date = new Date(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** `2026-11-23 06:45:04 UTC`. */
export const absoluteTime = (at: number): string => `${isoText(at).slice(0, 19).replace('T', ' ')} UTC`

/** `23 Nov 06:45`, with seconds as `shortClock` has them and the year where it is not the same; in UTC. */
export function shortTime(at: number, now: number, seconds = false): string {
  const date = dateText(at)
  const day = date.endsWith(dateText(now).slice(-5)) ? date.slice(0, -5) : date
  return `${day} ${shortClock(at, seconds)}`
}

/** RFC 3339, in UTC. */
export const isoText = (at: number): string => new Date(at).toISOString()

/** A log line as it is shown: without terminal escapes and other control characters, tabs kept. */
export const plainLine = (text: string): string => showLine(text).text

/** The same for text of several lines. */
export const plainText = (text: string): string => text.split('\n').map(plainLine).join('\n')

const CONTROL_PICTURES = 0x2400
const DELETE = 0x7f

/**
 * Code as it is, with what would hide in it made visible: control characters as their pictures, marks that turn the
 * direction of writing by number, for they can make code read as other than it runs.
 */
export const visibleCode = (line: string): string =>
  line
    .replace(/[^\P{Cc}\t]/gu, (sign) => {
      const code = sign.charCodeAt(0)
      return code < 0x20 ? String.fromCharCode(CONTROL_PICTURES + code) : code === DELETE ? '␡' : '�'
    })
    .replace(
      /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (mark) => `⟨U+${mark.charCodeAt(0).toString(16).toUpperCase()}⟩`,
    )

/** A line and what is written on to it later, as a terminal has it: what a carriage return goes back over is gone. */
export function writeOn(line: string, more: string): string {
  const text = line + more
  return text.slice(text.lastIndexOf('\r', text.length - 2) + 1)
}

/** Time since a run began, on a clock face with tenths: `0:07.4`. */
export const sinceTime = (ms: number): string =>
  `${elapsedTime(ms)}.${Math.floor((Math.max(0, ms) % SECOND) / 100)}`

/** What stands where a log grew too long to be kept whole. */
export const cutText = (size: string): string => `… ${size} cut here: the log grew too long to keep it all …`

/** The first letter large and a full stop at the end, for what was written to stand within a sentence. */
export function sentence(text: string): string {
  const words = text.trim()
  // A slug, a path or a name in quotes keeps its letters.
  const begun = /^[a-z]+(?=[\s:,])/.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : words
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
