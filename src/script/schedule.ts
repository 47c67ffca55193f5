import { hash } from 'node:crypto'
import { memo, MINUTE, parseDuration } from '../base/index.ts'
import { CRON_WORDS, readCron } from './cron.ts'
import { duration, moment } from './leaves.ts'
import type { Problem } from '../base/index.ts'
import { leaf, mapping, readInside, readShape } from './shape.ts'
import type { Report, Shape } from './shape.ts'
import { nearest } from './suggest.ts'

/** When a script is due. `id` is a hash of its meaning: equal schedules have equal ids. */
export type Schedule =
  | { id: string; kind: 'cron'; cron: string; timezone: string; jitterMs: number }
  | { id: string; kind: 'every'; everyMs: number; startAt: number; jitterMs: number }

/** A schedule as the manifest has it: the zone may be the server's. */
export type GivenSchedule =
  | { kind: 'cron'; cron: string; meaning: string; timezone?: string; jitterMs: number }
  | { kind: 'every'; everyMs: number; startAt: number; jitterMs: number }

const MOST_SCHEDULES = 50
// The quotes matter: a cron line that begins with a star is no plain YAML text.
const EXAMPLE_TEXT = '{cron: "0 7 * * 1-5", timezone: Europe/Rome}'
const EXAMPLE = { cron: '0 7 * * 1-5', timezone: 'Europe/Rome' }

/** With its zone and its id; jitter and zone belong to the meaning, spelling does not. */
export function resolveSchedule(given: GivenSchedule, timezone: string): Schedule {
  const { jitterMs } = given
  if (given.kind === 'every') {
    const { everyMs, startAt } = given
    return { id: idOf('every', everyMs, startAt, jitterMs), kind: 'every', everyMs, startAt, jitterMs }
  }
  const zone = given.timezone ?? timezone
  const id = idOf('cron', given.meaning, zone.toLowerCase(), jitterMs)
  return { id, kind: 'cron', cron: given.cron, timezone: zone, jitterMs }
}

/** What a gate without a schedule gets. */
export function gateSchedule(): Schedule {
  return resolveSchedule({ kind: 'every', everyMs: MINUTE, startAt: 0, jitterMs: 0 }, 'UTC')
}

export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false
  // Making a format takes a few milliseconds the first time and 30 µs later, so it is only asked what no list has.
  listedZones ??= new Set(Intl.supportedValuesOf('timeZone'))
  if (listedZones.has(name) || otherZones.has(name)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    return false
  }
  otherZones.add(name)
  return true
}
let listedZones: Set<string> | undefined
// Such as those of older names; thousands of scripts share a few.
const otherZones = new Set<string>()

const idOf = (...meaning: (string | number)[]): string => hashOf(JSON.stringify(meaning))
const hashOf = memo(1000, (meaning) => hash('sha256', meaning).slice(0, 12))

// Thousands of scripts share a few lines.
const knownCron = memo(1000, readCron)

const cronLine = leaf(
  {
    type: 'string',
    description: `minute, hour, day of month, month, day of week; or ${CRON_WORDS.join(', ')}.`,
    examples: [EXAMPLE.cron],
  },
  (value, report) => {
    if (typeof value !== 'string') return report('it must be text', `write "${EXAMPLE.cron}" in quotes`)
    const read = knownCron(value)
    if ('line' in read) return read.line
    for (const { reason, remedy } of read.faults) report(reason, remedy)
    return undefined as never
  },
)

const timezone = leaf(
  { type: 'string', description: "An IANA name; else the server's.", examples: [EXAMPLE.timezone] },
  (value, report) => {
    if (typeof value === 'string' && isTimezone(value)) return value
    const meant = typeof value === 'string' && nearest(value, Intl.supportedValuesOf('timeZone'))
    return report('there is no such time zone', `write ${meant || 'an IANA name such as Europe/Rome'}`)
  },
)

const one = mapping(
  {
    cron: cronLine,
    timezone,
    every: duration('5s', '365d', '15m'),
    start: moment,
    jitter: duration('0s', '24h', '5m'),
  },
  {
    examples: [EXAMPLE],
    description:
      '`every` counts from `start`, else from 1970-01-01T00:00:00Z. `jitter`: later by up to so much.',
    oneOf: [{ required: ['cron'] }, { required: ['every'] }],
  },
)

/** The value of `schedule`: one or a list. */
export const schedules: Shape<GivenSchedule[]> = leaf(
  {
    anyOf: [one.schema, { type: 'array', maxItems: MOST_SCHEDULES, items: one.schema }],
    examples: [EXAMPLE, { every: '15m' }],
  },
  (value, report) => {
    if (!Array.isArray(value)) return [readOne(value, report, [])]
    if (value.length > MOST_SCHEDULES)
      return report(`it has over ${MOST_SCHEDULES} entries`, 'make the list shorter')
    return value.map((item, i) => readOne(item, report, [i]))
  },
)

function readOne(value: unknown, report: Report, at: number[]): GivenSchedule {
  if (typeof value === 'string' || typeof value === 'number')
    return report('it must be a mapping', `write ${meantBy(String(value))}`, at)
  const given = readInside(one, value, report, at)
  if (given === undefined) return given
  const { cron, every, start, timezone, jitter = 0 } = given
  if (cron !== undefined && every !== undefined)
    return report('it has both cron and every', 'make them two schedules in a list', [...at, 'every'], true)
  if (cron !== undefined) {
    if (start !== undefined)
      report('start goes with every, not with cron', 'delete it', [...at, 'start'], true)
    return { kind: 'cron', ...cron, ...(timezone && { timezone }), jitterMs: jitter }
  }
  if (every === undefined)
    return report('it has neither cron nor every', `write ${EXAMPLE_TEXT} or {every: 15m}`, at)
  if (timezone !== undefined)
    report('timezone goes with cron, not with every', 'delete it', [...at, 'timezone'], true)
  if (jitter >= every) report('it is not shorter than every', 'write a shorter jitter', [...at, 'jitter'])
  return { kind: 'every', everyMs: every, startAt: start ?? 0, jitterMs: jitter }
}

function meantBy(text: string): string {
  if (parseDuration(text) !== undefined) return `{every: ${text}}`
  return /^@\w|^[\d*]/.test(text) ? `{cron: "${text.slice(0, 60)}"}` : EXAMPLE_TEXT
}

/** The index of each schedule that means the same as one before it. */
export function twinsOf(list: Schedule[]): number[] {
  const seen = new Set<string>()
  return list.flatMap(({ id }, i) => {
    const twin = seen.has(id)
    seen.add(id)
    return twin ? [i] : []
  })
}

/** One schedule given as a manifest has it, in the server's zone where it names none; or what is wrong with it. */
export function readSchedule(
  given: Record<string, unknown>,
  timezone: string,
): { schedule: Schedule } | { problems: Problem[] } {
  const { value, faults } = readShape(schedules, 'schedule', given)
  if (value?.[0] && faults.length === 0) return { schedule: resolveSchedule(value[0], timezone) }
  // Places count from the schedule itself.
  const pathOf = (path: (string | number)[]) => path.slice(1).join('.') || 'schedule'
  return { problems: faults.map(({ path, message, remedy }) => ({ path: pathOf(path), message, remedy })) }
}
