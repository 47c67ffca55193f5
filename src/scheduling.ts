import { messageOf, systemActor, type Clock, type Log } from './base/index.ts'
import type { Catalog, CatalogEntry, Synced } from './catalog/index.ts'
import type { Environments } from './environment/index.ts'
import type { Repository } from './git/index.ts'
import type { Running } from './run/index.ts'
import type { DueTick, Offer, Scheduled, Scheduler, TickStore } from './schedule/index.ts'
import { pythonWanted } from './script/index.ts'

type Parts = {
  repository: Repository
  catalog: Catalog
  running: Running
  ticks: TickStore
  environments: Environments
  clock: Clock
  log: Log
}

/** Hands on from the catalog to the scheduler, and from its ticks to runs. */
export type Scheduling = {
  connect(scheduler: Scheduler): void
  /** Takes up what a sync changed: schedules, environments, and the runs of scripts that are gone. */
  take(synced: Synced): Promise<void>
  all(): Promise<Scheduled[]>
  offer: Offer
  synced(): { commit: string; at: number } | undefined
}

export function createScheduling({
  repository,
  catalog,
  running,
  ticks,
  environments,
  clock,
  log,
}: Parts): Scheduling {
  let scheduler: Scheduler | undefined
  let last: { commit: string; at: number; since: number } | undefined

  async function take({ head, since, entries, removed, renamed, library, whole }: Synced): Promise<void> {
    last = { commit: head, at: clock.now(), since }
    prepare(entries)
    for (const slug of removed) await running.runs.cancelQueued(systemActor, slug)
    for (const { from, to } of renamed) {
      await running.rename(from, to)
      await ticks.rename(from, to)
    }
    if (!scheduler) return
    // A new lib/ is a new revision of every script.
    const touched = library || whole ? await everyEntry() : entries
    const gone = [...removed, ...touched.filter(({ script }) => !script).map(({ slug }) => slug)]
    scheduler.reschedule(
      touched.flatMap((entry) => scheduledOf(entry, since) ?? []),
      gone,
    )
  }

  async function everyEntry(): Promise<CatalogEntry[]> {
    const entries: CatalogEntry[] = []
    for await (const entry of catalog.all()) entries.push(entry)
    return entries
  }

  /** Builds in the background, so that the first tick does not wait; a failure shows at the first run. */
  function prepare(entries: CatalogEntry[]): void {
    for (const { slug, script } of entries) {
      if (!script) continue
      const python = pythonWanted(script)
      const wanted = { requirements: script.requirements, ...(python === undefined ? {} : { python }) }
      environments
        .prepare(wanted)
        .catch((error: unknown) => log.error({ slug, error: messageOf(error) }, 'no environment'))
    }
  }

  return {
    connect: (given) => (scheduler = given),
    take,
    async all() {
      const head = (await catalog.syncedHead()) ?? ''
      last ??= { commit: head, at: clock.now(), since: (await repository.inForceSince(head)) ?? clock.now() }
      const { since } = last
      return (await everyEntry()).flatMap((entry) => scheduledOf(entry, since) ?? [])
    },
    // A run is of main as it is when it is queued, which may be newer than what last touched its script.
    offer(script) {
      const now = (tick: DueTick): DueTick => ({ ...tick, commit: last?.commit ?? tick.commit })
      const admission = running.ticks.admit(script)
      switch (admission.kind) {
        case 'run':
          return { ...admission, writes: (tick) => admission.writes(now(tick)) }
        case 'gate':
          return {
            ...admission,
            async ask(tick) {
              const end = await admission.ask(now(tick))
              return end.kind === 'yes' ? { ...end, writes: (due) => end.writes(now(due)) } : end
            },
          }
        case 'skip':
        case 'refuse':
          return admission
        default:
          return admission satisfies never
      }
    },
    synced: () => last,
  }
}

function scheduledOf({ slug, commit, revision, script }: CatalogEntry, since: number): Scheduled | undefined {
  if (!script) return undefined
  const { schedules, paused, overlap, catchUp } = script.manifest
  return {
    slug,
    commit,
    revision,
    since,
    schedules,
    paused,
    overlap,
    catchUp,
    hasGate: script.gate !== undefined,
  }
}
