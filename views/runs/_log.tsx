import type { FC } from 'hono/jsx'
import { formatSize } from '../../src/base/index.ts'
import { Icon } from '../components/icon.tsx'
import { clockTime, goesOn, isoText, plainLine, writeOn } from '../words.ts'

/**
 * `offset`: where the line begins, in bytes as written. `note`: said by the server, not by the script. `partial`: it has
 * no end yet, and what follows in its stream belongs to it.
 */
export type LogLine = {
  at: number
  stream: 'out' | 'err' | 'note'
  text: string
  offset: number
  partial?: boolean
}
/** Where bytes were left out of a log that grew too long. */
export type LogCut = { cut: { from: number; next: number } }

export type LogView = {
  /** Up to the last thousand, in order. */
  rows: (LogLine | LogCut)[]
  /** Where reading goes on: one past the last byte shown. */
  next: number
  /** Nothing more will come. */
  complete: boolean
  /** Of the whole log. */
  bytes: number
  /** Earlier lines exist that are not among the rows. */
  earlier: boolean
}

/** The log as it stands; the browser follows on from `data-next` while it is not complete. */
export const Log: FC<{ run: number; log: LogView }> = ({ run, log }) => {
  const { rows, next, complete, bytes, earlier } = log
  return (
    <section class="sheet flush log-sheet" id="log" data-log={run} data-next={next} data-complete={complete}>
      <header>
        <h2>Log</h2>
        <span class="log-status quiet" data-log-status="" role="status"></span>
        <span class="log-tools">
          <button class="button plain small" type="button" data-log-follow="" hidden>
            <Icon name="down" />
            Follow
          </button>
          <a class="button plain small" href={logHref(run)} download={`run-${run}.log`}>
            <Icon name="download" />
            {complete ? formatSize(bytes) : 'Download'}
          </a>
        </span>
      </header>
      <p class="log-note" data-log-earlier="" hidden={!earlier}>
        Earlier lines are not shown here; <a href={logHref(run)}>the whole log</a> has them.
      </p>
      <div class="log" data-log-rows="" tabindex={0} role="region" aria-label="Log, times in UTC">
        {joined(rows).map((row) => ('cut' in row ? <Cut {...row.cut} /> : <Line line={row} />))}
      </div>
      <p class="log-note" data-log-empty="" hidden={rows.length > 0}>
        {complete ? 'It wrote nothing.' : 'Nothing written yet.'}
      </p>
    </section>
  )
}

// The browser makes the same rows (`client/log-rows.ts`).
const Line: FC<{ line: LogLine }> = ({ line: { at, stream, text, offset, partial } }) => (
  <div class={stream} id={`o${offset}`} data-partial={partial ? '' : undefined}>
    <time datetime={isoText(at)}>{clockTime(at)}</time>
    <i>{stream === 'out' ? '' : stream}</i>
    <span>{plainLine(text)}</span>
  </div>
)

const Cut: FC<LogCut['cut']> = ({ from, next }) => (
  <div class="cut" role="separator">
    {formatSize(next - from)} left out here: the log grew too long
  </div>
)

/** Pieces of one line become one row: a progress bar is drawn over itself, dots stand side by side. */
function joined(rows: LogView['rows']): LogView['rows'] {
  const all: LogView['rows'] = []
  for (const row of rows) {
    const before = all.at(-1)
    if (before && !('cut' in before) && !('cut' in row) && goesOn(before, row.stream))
      all[all.length - 1] = { ...before, text: writeOn(before.text, row.text), partial: row.partial ?? false }
    else all.push(row)
  }
  return all
}

const logHref = (run: number) => `/runs/${run}/log`
