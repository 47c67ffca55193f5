import { bearsOnStart, DAY, SECOND } from '../base/index.ts'
import type { Path } from './document.ts'
import { inputSchema } from './input-schema.ts'
import { count, duration, flag, moment, name, size, text, value, word } from './leaves.ts'
import { specifierFault } from './python.ts'
import { schedules } from './schedule.ts'
import { either, leaf, list, mapping, refined, shown } from './shape.ts'
import type { Report, Shape } from './shape.ts'
import { isSlug } from './slug.ts'

export const OVERLAPS = ['skip', 'queue', 'replace', 'allow'] as const
export const CATCH_UP_MODES = ['none', 'latest', 'all'] as const
export const AFTER_ENDS = ['success', 'failure', 'any'] as const
export const NOTIFY_CAUSES = ['success', 'failure', 'recovery', 'missed'] as const

type Secret = { name: string; file?: string }
type Pause = false | { reason?: string; until?: number }
type CatchUp = { mode: (typeof CATCH_UP_MODES)[number]; windowMs: number }

/** What a key means, what it is when absent, and whether a later version of the server acts on it. */
type Key<T> = { shape: Shape<T>; about: string; absent?: unknown; later?: string }

const LATER = 'Checked now; acted on by a later version.'
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

const tags = refined(
  list(name(/^\w[\w.:-]{0,39}$/, 'a tag', 'reports'), 20, { examples: [['reports']] }),
  (tags) => [...new Set(tags)],
)
const catchUpMode = word(CATCH_UP_MODES)
const environmentName = leaf<string>(
  { type: 'string', pattern: ENV_NAME.source, examples: ['SMTP_PASSWORD'] },
  (given, report) => {
    const fault = nameFault(given)
    return fault ? report(`it ${fault[0]}`, fault[1]) : (given as string)
  },
)
const secret = either(
  refined(environmentName, (name): Secret => ({ name })),
  refined(
    mapping(
      { name: environmentName, file: name(/^(?!\.)[\w.-]{1,100}$/, 'a plain file name', 'sa.json') },
      { required: ['name'], examples: [{ name: 'GCP_KEY', file: 'sa.json' }] },
    ),
    ({ name, file }, report): Secret => {
      if (name === undefined) return report('it lacks name', 'write {name: GCP_KEY, file: sa.json}')
      return { name, ...(file !== undefined && { file }) }
    },
  ),
  { examples: ['SMTP_PASSWORD'] },
)

const pause = either(
  refined(flag, (paused): Pause => (paused ? {} : false)),
  refined(
    mapping({ reason: text(500, 'why'), until: moment }, { examples: [{ reason: 'Holidays' }] }),
    (paused): Pause => paused,
  ),
  {},
)

const WINDOW = '24h'
const catchUp = either(
  refined(catchUpMode, (mode): CatchUp => ({ mode, windowMs: DAY })),
  refined(
    mapping(
      { mode: catchUpMode, window: duration('1m', '365d', WINDOW) },
      { examples: [{ mode: 'latest', window: WINDOW }] },
    ),
    ({ mode = 'latest', window = DAY }): CatchUp => ({ mode, windowMs: window }),
  ),
  {},
)

const RETRIES = { limit: 0, delay: '30s', backoff: 2 }
const retries = refined(
  mapping(
    { limit: count(0, 20), delay: duration('0s', '24h', RETRIES.delay), backoff: count(1, 10, false) },
    { examples: [{ limit: 2, delay: '30s' }] },
  ),
  ({ limit = RETRIES.limit, delay = 30 * SECOND, backoff = RETRIES.backoff }) => ({
    limit,
    delayMs: delay,
    backoff,
  }),
)

const after = refined(
  mapping(
    { script: leaf({ type: 'string', examples: ['finance.load'] }, readSlug), on: word(AFTER_ENDS) },
    { required: ['script'], examples: [{ script: 'finance.load', on: 'success' }] },
  ),
  ({ script, on = 'success' }, report) =>
    script === undefined
      ? report('it lacks script', 'write {script: finance.load, on: success}')
      : { script, on },
)

const notify = either(
  leaf({ const: 'none' }, (given, report): 'none' =>
    given === 'none'
      ? given
      : report('it must be none or a mapping', 'write none or {on: [failure], to: [ops]}'),
  ),
  refined(
    mapping(
      {
        on: list(word(NOTIFY_CAUSES), 4, { examples: [['failure']] }),
        to: list(name(/^[\w.@+-]{1,200}$/, 'a name or a mail address', 'ops'), 20, { examples: [['ops']] }),
        remind: duration('1m', '30d', '24h'),
      },
      { examples: [{ on: ['failure'], to: ['ops'] }] },
    ),
    ({ remind, ...rest }) => ({ ...rest, ...(remind !== undefined && { remindMs: remind }) }),
  ),
  {},
)

const retention = refined(
  mapping(
    { runs: count(1, 1_000_000), age: duration('1h', '3650d', '90d') },
    { examples: [{ runs: 500, age: '90d' }] },
  ),
  ({ runs, age }) => ({ ...(runs !== undefined && { runs }), ...(age !== undefined && { ageMs: age }) }),
)

