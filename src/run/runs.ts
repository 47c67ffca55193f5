import { assertCan, maySee, type Action } from '../access/index.ts'
import {
  AppError,
  describeProblem,
  notFound,
  type Actor,
  type Bus,
  type Page,
  type PageRequest,
} from '../base/index.ts'
import { inputProblems } from '../script/index.ts'
import { assertGivable } from './answer.ts'
import { findArtifact } from './artifact.ts'
import { artifactsFolder } from './execute.ts'
import { assertSameAsked, onceKeyOf } from './idempotency.ts'
import {
  readLogBytes,
  readLogLines,
  readLogPieces,
  type LogLines,
  type LogPart,
  type LogPieces,
  type LogRange,
} from './log-read.ts'
import type { Queue } from './queue.ts'
import { runOf, summaryOf, type Cause, type NewRun, type Run, type RunMark, type RunSummary } from './run.ts'
import { createScriptData, type ScriptDataDeps } from './script-data.ts'
import type { ScriptAt } from './source.ts'
import { isFinal, type RunState } from './state.ts'
import type { RunFilter, RunRow } from './store.ts'

export type RunsDeps = ScriptDataDeps & {
  queue: Queue
  bus: Bus
  dataDir: string
  logsFolder: string
}

/** What a run is asked for with. Times are Unix milliseconds. */
export type RunRequest = {
  slug: string
  cause: Cause
  /** Must be a JSON object of at most 1 MiB; as text, where it came as such, so that long integers stay whole. */
  input?: unknown
  inputJson?: string
  /** Passes over the gate. */
  force?: boolean
  /** Absent: head. */
  commit?: string
  /** As if it were then. */
  scheduledAt?: number
  notBefore?: number
  /** The run that this one is a rerun of. */
  rerunOf?: number
  idempotencyKey?: string
}

export type Runs = ReturnType<typeof createRuns>

