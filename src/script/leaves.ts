import { formatDuration, formatSize, parseDuration, parseSize } from '../base/index.ts'
import { leaf } from './shape.ts'
import type { Report, Shape } from './shape.ts'
import { nearest } from './suggest.ts'

/** Text of at most so many characters. */
export function text(most: number, example: string): Shape<string> {
  return leaf({ type: 'string', maxLength: most, examples: [example] }, (value, report) => {
    if (typeof value !== 'string') return notA('text', `'${example}'`, value, report)
    if (value.length > most) return report(`it has over ${most} characters`, 'make it shorter')
    return value
  })
}

/** Text that matches; `what` says what it should be. */
export function name(pattern: RegExp, what: string, example: string): Shape<string> {
  return leaf({ type: 'string', pattern: pattern.source, examples: [example] }, (value, report) => {
    if (typeof value !== 'string') return notA('text', example, value, report)
    return pattern.test(value) ? value : report(`it is not ${what}`, `write one such as ${example}`)
  })
}

export function word<const W extends string>(words: readonly W[]): Shape<W> {
  return leaf({ enum: words }, (value, report) => {
    if (words.includes(value as W)) return value as W
    const meant = typeof value === 'string' ? nearest(value, words) : undefined
    return report(`it is not one of ${words.join(', ')}`, `write ${meant ?? `one of ${words.join(', ')}`}`)
  })
}

export const flag: Shape<boolean> = leaf({ type: 'boolean' }, (value, report) =>
  typeof value === 'boolean' ? value : notA('true or false', 'true or false', value, report),
)

/** A number from `least` to `most`; whole unless said otherwise. */
export function count(least: number, most: number, whole = true): Shape<number> {
  const kind = whole ? 'whole number' : 'number'
  return leaf({ type: whole ? 'integer' : 'number', minimum: least, maximum: most }, (value, report) => {
    if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)))
      return value
    const reason =
      typeof value === 'number' && (!whole || Number.isInteger(value))
        ? `it is outside ${least} to ${most}`
        : `it is not a ${kind}`
    return report(reason, `write a ${kind} from ${least} to ${most}`)
  })
}

/** A duration in milliseconds; bounds and example as people write them. */
export function duration(least: string, most: string, example: string): Shape<number> {
  const [leastMs, mostMs] = [parseDuration(least)!, parseDuration(most)!]
  const schema = { type: ['string', 'number'], pattern: '^\\d', examples: [example] }
  const description = `A duration from ${least} to ${most}; units ms, s, m, h, d, w; a bare number counts seconds.`
  return leaf({ ...schema, description }, (value, report) => {
    const remedy = `write a duration from ${least} to ${most}, such as ${example}`
    const ms =
      typeof value === 'string' || typeof value === 'number' ? parseDuration(String(value)) : undefined
    if (ms === undefined) return report('it is no duration', `${remedy} (units: ms, s, m, h, d, w)`)
    if (ms < leastMs || ms > mostMs) {
      const bounds = `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`
      return report(`it is outside ${bounds}`, remedy)
    }
    return ms
  })
}

/** A size in bytes; bounds and example as people write them. */
export function size(least: string, most: string, example: string): Shape<number> {
  const [leastBytes, mostBytes] = [parseSize(least)!, parseSize(most)!]
  const schema = { type: ['string', 'integer'], pattern: '^\\d', examples: [example] }
  return leaf({ ...schema, description: `A size from ${least} to ${most}.` }, (value, report) => {
    const remedy = `write a size from ${least} to ${most}, such as ${example}`
    const bytes =
      typeof value === 'string' || typeof value === 'number' ? parseSize(String(value)) : undefined
    if (bytes === undefined) return report('it is no size', `${remedy} (units: B, kB, MB, GB, KiB, MiB, GiB)`)
    if (bytes < leastBytes || bytes > mostBytes)
      return report(`it is outside ${formatSize(leastBytes)} to ${formatSize(mostBytes)}`, remedy)
    return bytes
  })
}

// RFC 3339, section 5.6.
const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** A moment with its offset, as Unix time in milliseconds. */
export const moment: Shape<number> = leaf(
  { type: 'string', format: 'date-time', examples: ['2026-01-01T00:00:00Z'] },
  (value, report) => {
    const remedy = 'write date, time and offset, such as 2026-01-01T00:00:00Z'
    const match = typeof value === 'string' ? MOMENT.exec(value) : null
    if (!match) return report('it is no moment in time', remedy)
    const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number]
    const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate()
    if (month < 1 || month > 12 || day < 1 || day > lastDay) return report('there is no such day', remedy)
    return Date.parse(match[0].replace(' ', 'T').toUpperCase())
  },
)

/** Text, or a number or truth value as it is written. */
export const value: Shape<string> = leaf({ type: ['string', 'number', 'boolean'] }, (given, report) =>
  typeof given === 'object' ? notA('text', 'it in quotes', given, report) : String(given),
)

function notA(wanted: string, example: string, value: unknown, report: Report): never {
  const empty = value === null || value === undefined
  return report(empty ? 'it has no value' : `it must be ${wanted}`, `write ${example}`)
}
