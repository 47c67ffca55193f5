import type { FC } from 'hono/jsx'
import {
  absoluteTime,
  dateText,
  elapsedTime,
  isoText,
  relativeTime,
  shortClock,
  shortTime,
} from '../words.ts'

/** A moment relative to now, the exact one in UTC on demand; the browser keeps it true while the page is open. */
export const Time: FC<{ at: number; now: number }> = ({ at, now }) => (
  <time datetime={isoText(at)} title={absoluteTime(at)} data-relative="">
    {relativeTime(at, now)}
  </time>
)

/** A moment that is still to come, or that is due. */
export const NextTime: FC<{ at: number; now: number }> = ({ at, now }) =>
  at <= now ? (
    <time datetime={isoText(at)} title={absoluteTime(at)}>
      due now
    </time>
  ) : (
    <Time at={at} now={now} />
  )

/** `06:45`, in UTC, where the day is clear. */
export const Clock: FC<{ at: number; seconds?: boolean }> = ({ at, seconds }) => (
  <time datetime={isoText(at)} title={absoluteTime(at)}>
    {shortClock(at, seconds)}
  </time>
)

/** How long something has been going on; counts up in the browser. */
export const Elapsed: FC<{ since: number; now: number }> = ({ since, now }) => (
  <time datetime={isoText(since)} title={`since ${absoluteTime(since)}`} data-elapsed="">
    {elapsedTime(now - since)}
  </time>
)

/** `23 Nov 06:45`, in UTC, for where the moment itself matters. */
export const Moment: FC<{ at: number; now: number; seconds?: boolean }> = ({ at, now, seconds }) => (
  <time datetime={isoText(at)} title={absoluteTime(at)}>
    {shortTime(at, now, seconds)}
  </time>
)

/** A moment to come, both ways: `in 13 min` and below it `07:00`, with the day where it is another, in UTC. */
export const Upcoming: FC<{ at: number; now: number }> = ({ at, now }) => (
  <>
    <NextTime at={at} now={now} />
    <span class="under">
      {dateText(at) === dateText(now) ? <Clock at={at} /> : <Moment at={at} now={now} />} UTC
    </span>
  </>
)