/** The verbs over runs. Each takes the actor first and asks the policy in its first line. */
export function createRuns(deps: RunsDeps) {
  const { store, source, queue, clock, bus, dataDir, logsFolder } = deps

  /** The row of a run that the actor may see; another is not found. */
  async function find(actor: Actor, action: Action, id: number): Promise<RunRow> {
    const row = await store.find(id)
    if (!row || !maySee(actor, row.slug)) throw notFound(`run ${id}`)
    assertCan(actor, action, row.slug)
    return row
  }

  async function scriptFor(actor: Actor, slug: string, commit?: string): Promise<ScriptAt> {
    const head = await source.findScript(slug)
    if (!head) throw notFound(`script ${slug}`)
    if (commit === undefined || commit === head.commit) return head
    if (!(await source.isOnMain(commit))) assertCan(actor, 'run.enqueue-other-commit', slug)
    const other = await source.scriptAt(slug, commit)
    if (!other)
      throw new AppError(
        'invalid',
        `${slug} is no valid script at commit ${commit}; name a commit of its changes`,
      )
    return other
  }

  async function insertOnce(
    actor: Actor,
    { slug, idempotencyKey }: RunRequest,
    run: NewRun,
    asked: unknown[],
  ) {
    const once = onceKeyOf(actor, slug, idempotencyKey!, asked)
    const found = await store.insertOnce(run, once)
    if (!found.made) assertSameAsked(found.row.idempotencyKey, once, found.row.id)
    return found
  }

  const verbs = {
    ...createScriptData(deps),
    /** How many runs ended in which state since this server started, of all scripts. */
    counts: () => store.counts(),

    /**
     * Queues a run; where the idempotency key was used already, gives the run made then. Errors: not_found, invalid,
     * too_large; conflict where it was used for something else.
     */
    async enqueue(actor: Actor, request: RunRequest): Promise<Run> {
      assertCan(actor, 'run.enqueue', request.slug)
      const { slug, cause, force = false, scheduledAt, notBefore } = request
      const input = inputText(request)
      const { commit, revision, script } = await scriptFor(actor, slug, request.commit)
      assertFits(script, input)
      const run = {
        ...{ slug, commit, revision, cause, force, actor: actor.name, queuedAt: clock.now() },
        ...(input === undefined ? {} : { input }),
        ...(scheduledAt === undefined ? {} : { scheduledAt }),
        ...(notBefore === undefined ? {} : { notBefore }),
      }
      const { row, made } =
        request.idempotencyKey === undefined
          ? { row: await store.insert(run), made: true }
          : await insertOnce(actor, request, run, askedWith(request, input))
      if (!made) return runOf(row)
      queue.enqueue(row.id, row)
      bus.announce({ topic: 'run', id: row.id, slug })
      return runOf(row)
    },

    /** A new run with the input of an earlier one, at its commit or at head; the idempotency key as for `enqueue`. */
    async rerun(actor: Actor, id: number, at: 'same' | 'head', idempotencyKey?: string): Promise<Run> {
      const { slug, commit, input, force } = await find(actor, 'run.rerun', id)
      return verbs.enqueue(actor, {
        ...{ slug, cause: 'rerun', force, rerunOf: id },
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(at === 'same' ? { commit } : {}),
        ...(input === null ? {} : { inputJson: input }),
      })
    },

    async get(actor: Actor, id: number): Promise<Run> {
      return runOf(await find(actor, 'run.read', id))
    },

    /** Newest first; with `after` what came after that run, oldest first. */
    async list(
      actor: Actor,
      filter: Omit<RunFilter, 'scripts'>,
      page: PageRequest,
    ): Promise<Page<RunSummary>> {
      assertCan(actor, 'run.read', filter.script)
      if (page.cursor !== undefined && !/^\d{1,15}$/.test(page.cursor))
        throw new AppError('invalid', 'the cursor is not one that a list gave')
      const seen = actor.scripts === undefined ? filter : { ...filter, scripts: actor.scripts }
      const { items, ...rest } = await store.list(seen, page)
      return { items: items.map(summaryOf), ...rest }
    },

    /** Those of the runs that there are, and that the actor may see. */
    async some(actor: Actor, ids: number[]): Promise<RunSummary[]> {
      assertCan(actor, 'run.read')
      return (await store.some(ids)).filter(({ slug }) => maySee(actor, slug)).map(summaryOf)
    },

    /** The newest run of each script that has one; nothing of scripts that the actor may not see. */
    async last(actor: Actor, slugs: string[]): Promise<Map<string, RunSummary>> {
      assertCan(actor, 'run.read')
      const rows = await store.last(slugs.filter((slug) => maySee(actor, slug)))
      return new Map(rows.map((row) => [row.slug, summaryOf(row)]))
    },

    /** So many of each script's newest runs, newest first; nothing of scripts that the actor may not see. */
    async marks(actor: Actor, slugs: string[], count: number): Promise<Map<string, RunMark[]>> {
      assertCan(actor, 'run.read')
      return store.marks(
        slugs.filter((slug) => maySee(actor, slug)),
        count,
      )
    },

    /** Ends a queued run at once, and asks a running one to end within its grace. Errors: conflict where it is over. */
    async cancel(actor: Actor, id: number): Promise<Run> {
      const row = await find(actor, 'run.cancel', id)
      const asked = await queue.cancel(id, actor.name)
      const run = runOf((await store.find(row.id))!)
      if (!asked && run.state !== 'cancelled')
        throw new AppError('conflict', `run ${id} is over: ${run.summary}`)
      return run
    },

    /** Cancels the queued runs of a script that is no longer there. */
    async cancelQueued(actor: Actor, slug: string): Promise<void> {
      assertCan(actor, 'run.cancel', slug)
      for (const id of await store.queuedOf(slug)) await queue.cancel(id, actor.name)
    },

    /** Bytes of the log at an offset; `complete` when nothing will follow after `end`. */
    async readLog(
      actor: Actor,
      id: number,
      range: { from?: number; limit?: number },
    ): Promise<LogPart & { complete: boolean }> {
      const { state } = await find(actor, 'log.read', id)
      return { ...readLogBytes(logsFolder, id, range), complete: isFinal(state as RunState) }
    },

    /** Lines of the log from an offset on: 0, or the `next` of an answer before. */
    async logLines(actor: Actor, id: number, range: LogRange): Promise<LogLines & { complete: boolean }> {
      const { state } = await find(actor, 'log.read', id)
      return { ...readLogLines(logsFolder, id, range), complete: isFinal(state as RunState) }
    },

    /** The same as pieces of many lines each. */
    async logPieces(actor: Actor, id: number, range: LogRange): Promise<LogPieces & { complete: boolean }> {
      const { state } = await find(actor, 'log.read', id)
      return { ...readLogPieces(logsFolder, id, range), complete: isFinal(state as RunState) }
    },

    /** Where an artifact lies, to be sent; not_found unless the run left it. */
    async artifact(actor: Actor, id: number, name: string): Promise<{ path: string; bytes: number }> {
      const run = runOf(await find(actor, 'run.read', id))
      const listed = run.artifacts.some((artifact) => artifact.name === name)
      const found = listed ? findArtifact(artifactsFolder(dataDir, id), name) : undefined
      if (!found) throw notFound(`artifact ${name} of run ${id}`)
      return found
    },
  }
  return verbs
}

/** Everything that makes it another request than one before with the same key. */
function askedWith({ force = false, ...request }: RunRequest, input: string | undefined): unknown[] {
  const { commit, scheduledAt, notBefore, rerunOf } = request
  return [input, force, commit, scheduledAt, notBefore, ...(rerunOf === undefined ? [] : [rerunOf])]
}

/** Throws invalid for an input that the script's `input_schema` does not allow; without one anything goes. */
function assertFits({ manifest: { inputSchema } }: ScriptAt['script'], input: string | undefined): void {
  if (!inputSchema) return
  const problems = inputProblems(inputSchema, JSON.parse(input ?? '{}') as Record<string, unknown>)
  if (problems.length > 0)
    throw new AppError('invalid', problems.map(describeProblem).join('\n'), { problems })
}

/** The input as JSON text of one line, in which the harness is asked; undefined where there is none. */
function inputText({ input, inputJson }: Pick<RunRequest, 'input' | 'inputJson'>): string | undefined {
  const value = inputJson === undefined ? input : (JSON.parse(inputJson) as unknown)
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('invalid', 'input must be a JSON object')
  // Also what came as text is written once: that fails where it is nested too deeply for anyone.
  const written = JSON.stringify(value)
  const text = inputJson === undefined ? written : inputJson.replace(/[\r\n]+/g, ' ')
  assertGivable('input', text)
  return text
}
