import { nearest } from './suggest.ts'

/** A cron line with single spaces and its `@word` written out; lines of equal meaning have an equal `meaning`. */
export type CronLine = { cron: string; meaning: string }
export type CronFault = { reason: string; remedy: string }

// The words that Vixie cron knows, but for @reboot.
const WORDS: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}
export const CRON_WORDS = Object.keys(WORDS)

type Field = { noun: string; least: number; most: number; names?: string[] }

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const FIELDS: Field[] = [
  { noun: 'minute', least: 0, most: 59 },
  { noun: 'hour', least: 0, most: 23 },
  { noun: 'day of month', least: 1, most: 31 },
  { noun: 'month', least: 1, most: 12, names: MONTHS },
  { noun: 'day of week', least: 0, most: 7, names: DAYS },
]
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const LONGEST_LINE = 500

/** Reads a cron line of five fields or an `@word`; accepts nothing that cron-parser would read otherwise. */
export function readCron(text: string): { line: CronLine } | { faults: CronFault[] } {
  const cron = text.trim().replace(/\s+/g, ' ')
  if (cron.startsWith('@')) return readWord(cron)
  if (cron.length > LONGEST_LINE)
    return fault(`it has over ${LONGEST_LINE} characters`, 'write ranges and steps, or several schedules')
  const parts = cron === '' ? [] : cron.split(' ')
  if (parts.length !== FIELDS.length) return fault(...wrongCount(parts))
  const faults: CronFault[] = []
  const sets = parts.map((part, i) => readField(part, FIELDS[i]!, faults))
  if (faults.length > 0) return { faults }
  if (neverComes(parts, sets)) {
    const days = `day ${parts[2]} of month ${parts[3]}`
    return fault(`${days} never comes`, 'write a day that the month has')
  }
  // Words for people are made from the line by a library that does not know 07.
  const spelled = cron.replace(/\b0+(?=\d)/g, '')
  return { line: { cron: spelled, meaning: sets.map((set, i) => meaningOf(parts[i]!, set, i)).join(' ') } }
}

function fault(reason: string, remedy: string): { faults: CronFault[] } {
  return { faults: [{ reason, remedy }] }
}

function readWord(word: string): ReturnType<typeof readCron> {
  const line = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined
  if (line) return readCron(line)
  if (word === '@reboot')
    return fault('a server has no reboot of its own', 'use {every: …}, or run it by hand')
  if (word.startsWith('@every') || word === '@minutely')
    return fault('this is no cron word', 'write {every: 1m} instead of {cron: …}')
  const meant = nearest(word, CRON_WORDS)
  return fault('this is no cron word', `write ${meant ? `'${meant}'` : `one of ${CRON_WORDS.join(', ')}`}`)
}

function wrongCount(parts: string[]): [string, string] {
  const fields = 'minute, hour, day of month, month, day of week'
  if (parts.length === 6)
    return [
      'it has 6 fields, and a cron line has 5 (there are no seconds)',
      `write '${parts.slice(1).join(' ')}', or {every: …} for seconds`,
    ]
  const has = parts.length === 1 ? '1 field' : `${parts.length} fields`
  return [`it has ${has}, and a cron line has 5`, `write ${fields}, such as '0 7 * * 1-5'`]
}

/** The values of a field; `L`, `5L` and `5#3` stay as they are. */
function readField(text: string, field: Field, faults: CronFault[]): Set<number | string> {
  const found = new Set<number | string>()
  for (const item of text.split(',')) {
    const values = readItem(item, text, field)
    if (!Array.isArray(values)) {
      faults.push(values)
      continue
    }
    const twin = values.find((value) => found.has(value))
    if (twin !== undefined)
      faults.push({
        reason: `${field.noun} ${twin} is there twice in '${text}'`,
        remedy: 'write each value once',
      })
    for (const value of values) found.add(value)
  }
  return found
}

