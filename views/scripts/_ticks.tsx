import type { FC } from 'hono/jsx'
import { formatDuration } from '../../src/base/index.ts'
import { TickBadge, type TickOutcome } from '../components/state.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Clock, Moment, Time } from '../components/time.tsx'
import { dateText } from '../words.ts'

/** A due moment and what became of it; with `until` and `count` a span of several, folded. */
export type TickView = {
  scheduledAt: number
  /** In words. */
  schedule: string
  outcome: TickOutcome
  reason?: string
  runId?: number
  lateMs?: number
  until?: number
  count?: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND

/** Due moments, newest first, each with what became of it. */
export const Ticks: FC<{ ticks: TickView[]; now: number }> = ({ ticks, now }) => {
  const several = new Set(ticks.map(({ schedule }) => schedule)).size > 1
  // One moment with seconds gives them to all, so that the times stand in line.
  const seconds = ticks.some(
    ({ scheduledAt, until }) => scheduledAt % MINUTE > 0 || (until ?? 0) % MINUTE > 0,
  )
  const columns: Column<TickView>[] = [
    { name: 'Outcome', card: 'lead', cell: ({ outcome }) => <TickBadge outcome={outcome} /> },
    {
      name: 'Due',
      card: 'body',
      grow: true,
      cell: (tick) => <Due tick={tick} now={now} seconds={seconds} />,
    },
    ...(several ? [{ name: 'Schedule', cell: ({ schedule }: TickView) => schedule }] : []),
    {
      name: 'Run',
      card: 'act',
      cell: ({ runId }) => (runId === undefined ? null : <a href={`/runs/${runId}`}>{`Run ${runId}`}</a>),
    },
    { name: 'Late', number: true, cell: ({ lateMs }) => <Late ms={lateMs} /> },
    {
      name: 'How long ago',
      silent: true,
      number: true,
      card: 'end',
      cell: ({ scheduledAt, until }) => <Time at={until ?? scheduledAt} now={now} />,
    },
  ]
  return (
    <Table
      caption="Ticks"
      columns={columns}
      rows={ticks}
      classOf={({ count }) => (isSpan(count) ? 'span' : undefined)}
    />
  )
}

const sameDay = (a: number, b: number) => dateText(a) === dateText(b)

const isSpan = (count: number | undefined) => count !== undefined && count > 1

const Late: FC<{ ms: number | undefined }> = ({ ms }) => {
  if (ms === undefined) return null
  return ms < SECOND ? <span class="quiet">{formatDuration(ms)}</span> : <b>{formatDuration(ms)}</b>
}

const Due: FC<{ tick: TickView; now: number; seconds: boolean }> = ({
  tick: { scheduledAt, until, count, reason },
  now,
  seconds,
}) => (
  <>
    <Moment at={scheduledAt} now={now} seconds={seconds} />
    {isSpan(count) && until !== undefined && (
      <>
        {' – '}
        {sameDay(scheduledAt, until) ? (
          <Clock at={until} seconds={seconds} />
        ) : (
          <Moment at={until} now={now} seconds={seconds} />
        )}{' '}
        <span class="tag">{`${count} moments`}</span>
      </>
    )}
    {reason && <span class="under">{reason}</span>}
  </>
)
