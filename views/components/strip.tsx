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
const WORDS = ['succeeded', 'failed', 'running', 'gated', 'skipped', 'missed'] as const

/**
 * The last runs and ticks as bars: height is the duration, a dot below says failed, a hollow square gated or skipped,
 * a low dash missed, a thin line that the commit changed. So it reads without colour too.
 */
export const Strip: FC<{ marks: StripMark[] }> = ({ marks }) => {
  if (marks.length === 0) return <span class="quiet">–</span>
  const longest = Math.max(1, ...marks.map(({ durationMs }) => durationMs ?? 0))
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
      {marks.map((mark, i) => (
        <>
          {mark.changed && <rect class="changed" x={i * STEP - 1.25} y={0} width={1} height={HEIGHT} />}
          <Bar mark={mark} x={i * STEP} longest={longest} />
        </>
      ))}
    </svg>
  )
}

const Bar: FC<{ mark: StripMark; x: number; longest: number }> = ({ mark, x, longest }) => {
  const { outcome, durationMs = 0 } = mark
  if (outcome === 'missed') return <rect class="missed" x={x} y={BASE - 2} width={WIDTH} height={2} />
  if (outcome === 'gated' || outcome === 'skipped')
    return <rect class="hollow" x={x + 0.5} y={BASE - 4.5} width={WIDTH - 1} height={4} />
  const height = Math.round(5 + (BASE - 7) * (durationMs / longest))
  return (
    <>
      <rect class={outcome} x={x} y={BASE - height} width={WIDTH} height={height} rx={0.75} />
      {outcome === 'failed' && <circle class="failed" cx={x + WIDTH / 2} cy={BASE + 3} r={1.5} />}
    </>
  )
}

function describe(marks: StripMark[]): string {
  const counted = WORDS.map((word) => ({
    word,
    count: marks.filter(({ outcome }) => outcome === word).length,
  }))
  const parts = counted.filter(({ count }) => count > 0).map(({ word, count }) => `${count} ${word}`)
  return `Last ${marks.length}: ${parts.join(', ')}`
}
