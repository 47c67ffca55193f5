import type { Manifest, Schedule } from '../script/index.ts'
import { nextAfter } from './cron.ts'
import { isPausedAt } from './due.ts'
import { startOf } from './jitter.ts'
import type { Frontier } from './store.ts'

/** A script as far as the scheduler has to know it. */
export type Scheduled = {
  slug: string
  commit: string
  revision: string
  /** When this commit came into force (the reflog's time). */
  since: number
  schedules: readonly Schedule[]
  paused: Manifest['paused']
  overlap: Manifest['overlap']
  catchUp: Manifest['catchUp']
  hasGate: boolean
}

/** One schedule in force, and how far it is. */
export type Entry = {
  script: Scheduled
  schedule: Schedule
  frontier: number
  /** The first moment after the frontier; undefined where none comes. */
  next: number | undefined
  /** Moments up to here belong to rules that are not known any more. */
  notBefore: number
  failures: number
  isRetired: boolean
  /** The one by which it waits now. */
  ticket: Ticket | undefined
}

/** A place in the queue: when the entry has to be looked at. It counts only while it is the entry's own. */
export type Ticket = { readonly wakeAt: number; readonly entry: Entry }

export const isVoid = (ticket: Ticket): boolean => ticket.entry.isRetired || ticket.entry.ticket !== ticket

export type Roster = ReturnType<typeof createRoster>

/** The schedules in force, by script; and the frontiers of those that were. `queue` gets whatever waits for its time. */
export function createRoster(queue: (ticket: Ticket) => void) {
  const entriesOf = new Map<string, Entry[]>()
  const retired = new Map<string, number>()

  return {
    /** Takes over the frontiers on disk, before any script is placed. */
    remember(frontiers: Frontier[]): void {
      for (const { slug, scheduleId, at } of frontiers) retired.set(keyOf(slug, scheduleId), at)
    },

    entries: (slug: string): readonly Entry[] => entriesOf.get(slug) ?? [],

    /**
     * Where the schedules start that `script` adds, to be put on disk before it is placed. `resume` is for the server's
     * start: a schedule that was in force goes on from its frontier. At other times it comes back after an absence, of
     * which nothing is made up for.
     */
    startsOf(script: Scheduled, { resume }: { resume: boolean }): Frontier[] {
      const { slug, since } = script
      return added(script).map(({ id }) => {
        const frontier = retired.get(keyOf(slug, id))
        const at = frontier === undefined ? since : resume ? frontier : Math.max(frontier, since)
        return { slug, scheduleId: id, at }
      })
    },

    /**
     * Puts the script in force in place of what had its slug; `starts` are those of `startsOf`. Moments up to `notBefore`
     * belong to rules that are not known any more.
     */
    place(script: Scheduled, starts: Frontier[], notBefore: number): void {
      const { slug } = script
      const ids = new Map(script.schedules.map((schedule) => [schedule.id, schedule]))
      const kept: Entry[] = []
      for (const entry of entriesOf.get(slug) ?? []) {
        const schedule = ids.get(entry.schedule.id)
        if (!schedule) retire(entry)
        else kept.push(Object.assign(entry, { script, schedule, notBefore }))
      }
      const fresh = starts.map(({ scheduleId, at }) => newEntry(script, ids.get(scheduleId)!, at, notBefore))
      for (const { scheduleId } of starts) retired.delete(keyOf(slug, scheduleId))
      entriesOf.set(slug, [...kept, ...fresh])
      fresh.forEach(wait)
    },

    remove(slug: string): void {
      entriesOf.get(slug)?.forEach(retire)
      entriesOf.delete(slug)
    },

    /** The entry's frontier is now here; it waits for its next moment. */
    moveTo(entry: Entry, frontier: number): void {
      entry.frontier = frontier
      entry.next = nextAfter(entry.schedule, frontier)
      entry.failures = 0
      if (entry.isRetired) retire(entry)
      else wait(entry)
    },

    waitUntil,

    /** The script's next moment that is not paused; undefined where there is none. */
    nextTickAt(slug: string): number | undefined {
      const moments = (entriesOf.get(slug) ?? []).flatMap((entry) => nextUnpaused(entry) ?? [])
      return moments.length === 0 ? undefined : Math.min(...moments)
    },
  }

  function added({ slug, schedules }: Scheduled): Schedule[] {
    const known = new Set((entriesOf.get(slug) ?? []).map(({ schedule }) => schedule.id))
    return schedules.filter(({ id }) => !known.has(id))
  }

  function retire(entry: Entry): void {
    entry.isRetired = true
    retired.set(keyOf(entry.script.slug, entry.schedule.id), entry.frontier)
  }

  function wait(entry: Entry): void {
    const { script, schedule, next } = entry
    if (next === undefined) entry.ticket = undefined
    else waitUntil(entry, startOf(script.slug, schedule, next))
  }

  function waitUntil(entry: Entry, wakeAt: number): void {
    entry.ticket = { wakeAt, entry }
    queue(entry.ticket)
  }
}

function newEntry(script: Scheduled, schedule: Schedule, frontier: number, notBefore: number): Entry {
  const next = nextAfter(schedule, frontier)
  const state = { failures: 0, isRetired: false, ticket: undefined }
  return { script, schedule, frontier, next, notBefore, ...state }
}

function nextUnpaused({ script: { paused }, schedule, next }: Entry): number | undefined {
  if (next === undefined || !isPausedAt(paused, next)) return next
  return paused === false || paused.until === undefined ? undefined : nextAfter(schedule, paused.until - 1)
}

const keyOf = (slug: string, scheduleId: string) => `${slug} ${scheduleId}`
