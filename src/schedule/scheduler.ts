import { setImmediate } from 'node:timers/promises'
import { messageOf, type Alarm, type Bus, type Clock, type Log, type Service } from '../base/index.ts'
import { account, type Accounted, type Started, type Until } from './account.ts'
import { createGates } from './gates.ts'
import { createWakeQueue } from './heap.ts'
import type { Offer } from './offer.ts'
import { nextAfter } from './cron.ts'
import { createPace, waitAfter, type Pace } from './pace.ts'
import { createRoster, isVoid, type Entry, type Scheduled, type Ticket } from './roster.ts'
import type { TickStore } from './store.ts'

// One transaction's worth: on disk in about 20 ms, for which time nothing else in the process goes on.
const MOST_AT_ONCE = 100

export type Scheduler = Service & {
  /** These scripts have changed or come, and these are gone; call it after every sync. It acts soon, not at once. */
  reschedule(changed: Scheduled[], removed?: string[]): void
  /** The script's next moment, Unix milliseconds; undefined where it has none, or is paused without an end. */
  nextTickAt(slug: string): number | undefined
  /** When nothing is left that is due now, and no gate is being asked. */
  idle(): Promise<void>
}

export type SchedulerParts = {
  clock: Clock
  store: TickStore
  log: Log
  bus: Bus
  /** All scripts in force, asked once at start. */
  scripts: () => Promise<Scheduled[]>
  offer: Offer
}

type Change = { slug: string; script: Scheduled | undefined }

/**
 * Brings each moment of each schedule into the record, once, and starts what is to run. What was due while no server ran
 * is accounted for at start; what cannot be written stays due, and is tried again.
 */
