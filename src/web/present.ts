import type { Context, TypedResponse } from 'hono'
import { jsonWith, timeText } from '../base/index.ts'
import { can, type Located, type User } from '../access/index.ts'
import type { CommitSummary } from '../edit/index.ts'
import type { Run, RunSummary } from '../run/index.ts'
import type { Tick } from '../schedule/index.ts'
import { describeSchedule, type Schedule, type Script } from '../script/index.ts'
import type { JsonValue, RunJson, RunSummaryJson } from './api/schema.ts'
import type { Doors } from './doors.ts'
import type { Found } from './search.ts'

/** The Scripts of the API, in their order. */
export async function scriptsJson(doors: Doors, actor: Located, found: Found[]) {
  const slugs = found.map(({ entry }) => entry.slug).filter((slug) => can(actor, 'run.read', slug))
  const last = slugs.length > 0 ? await doors.runs.last(actor, slugs) : new Map<string, RunSummary>()
  return found.map((one) => scriptOf(doors, one, last.get(one.entry.slug)))
}

/** The Script of the API. */
export async function scriptJson(doors: Doors, actor: Located, found: Found) {
  const [script] = await scriptsJson(doors, actor, [found])
  return script!
}

function scriptOf(doors: Doors, { entry, state }: Found, lastRun: RunSummary | undefined) {
  const { script } = entry
  const nextTickAt = doors.nextTickAt(entry.slug)
  return {
    slug: entry.slug,
    state,
    ...(script?.manifest.description === undefined ? {} : { description: script.manifest.description }),
    tags: script?.manifest.tags ?? [],
    paused: pausedJson(script),
    hold: null,
    schedule: (script?.manifest.schedules ?? []).map(scheduleJson),
    ...(nextTickAt === undefined ? {} : { nextTickAt: timeText(nextTickAt) }),
    ...(lastRun ? { lastRun: runSummaryJson(lastRun) } : {}),
    commit: entry.commit,
    committedAt: timeText(entry.committedAt),
    revision: entry.revision,
    ...(script ? { manifest: script.manifest as unknown as Record<string, JsonValue> } : {}),
    problems: entry.problems,
    ...(entry.lastGood ? { lastGood: entry.lastGood } : {}),
    ...(script ? { environment: environmentJson(script) } : {}),
  }
}

/** The answer with a run whose input and result are the texts that they came as: parsed, long integers lose digits. */
export function runAnswer<S extends 200 | 202>(c: Context, run: Run, status: S) {
  const { inputJson, resultJson, ...rest } = run
  const text = jsonWith(rest, { input: inputJson, result: resultJson })
  const answer: unknown = c.body(text, status, { 'Content-Type': 'application/json' })
  return answer as TypedResponse<RunJson, S, 'json'>
}

/** Runs come from the record as the API shows them; what scripts put in is JSON by then. */
export const runSummaryJson = (run: RunSummary) => run as unknown as RunSummaryJson

/** The Commit of the API, of a list or with what it changed. */
export function commitJson<C extends CommitSummary>({ at, ...commit }: C) {
  return { ...commit, at: timeText(at) }
}

/** The User of the API. */
export function userJson({ id, name, role, disabled, createdAt }: User) {
  return { id, name, role, disabled, createdAt: timeText(createdAt) }
}

/** The Tick of the API; `until` and `count` belong to a folded span. */
export function tickJson(tick: Tick) {
  const { scheduledAt, until, count, scheduleId, outcome, reason, runId, lateMs, commit } = tick
  return {
    scheduledAt: timeText(scheduledAt),
    ...(count > 1 ? { until: timeText(until) } : {}),
    count,
    schedule: scheduleId,
    outcome,
    ...(reason ? { reason } : {}),
    ...(runId === undefined ? {} : { runId }),
    ...(lateMs === undefined ? {} : { lateMs }),
    ...(commit ? { commit } : {}),
  }
}

function scheduleJson(schedule: Schedule) {
  const words = describeSchedule(schedule)
  return schedule.kind === 'every'
    ? { ...schedule, words, startAt: timeText(schedule.startAt) }
    : { ...schedule, words }
}

function pausedJson(script: Script | undefined) {
  const paused = script?.manifest.paused ?? false
  if (paused === false) return false as const
  return {
    ...(paused.reason === undefined ? {} : { reason: paused.reason }),
    ...(paused.until === undefined ? {} : { until: timeText(paused.until) }),
  }
}

function environmentJson({ requirements, manifest, requiresPython }: Script) {
  const python = manifest.python ?? requiresPython
  return {
    requirements: requirements.lines,
    source: requirements.source,
    ...(python === undefined ? {} : { python }),
  }
}
