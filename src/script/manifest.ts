import type { Problem } from '../base/index.ts'
import type { Document } from './document.ts'
import { KEYS } from './keys.ts'
import type { AFTER_ENDS, CATCH_UP_MODES, NOTIFY_CAUSES, OVERLAPS } from './keys.ts'
import { resolveSchedule, twinsOf } from './schedule.ts'
import type { Schedule } from './schedule.ts'
import { readShape, unknownKey } from './shape.ts'
import type { Shape } from './shape.ts'

export type Overlap = (typeof OVERLAPS)[number]
export type CatchUpMode = (typeof CATCH_UP_MODES)[number]
export type AfterEnd = (typeof AFTER_ENDS)[number]
export type NotifyCause = (typeof NOTIFY_CAUSES)[number]

/** A manifest with its defaults filled in; plain JSON. */
export type Manifest = {
  description?: string
  tags: string[]
  /** Below the script's folder. */
  entry: string
  args: string[]
  schedules: Schedule[]
  /** `until` is a Unix time in milliseconds. */
  paused: false | { reason?: string; until?: number }
  overlap: Overlap
  catchUp: { mode: CatchUpMode; windowMs: number }
  timeoutMs: number
  graceMs: number
  gateTimeoutMs: number
  retries: { limit: number; delayMs: number; backoff: number }
  /** A version (`3.12`) or a specifier (`>=3.10,<3.13`). */
  python?: string
  memoryBytes?: number
  network: boolean
  env: Record<string, string>
  secrets: { name: string; file?: string }[]
  inputSchema?: Record<string, unknown>
  after?: { script: string; on: AfterEnd }
  notify?: 'none' | { on?: NotifyCause[]; to?: string[]; remindMs?: number }
  retention?: { runs?: number; ageMs?: number }
  /** After how many failures in a row the script is paused. */
  disableAfter?: number
  /** True: all; else the names of the packages that may be built from source. */
  allowSdists?: boolean | string[]
  warm?: boolean
}

type KeyName = keyof typeof KEYS
type Value<K extends KeyName> = (typeof KEYS)[K]['shape'] extends Shape<infer T> ? T : never

/** The keys that a document has, as it has them. */
export type GivenKeys = { [K in KeyName]?: Value<K> }

/** The keys of a table, and what is wrong with the others; `within` is where the table stands in the document. */
export function readKeys(
  document: Document,
  table: Record<string, unknown>,
  timezone: string,
  within: string[] = [],
): { given: GivenKeys; problems: Problem[] } {
  const problems: Problem[] = []
  const given: Record<string, unknown> = {}
  const add = (at: (string | number)[], onKey: boolean, message: string, remedy: string) =>
    problems.push({ path: document.path, ...document.placeOf([...within, ...at], onKey), message, remedy })
  for (const [key, value] of Object.entries(table)) {
    if (!Object.hasOwn(KEYS, key)) {
      const { message, remedy } = unknownKey(key, Object.keys(KEYS))
      add([key], true, message, remedy)
      continue
    }
    const written = asWritten(document, [...within, key], value)
    const read = readShape<unknown>(KEYS[key as KeyName].shape, key, written)
    for (const fault of read.faults) add(fault.path, fault.onKey, fault.message, fault.remedy)
    if (read.faults.length === 0) given[key] = read.value
  }
  for (const { at, message, remedy } of twins(given, timezone)) add(at, false, message, remedy)
  return { given: given as GivenKeys, problems }
}

/** The manifest of given keys, filled with what the table of keys says of absent ones. */
export function fillManifest(given: GivenKeys, timezone: string): Manifest {
  const absent = absentKeys()
  const manifest: Manifest = {
    tags: given.tags ?? absent.tags,
    entry: given.entry ?? absent.entry,
    args: given.args ?? absent.args,
    schedules: (given.schedule ?? []).map((one) => resolveSchedule(one, timezone)),
    paused: given.paused ?? absent.paused,
    overlap: given.overlap ?? absent.overlap,
    catchUp: given.catch_up ?? absent.catch_up,
    timeoutMs: given.timeout ?? absent.timeout,
    graceMs: given.grace ?? absent.grace,
    gateTimeoutMs: given.gate_timeout ?? absent.gate_timeout,
    retries: given.retries ?? absent.retries,
    network: given.network ?? absent.network,
    env: given.env ?? absent.env,
    secrets: given.secrets ?? absent.secrets,
  }
  if (given.description !== undefined) manifest.description = given.description
  if (given.python !== undefined) manifest.python = given.python
  if (given.memory !== undefined) manifest.memoryBytes = given.memory
  if (given.input_schema !== undefined) manifest.inputSchema = given.input_schema
  if (given.after !== undefined) manifest.after = given.after
  if (given.notify !== undefined) manifest.notify = given.notify
  if (given.retention !== undefined) manifest.retention = given.retention
  if (given.disable_after !== undefined) manifest.disableAfter = given.disable_after
  if (given.allow_sdists !== undefined) manifest.allowSdists = given.allow_sdists
  if (given.warm !== undefined) manifest.warm = given.warm
  return manifest
}

type Filled =
  | 'tags'
  | 'entry'
  | 'args'
  | 'paused'
  | 'overlap'
  | 'catch_up'
  | 'timeout'
  | 'grace'
  | 'gate_timeout'
  | 'retries'
  | 'network'
  | 'env'
  | 'secrets'

let absentRead: Required<Pick<GivenKeys, Filled>> | undefined

// The defaults are in the table as people write them, and are read once like anything else.
function absentKeys(): Required<Pick<GivenKeys, Filled>> {
  absentRead ??= Object.fromEntries(
    Object.entries(KEYS as Record<string, { shape: Shape; absent?: unknown }>)
      .filter(([, key]) => key.absent !== undefined)
      .map(([name, key]) => [name, readShape(key.shape, name, key.absent).value]),
  ) as never
  return absentRead
}

/** Numbers where text is wanted, as the author wrote them: `3.10` would else arrive as 3.1. */
function asWritten(document: Document, at: string[], value: unknown): unknown {
  const key = at.at(-1)!
  const write = (item: unknown, path: (string | number)[]) =>
    typeof item === 'number' || typeof item === 'boolean' ? (document.asWritten(path) ?? item) : item
  if (key === 'python' && typeof value === 'number') return write(value, at)
  if (key === 'args' && Array.isArray(value)) return value.map((item, i) => write(item, [...at, i]))
  if (key === 'env' && typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, write(item, [...at, name])]))
  return value
}

function twins({ schedule = [], secrets = [], env = {} }: GivenKeys, timezone: string): Twin[] {
  const schedules = schedule.length < 2 ? [] : schedule.map((one) => resolveSchedule(one, timezone))
  const names = secrets.map(({ name }) => name)
  return [
    ...twinsOf(schedules).map((i): Twin => ({
      at: ['schedule', i],
      message: 'schedule: this one means the same as one before it',
      remedy: 'delete one of them',
    })),
    ...names.flatMap((name, i): Twin[] => {
      const at = ['secrets', i]
      if (names.indexOf(name) < i)
        return [{ at, message: `secrets: '${name}' is there twice`, remedy: 'delete one of them' }]
      if (!Object.hasOwn(env, name)) return []
      return [{ at, message: `secrets: '${name}' is also in env`, remedy: 'keep it in one of the two' }]
    }),
  ]
}
type Twin = { at: (string | number)[]; message: string; remedy: string }
