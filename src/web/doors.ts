import type { Bus, Clock, Log } from '../base/index.ts'
import type { Access } from '../access/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Changes } from '../change/index.ts'
import type { Edits, History } from '../edit/index.ts'
import type { Environments } from '../environment/index.ts'
import type { Isolation } from '../isolation/index.ts'
import type { Repository } from '../git/index.ts'
import type { Runs } from '../run/index.ts'
import type { Secrets } from '../secret/index.ts'
import type { AskedSchedule, schedulePreview, Ticks } from '../schedule/index.ts'

/** Runs that wait, runs that run, and how many may run at once. */
export type Queue = { queued: number; running: number; workers: number }

/** What the server says of itself. */
export type Status = {
  version: string
  node: string
  git: string
  pythons: string[]
  isolation: { tier: string; reason: string; refusal?: string }
  head: string | undefined
  indexedCommit: string | undefined
  scripts: number
  queue: Queue
  startedAt: string
}

/** Every verb that the two surfaces, dashboard and API, are built on. */
export type Doors = {
  access: Access
  repository: Repository
  changes: Changes
  edits: Edits
  history: History
  catalog: Catalog
  runs: Runs
  secrets: Secrets
  ticks: Ticks
  environments: Environments
  isolation: Isolation
  /** What a schedule means and when it is due next, or what is wrong with it. */
  schedulePreview(asked: AskedSchedule): ReturnType<typeof schedulePreview>
  /** The next moment of the schedules after `after`, of a script that is not paused. */
  nextTickAt(slug: string): number | undefined
  queue(): Queue
  status(): Promise<Status>
  /** Space where the server keeps its data; below the reserve it starts nothing new. */
  disk(): Promise<{ totalBytes: number; freeBytes: number; reserveBytes: number }>
  /** Whether the server can do its work: databases answer, the catalog is read. */
  isReady(): Promise<boolean>
  reindex(): Promise<{ head: string; scripts: number }>
  /** What the catalog equals, and since when. */
  synced(): { commit: string; at: number } | undefined
  publicUrl(): string
  localToken: string
  clock: Clock
  bus: Bus
  log: Log
}
