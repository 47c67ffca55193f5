import type { FC } from 'hono/jsx'

/** One due moment or run, oldest first. */
export type StripMark = {
  outcome: 'succeeded' | 'failed' | 'running' | 'gated' | 'skipped' | 'missed'
  durationMs?: number
  /** The commit differs from the mark before. */
  changed?: boolean
}

const STEP = 5
const WIDTH = 3.5
const HEIGHT = 26
const BASE = 21
const DOT = 1.5
const WORDS = ['succeeded', 'failed', 'running', 'gated', 'skipped', 'missed'] as const

/**
 * The last runs and ticks as bars: height is the duration, a dot below says failed, a hollow square gated or skipped,
 * a low dash missed, a thin line that the commit changed. So it reads without colour too. All of one kind are one path:
 * thirty elements in each row of a list are slow to make, to send and to show.
 */
export const Strip: FC<{ marks: StripMark[] }> = ({ marks }) => {
  if (marks.length === 0) return <span class="quiet">–</span>
  const width = marks.length * STEP
  return (
    <svg
      class="strip"
      role="img"
      aria-label={describe(marks)}
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
    >
      {[...pathsOf(marks)].map(([kind, d]) => (
        <path class={kind} d={d} />
      ))}
    </svg>
  )
}

/** The shapes of all marks, by how they are drawn. */
function pathsOf(marks: StripMark[]): Map<string, string> {
  const longest = Math.max(1, ...marks.map(({ durationMs }) => durationMs ?? 0))
  const paths = new Map<string, string>()
  const add = (kind: string, d: string) => paths.set(kind, (paths.get(kind) ?? '') + d)
  marks.forEach(({ outcome, durationMs = 0, changed }, i) => {
    const x = i * STEP
    if (changed) add('changed', box(x - 1.25, 0, 1, HEIGHT))
    if (outcome === 'missed') return add('missed', box(x, BASE - 2, WIDTH, 2))
    if (outcome === 'gated' || outcome === 'skipped')
      return add('hollow', box(x + 0.5, BASE - 4.5, WIDTH - 1, 4))
    const height = Math.round(5 + (BASE - 7) * (durationMs / longest))
    add(outcome, box(x, BASE - height, WIDTH, height))
    if (outcome === 'failed') add('failed', dot(x + WIDTH / 2, BASE + 3))
  })
  return paths
}

const box = (x: number, y: number, width: number, height: number) =>
  `M${x} ${y}h${width}v${height}h${-width}z`

const dot = (x: number, y: number) =>
  `M${x - DOT} ${y}a${DOT} ${DOT} 0 1 0 ${2 * DOT} 0a${DOT} ${DOT} 0 1 0 ${-2 * DOT} 0z`

function describe(marks: StripMark[]): string {
  const counted = WORDS.map((word) => ({
    word,
    count: marks.filter(({ outcome }) => outcome === word).length,
  }))
  const parts = counted.filter(({ count }) => count > 0).map(({ word, count }) => `${count} ${word}`)
  return `Last ${marks.length}: ${parts.join(', ')}`
}