function readItem(item: string, text: string, field: Field): (number | string)[] | CronFault {
  const week = field.noun === 'day of week'
  if (item === 'L' && field.noun === 'day of month') return ['L']
  const last = week && /^([0-7]|[a-z]{3})L$/i.exec(item)
  if (last && item.endsWith('L')) {
    const day = numberOf(last[1]!, field)
    if (day !== undefined) return [`${day % 7}L`]
  }
  const nth = week && /^(\w+)#([1-5])$/.exec(item)
  if (nth && item === text) {
    const day = numberOf(nth[1]!, field)
    if (day !== undefined && day <= field.most) return [`${day % 7}#${nth[2]}`]
  }
  const match = /^(\*|[^-/]+)(?:-([^-/]+))?(?:\/(\d{1,4}))?$/.exec(item)
  if (!match || (match[1] === '*' && match[2] !== undefined)) return unreadable(item, field)
  return readRange(item, match[1]!, match[2], match[3], field)
}

function readRange(
  item: string,
  first: string,
  last: string | undefined,
  stepText: string | undefined,
  field: Field,
): number[] | CronFault {
  const { noun, least, most } = field
  const from = first === '*' ? least : numberOf(first, field)
  const single = last === undefined && first !== '*' && stepText === undefined
  const to = last !== undefined ? numberOf(last, field) : single ? from : most
  if (from === undefined || to === undefined) return unreadable(item, field)
  for (const bound of [from, to])
    if (bound < least || bound > most)
      return {
        reason: `${noun} ${bound} is outside ${least}-${most}`,
        remedy: `write ${noun === 'hour' ? 'an' : 'a'} ${noun} from ${least} to ${most}`,
      }
  if (from > to) {
    const top = noun === 'day of week' ? 6 : most
    const remedy = `write '${spanText(from, top)},${spanText(least, to)}'`
    return { reason: `the range '${item}' runs backwards`, remedy }
  }
  const step = Number(stepText ?? 1)
  if (step < 1 || (stepText !== undefined && step > most - least)) return badStep(item, step, field)
  const values = new Set<number>()
  for (let value = from; value <= to; value += step) values.add(noun === 'day of week' ? value % 7 : value)
  return [...values]
}

function badStep(item: string, step: number, { noun, least, most }: Field): CronFault {
  const reason = `the step ${step} in '${item}' is outside 1-${most - least}`
  const unit = noun === 'minute' ? 'm' : noun === 'hour' ? 'h' : undefined
  const remedy =
    unit && step > 0
      ? `write {every: ${step}${unit}} instead of {cron: …}`
      : `write a step from 1 to ${most - least}`
  return { reason, remedy }
}

function unreadable(item: string, { noun, least, most, names }: Field): CronFault {
  const words = names ? ` or ${names[0]} to ${names.at(-1)}` : ''
  return {
    reason: item === '' ? `the list of the ${noun} has an empty place` : `'${item}' is no ${noun}`,
    remedy: `write ${least} to ${most}${words}, a range '1-5', a step '*/2', a list '1,3' or '*'`,
  }
}

function numberOf(text: string, { names, least }: Field): number | undefined {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  const index = names?.indexOf(text.toUpperCase()) ?? -1
  return index < 0 ? undefined : index + least
}

const spanText = (from: number, to: number) => (from === to ? `${from}` : `${from}-${to}`)

// With a day of week the line is due on either kind of day, so it always comes.
function neverComes(parts: string[], sets: Set<number | string>[]): boolean {
  if (parts[2] === '*' || parts[4] !== '*') return false
  const [, , days, months] = sets
  return ![...months!].some((month) =>
    [...days!].some((day) => day === 'L' || Number(day) <= DAYS_IN_MONTH[Number(month) - 1]!),
  )
}

// Only a bare star leaves the choice of days to the other day field, so there it is not the same as 1-31.
function meaningOf(text: string, set: Set<number | string>, index: number): string {
  const { least, most } = FIELDS[index]!
  if (text === '*' || (index !== 2 && index !== 4 && set.size === most - least + 1)) return '*'
  return [...set].sort((a, b) => String(a).localeCompare(String(b), 'en', { numeric: true })).join(',')
}