const sdists = either(
  flag,
  list(name(/^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/, 'the name of a package', 'tabulate'), 100, {
    examples: [['tabulate']],
  }),
  {},
)

/** Every key of a manifest: the one table that the parser and the JSON Schema are made from. */
export const KEYS = {
  description: key(text(1000, 'What it does'), 'What the script does.'),
  tags: key(tags, 'For the search.', []),
  entry: key(
    name(/\.py$/, 'a Python file', 'main.py'),
    "The file that is run, relative to the script's folder.",
    'main.py',
  ),
  args: key(list(value, 100, { examples: [['--verbose']] }), 'Arguments (sys.argv) of a program.', []),
  schedule: key(
    schedules,
    'When the script is due. Absent: never, but with a gate every 60 s. An empty list: never.',
  ),
  paused: key(pause, 'Ticks are recorded as skipped; runs by hand may.', false),
  overlap: key(
    word(OVERLAPS),
    'What a tick does while a run is still going on.',
    'skip',
    'queue, replace and allow: checked now; acted on by a later version.',
  ),
  catch_up: key(
    catchUp,
    'Which ticks are run that were missed while the server was down; all: at most 25.',
    { mode: 'latest', window: WINDOW },
    'all: checked now; acted on by a later version.',
  ),
  timeout: key(duration('1s', '7d', '30m'), 'SIGTERM after it.', '30m'),
  grace: key(duration('0s', '10m', '10s'), 'From SIGTERM to SIGKILL.', '10s'),
  gate_timeout: key(duration('1s', '10m', '30s'), 'The same for the gate.', '30s'),
  retries: key(
    retries,
    'Further attempts of a failed run; each waits `backoff` times as long as the one before.',
    RETRIES,
  ),
  python: key(
    leaf({ type: ['string', 'number'], examples: ['3.12', '>=3.10,<3.13'] }, readPython),
    "A version or a PEP 440 specifier. Absent: requires-python, else the server's newest.",
  ),
  memory: key(size('16MiB', '1TiB', '512MiB'), "Of the whole run. Absent: half of the machine's."),
  network: key(flag, 'false: no network at all.', true),
  env: key(
    leaf(
      {
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
        examples: [{ REGION: 'eu' }],
      },
      readEnv,
    ),
    'Environment variables.',
    {},
  ),
  secrets: key(
    list(secret, 100, { examples: [['SMTP_PASSWORD']] }),
    'Names of secrets, given as variables or as files; an admin grants them at /secrets.',
    [],
  ),
  input_schema: key(inputSchema, 'A JSON Schema of the input: checked, and the form for a run by hand.'),
  after: key(after, 'Runs when a run of another script has ended.', undefined, LATER),
  notify: key(notify, "Who is told of what. Absent: the server's default.", undefined, LATER),
  retention: key(retention, "How many runs are kept, and how long. Absent: the server's.", undefined, LATER),
  disable_after: key(count(1, 1000), 'Paused after so many failures in a row.', undefined, LATER),
  allow_sdists: key(sdists, 'Packages that may be built from source; true: all.', undefined, LATER),
  warm: key(flag, 'Kept ready to start.', undefined, LATER),
} satisfies Record<string, Key<unknown>>

function key<T>(shape: Shape<T>, about: string, absent?: unknown, later?: string): Key<T> {
  return { shape, about, ...(absent !== undefined && { absent }), ...(later && { later }) }
}

function readPython(given: unknown, report: Report): string {
  // A number has lost its last zero: 3.10 arrives as 3.1.
  if (typeof given !== 'string') return report('it must be text', `write it in quotes: '3.12'`)
  const fault = specifierFault(given)
  return fault ? report(fault, 'write a version (3.12) or a specifier (>=3.10,<3.13)') : given
}

function readEnv(given: unknown, report: Report): Record<string, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return report('it must be a mapping', 'write {REGION: eu}')
  const entries = Object.entries(given).map(([name, item]): [string, string] => {
    const at: Path = [name]
    const fault = nameFault(name)
    if (fault) report(`${shown(name)} ${fault[0]}`, fault[1], at, true)
    if (item === null) report('it has no value', `write one, or "" for none`, at)
    else if (typeof item === 'object') report('it must be text', 'put it in quotes', at)
    else if (String(item).length > 32_768) report('it has over 32768 characters', 'make it shorter', at)
    return [name, typeof item === 'object' ? '' : String(item)]
  })
  return Object.fromEntries(entries)
}

function nameFault(name: unknown): [reason: string, remedy: string] | undefined {
  if (typeof name !== 'string' || !ENV_NAME.test(name))
    return ['is not the name of a variable', 'write letters, digits and _, such as SMTP_PASSWORD']
  if (/^SXS_/i.test(name)) return ["begins with SXS_, as only the server's own may", 'choose another name']
  if (bearsOnStart(name))
    return ['acts on what starts the script', 'set it in os.environ, for the programs that the script starts']
  return undefined
}

function readSlug(given: unknown, report: Report): string {
  if (typeof given === 'string' && isSlug(given)) return given
  return report('it is no slug', 'write the path below scripts/ with dots, such as finance.load')
}