export function createScheduler({ clock, store, log, bus, scripts, offer }: SchedulerParts): Scheduler {
  const queue = createWakeQueue<Ticket>(isVoid)
  const roster = createRoster((ticket) => queue.push(ticket))
  const gates = createGates({ store, clock, bus, log })
  const changes = new Map<string, Change>()
  const forMoments = createPace(MOST_AT_ONCE)
  const forChanges = createPace(Infinity)
  let state: 'new' | 'open' | 'stopped' = 'new'
  let upSince = Infinity
  let work: Promise<void> | undefined
  let alarm: Alarm | undefined

  return {
    name: 'scheduler',
    async start() {
      upSince = clock.now()
      await gates.recover()
      roster.remember(await store.frontiers())
      // What changed before now is among all that there is.
      changes.clear()
      await place(await scripts(), { resume: true })
      if (state === 'stopped') return
      state = 'open'
      kick()
    },
    async stop() {
      state = 'stopped'
      alarm?.cancel()
      gates.stop()
      await work
    },
    reschedule(changed, removed = []) {
      for (const script of changed) changes.set(script.slug, { slug: script.slug, script })
      for (const slug of removed) changes.set(slug, { slug, script: undefined })
      kick()
    },
    nextTickAt: (slug) => roster.nextTickAt(slug),
    async idle() {
      do {
        await work
        await gates.idle()
      } while (work)
    },
  }

  /** Sees to all that there is to do now, and sets the alarm for the next time. */
  function kick(): void {
    if (state !== 'open' || work) return
    alarm?.cancel()
    work = serve()
      .catch((error: unknown) => failed(forMoments, 1, error, undefined, 'the scheduler failed'))
      .finally(() => {
        work = undefined
        setAlarm()
      })
  }

  function setAlarm(): void {
    if (state !== 'open') return
    const changesAt = changes.size > 0 ? forChanges.resumeAt : Infinity
    const momentsAt = Math.max(queue.first()?.wakeAt ?? Infinity, forMoments.resumeAt)
    const at = Math.min(changesAt, momentsAt)
    if (at < Infinity) alarm = clock.at(Math.max(at, clock.now()), kick)
  }

  async function serve(): Promise<void> {
    while (state === 'open') {
      const now = clock.now()
      // A clock that was put back must not make the present a time before the server's.
      upSince = Math.min(upSince, now)
      const changed = now < forChanges.resumeAt ? [] : [...changes.values()].slice(0, forChanges.atOnce)
      const entries = changed.length > 0 || now < forMoments.resumeAt ? [] : takeDue(now)
      if (changed.length > 0) await apply(changed, now)
      else if (entries.length > 0) await advance(entries, { now, upSince })
      else return
      await setImmediate()
    }
  }

  function takeDue(now: number): Entry[] {
    const entries: Entry[] = []
    while (entries.length < forMoments.atOnce && (queue.first()?.wakeAt ?? Infinity) <= now)
      entries.push(queue.take()!.entry)
    return entries
  }

  async function advance(entries: Entry[], until: Until): Promise<void> {
    let accounted: Accounted
    try {
      accounted = await account(entries, until, { store, offer })
    } catch (error) {
      const [entry] = entries
      if (entries.length > 1) for (const each of entries) roster.waitUntil(each, until.now)
      else await postpone(entry!)
      failed(forMoments, entries.length, error, entry!.script.slug, 'a due moment could not be recorded')
      return
    }
    forMoments.succeeded()
    begin(accounted)
  }

  async function postpone(entry: Entry): Promise<void> {
    entry.failures += 1
    roster.waitUntil(entry, clock.now() + waitAfter(entry.failures))
    // It may be in the way of itself: the frontier is not where it was thought to be.
    const frontier = await store.frontierOf(entry.script.slug, entry.schedule.id).catch(() => undefined)
    if (frontier !== undefined && frontier > entry.frontier) roster.moveTo(entry, frontier)
  }

  function failed(pace: Pace, count: number, error: unknown, slug: string | undefined, what: string): void {
    if (!pace.failed(count, clock.now())) return
    const cause = error instanceof Error && error.cause ? messageOf(error.cause) : undefined
    log.error({ slug, reason: messageOf(error), cause }, `${what}; it is tried again`)
  }

  function begin({ frontiers, started, slugs }: Accounted): void {
    for (const { entry, frontier } of frontiers) roster.moveTo(entry, frontier)
    for (const one of started) {
      try {
        startOne(one)
      } catch (error) {
        log.error({ slug: one.due.slug, reason: messageOf(error) }, 'a recorded tick could not be started')
      }
    }
    for (const slug of slugs) bus.announce({ topic: 'tick', slug })
  }

  function startOne({ held, due, tickId, runId }: Started): void {
    if (held.kind === 'gate') gates.ask(tickId, due, (tick) => held.ask(tick))
    else held.begin(runId!)
  }

  async function apply(taken: Change[], now: number): Promise<void> {
    try {
      await endRules(taken, now)
      await place(
        taken.flatMap(({ script }) => script ?? []),
        { resume: false },
      )
    } catch (error) {
      const [change] = taken
      // The next one gets its turn first.
      if (taken.length === 1 && changes.get(change!.slug) === change) {
        changes.delete(change!.slug)
        changes.set(change!.slug, change!)
      }
      failed(forChanges, taken.length, error, change!.slug, 'a changed schedule could not be recorded')
      return
    }
    forChanges.succeeded()
    for (const change of taken) {
      if (!change.script) roster.remove(change.slug)
      if (changes.get(change.slug) === change) changes.delete(change.slug)
    }
  }

  /** What came before a change is dealt with by the rules of then, so that nothing is lost or doubled at the seam. */
  async function endRules(taken: Change[], now: number): Promise<void> {
    const ends = new Map(taken.flatMap(({ slug, script }) => (script ? [[slug, script.since]] : [])))
    const upTo = ({ script }: Entry) => Math.min(now, ends.get(script.slug)!)
    const entries = [...ends.keys()]
      .flatMap((slug) => roster.entries(slug))
      .filter((entry) => entry.next !== undefined && entry.next <= upTo(entry))
    for (let i = 0; i < entries.length; i += MOST_AT_ONCE)
      begin(await account(entries.slice(i, i + MOST_AT_ONCE), { now, upSince, upTo }, { store, offer }))
  }

  async function place(given: Scheduled[], how: { resume: boolean }): Promise<void> {
    const placed = given.map(readable)
    const starts = placed.map((script) => roster.startsOf(script, how))
    await store.startFrontiers(starts.flat())
    placed.forEach((script, i) => {
      // A change that came with the start itself must not take from a downtime its catch-up.
      const notBefore = how.resume && script.since >= upSince ? -Infinity : script.since
      roster.place(script, starts[i]!, notBefore)
    })
  }

  /** Without schedules that were valid once and are not now, such as of a zone that is no more. */
  function readable(script: Scheduled): Scheduled {
    const schedules = script.schedules.filter((schedule) => {
      try {
        nextAfter(schedule, script.since)
        return true
      } catch (error) {
        log.error({ slug: script.slug, schedule, reason: messageOf(error) }, 'a schedule cannot be followed')
        return false
      }
    })
    return { ...script, schedules }
  }
}
