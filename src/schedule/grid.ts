import { DAY } from '../base/index.ts'
import { countWall, nextWall, previousWall, type WallLine } from './wall.ts'
import { stretchAt, type Stretch } from './zone.ts'

/**
 * A cron line in its zone: a set of moments, the same whoever asks and from where. Where the wall clock is put forward,
 * a moment in the gap comes later by the gap (02:30 at 03:30), once. Where it is put back, a moment comes at its first
 * time only; but a line for every hour goes on through both.
 */
export type Grid = { zone: string; line: WallLine }

// Zones are up to 14 hours off; one that changed sides of the date line was a day more.
const FARTHEST_FROM_UTC = 2 * DAY

/** The first moment at or after `at`; undefined if none comes. */
export function nextOn(grid: Grid, at: number): number | undefined {
  for (;;) {
    const stretch = stretchAt(grid.zone, at)
    const found = nextIn(grid.line, stretch, at)
    if (found !== undefined) return found
    const wall = nextWall(grid.line, stretch.to + stretch.offset - Math.abs(stretch.shift))
    if (wall === undefined) return undefined
    at = Math.max(stretch.to, wall - FARTHEST_FROM_UTC)
  }
}

/** The last moment at or before `at`; undefined if there is none. */
export function previousOn(grid: Grid, at: number): number | undefined {
  for (;;) {
    const stretch = stretchAt(grid.zone, at)
    const found = previousIn(grid.line, stretch, at)
    if (found !== undefined) return found
    const wall = previousWall(grid.line, stretch.from + stretch.offset)
    if (wall === undefined) return undefined
    at = Math.min(stretch.from - 1, wall + FARTHEST_FROM_UTC)
  }
}

/** How many moments there are from `first` to `last`, both included. */
export function countOn(grid: Grid, first: number, last: number): number {
  let count = 0
  for (let at = first; at <= last;) {
    const stretch = stretchAt(grid.zone, at)
    const end = Math.min(stretch.to, last + 1)
    const seamEnd = Math.min(seamEndOf(stretch), end)
    for (; at < seamEnd; count++) {
      const found = nextIn(grid.line, stretch, at)
      if (found === undefined || found >= seamEnd) break
      at = found + 1
    }
    const from = Math.max(at, seamEnd)
    count += countWall(grid.line, from + stretch.offset, end + stretch.offset)
    at = end
  }
  return count
}

/** Until when a change of the clock is felt: for as long as it was put forward or back. */
const seamEndOf = ({ from, to, shift }: Stretch) => Math.min(from + Math.abs(shift), to)

const isEveryHour = ({ hours }: WallLine) => hours.length === 24

function nextIn(line: WallLine, stretch: Stretch, at: number): number | undefined {
  const { offset, shift, to } = stretch
  const seamEnd = seamEndOf(stretch)
  // Put back: the wall shows again what it has shown.
  if (shift < 0 && at < seamEnd && !isEveryHour(line)) at = seamEnd
  const plain = wallToTime(nextWall(line, at + offset), offset)
  const moved =
    shift > 0 && at < seamEnd ? wallToTime(nextWall(line, at + offset - shift), offset - shift) : undefined
  const found = Math.min(plain ?? Infinity, moved !== undefined && moved < seamEnd ? moved : Infinity)
  return found < to ? found : undefined
}

function previousIn(line: WallLine, stretch: Stretch, at: number): number | undefined {
  const { offset, shift, from } = stretch
  const seamEnd = seamEndOf(stretch)
  const plain = wallToTime(previousWall(line, at + 1 + offset), offset)
  const least = shift < 0 && !isEveryHour(line) ? seamEnd : from
  const before = Math.min(at + 1, seamEnd)
  const moved =
    shift > 0 ? wallToTime(previousWall(line, before + offset - shift), offset - shift) : undefined
  const found = Math.max(plain !== undefined && plain >= least ? plain : -Infinity, moved ?? -Infinity)
  return found >= from ? found : undefined
}

const wallToTime = (wall: number | undefined, offset: number) =>
  wall === undefined ? undefined : wall - offset
