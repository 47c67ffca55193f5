import { describeProblem, messageOf, systemActor, type Clock, type Log } from './base/index.ts'
import type { Catalog, CatalogEntry, Synced } from './catalog/index.ts'
import type { Environments } from './environment/index.ts'
import type { Repository } from './git/index.ts'
import type { Running } from './run/index.ts'
import type { DueTick, Offer, Scheduled, Scheduler, TickStore } from './schedule/index.ts'
import type { Secrets } from './secret/index.ts'
import { pythonWanted, type Requirements } from './script/index.ts'

type Parts = {
  repository: Repository
  catalog: Catalog
  running: Running
  ticks: TickStore
  secrets: Pick<Secrets, 'rename'>
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
  secrets,
  environments,
  clock,
  log,
}: Parts): Scheduling {
  let scheduler: Scheduler | undefined
  let last: { commit: string; at: number; since: number } | undefined
  // Scripts of which an older revision than head's goes on.
  const heldBack = new Set<string>()

  async function take({ head, since, entries, removed, renamed, library, whole }: Synced): Promise<void> {
    last = { commit: head, at: clock.now(), since }
    for (const slug of removed) {
      await running.runs.cancelQueued(systemActor, slug)
      heldBack.delete(slug)
    }
    for (const { from, to } of renamed) {
      await running.rename(from, to)
      await ticks.rename(from, to)
      await secrets.rename(from, to)
    }
    const changed: Scheduled[] = []
    const gone = [...removed]
    const wanted = new Map<string, WantedBy>()
    // A new lib/ is a new revision of every script.
    for await (const entry of library || whole ? catalog.all() : entries) {
      hold(entry)
      const scheduled = scheduledOf(entry, since)
      if (scheduled) changed.push(scheduled)
      else gone.push(entry.slug)
      note(wanted, entry)
    }
    prepare(wanted)
    scheduler?.reschedule(changed, gone)
  }

  /** Notes, and says aloud, where head's revision is not what runs. */
  function hold({ slug, problems, lastGood, script }: CatalogEntry): void {
    if (lastGood) heldBack.add(slug)
    else heldBack.delete(slug)
    if (script && !lastGood) return
    const goesOn = lastGood ? `; it goes on as it was at ${lastGood.commit.slice(0, 10)}` : ''
    log.error({ slug, problems: problems.map(describeProblem) }, `not valid at head${goesOn}`)
  }

  /** Builds in the background, so that the first tick does not wait; a failure shows at the first run. */
  function prepare(wanted: Map<string, WantedBy>): void {
    for (const { slug, ...environment } of wanted.values())
      environments
        .prepare(environment)
        .catch((error: unknown) => log.error({ slug, error: messageOf(error) }, 'no environment'))
  }

  return {
    connect: (given) => (scheduler = given),
    take,
    async all() {
      const head = (await catalog.syncedHead()) ?? ''
      last ??= { commit: head, at: clock.now(), since: (await repository.inForceSince(head)) ?? clock.now() }
      const scripts: Scheduled[] = []
      for await (const entry of catalog.all()) {
        hold(entry)
        const scheduled = scheduledOf(entry, last.since)
        if (scheduled) scripts.push(scheduled)
      }
      return scripts
    },
    // A run is of main as it is when it is queued, which may be newer than what last touched its script.
    offer(script) {
      const now = (tick: DueTick): DueTick =>
        heldBack.has(tick.slug) ? tick : { ...tick, commit: last?.commit ?? tick.commit }
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

/** What one script, or many alike, need to run; `slug` is one of them. */
type WantedBy = { slug: string; requirements: Requirements; python?: string }

/** Notes what the script needs, unless another one does: thousands of scripts share a few environments. */
function note(wanted: Map<string, WantedBy>, { slug, script }: CatalogEntry): void {
  if (!script) return
  const { kind, lines } = script.requirements
  const python = pythonWanted(script)
  const key = JSON.stringify([kind, lines, python])
  if (wanted.has(key)) return
  wanted.set(key, { slug, requirements: script.requirements, ...(python === undefined ? {} : { python }) })
}

function scheduledOf(entry: CatalogEntry, since: number): Scheduled | undefined {
  const { slug, script } = entry
  if (!script) return undefined
  const { commit, revision } = entry.lastGood ?? entry
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
