import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { diskSpace, formatSize, SECOND, type Alarm, type Clock } from '../base/index.ts'

/** The most that a run may keep on disk, in bytes. */
export type Quotas = { stateBytes: number; artifactsBytes: number }

/** A folder that a run writes to. */
export type QuotaFolder = { name: 'state' | 'artifacts'; path: string; limitBytes: number }

const EVERY = SECOND
// The folder is walked through when the disk has lost this part of the limit; else seldom, as that takes time.
const WALK_AFTER = 1 / 8
const SELDOM = 30 * SECOND
const BYTES_A_BLOCK = 512

/**
 * Looks at what a run keeps on disk and calls `over` with words once a folder holds more than it may. One that did so
 * before the run, as when the quota was lowered, is let be as long as it does not grow. Returns what ends the watching.
 */
export function watchQuotas(
  folders: QuotaFolder[],
  clock: Clock,
  over: (reason: string) => void,
): () => void {
  let ended = false
  let alarm: Alarm | undefined
  const before = new Map<string, number>()
  let walkedAt = -Infinity
  let freeThen = -Infinity

  const least = Math.min(...folders.map(({ limitBytes }) => limitBytes))
  const isWalkDue = (freeBytes: number) =>
    freeThen - freeBytes >= least * WALK_AFTER || clock.now() - walkedAt >= SELDOM

  async function look(): Promise<void> {
    const { freeBytes } = await diskSpace(folders[0]!.path)
    if (isWalkDue(freeBytes)) {
      freeThen = freeBytes
      walkedAt = clock.now()
      const exceeded = await walk()
      if (ended) return
      if (exceeded) return over(`killed: ${exceeded.name} ${formatSize(exceeded.limitBytes)}`)
    }
    if (!ended) wait()
  }

  /** The first folder that holds more than it may. */
  async function walk(): Promise<QuotaFolder | undefined> {
    for (const folder of folders) {
      const held = await bytesBelow(folder.path, () => ended)
      if (!before.has(folder.path)) before.set(folder.path, held)
      if (held > folder.limitBytes && held > before.get(folder.path)!) return folder
    }
    return undefined
  }

  function wait(): void {
    alarm = clock.at(clock.now() + EVERY, begin)
  }

  // A folder that cannot be read now can be, perhaps, the next time.
  const begin = () => void look().catch(() => ended || wait())

  // At once: what the folders hold before the script has begun is what they held before.
  begin()
  return () => {
    ended = true
    alarm?.cancel()
  }
}

/** What the folder takes of the disk, as far as it can be read; links are not followed. */
async function bytesBelow(folder: string, isOff: () => boolean): Promise<number> {
  let bytes = 0
  const open = await opendir(folder).catch(() => undefined)
  if (!open) return 0
  for await (const entry of open) {
    if (isOff()) break
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesBelow(path, isOff)
    else bytes += ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * BYTES_A_BLOCK
  }
  return bytes
}
