import type { Schedule } from '../script/index.ts'
import { nextAfter } from './cron.ts'

/**
 * When the moment `at` of a script's schedule starts: later by 0 up to its jitter, the same each time it is asked. It
 * never comes to the next moment, so that starts keep the order of their moments. Unix milliseconds.
 */
export function startOf(slug: string, schedule: Schedule, at: number): number {
  if (schedule.jitterMs === 0) return at
  const next = nextAfter(schedule, at) ?? Infinity
  const most = Math.min(schedule.jitterMs, next - at - 1)
  return at + Math.floor(fractionOf(`${slug} ${schedule.id} ${at}`) * (most + 1))
}

// FNV-1a, then the last mix of MurmurHash3: near moments must come to far fractions.
function fractionOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
