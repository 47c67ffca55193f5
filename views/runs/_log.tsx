import type { FC } from 'hono/jsx'
import { formatSize } from '../../src/base/index.ts'
import { PLAIN, showLine, type Mark, type Style } from '../ansi.ts'
import { Icon, type IconName } from '../components/icon.tsx'
import { clockTime, cutText, isoText, writeOn } from '../words.ts'

/**
 * `line`: its number in the whole log. `note`: said by the server, not by the script. `partial`: it has no end yet; what
 * follows with the same number belongs to it.
 */
export type LogLine = {
  at: number
  stream: 'out' | 'err' | 'note'
  text: string
  line: number
  partial?: boolean
}
/** Where bytes were left out of a log that grew too long. */
export type LogCut = { cut: { from: number; next: number } }

export type LogView = {
  /** The last ones, in order. */
  rows: (LogLine | LogCut)[]
  /** Where reading goes on: one past the last byte shown. */
  next: number
  /** Nothing more will come. */
  complete: boolean
  /** Of the whole log. */
  bytes: number
  /** How many rows come before these. */
  before: number
  /** Where these begin and where the next ones do, unless they are the first or the last: for going on without JavaScript. */
  earlier?: number
  later?: number
  /** When the first line was written. */
  beganAt?: number
}

/** The log as it stands; the browser follows on from `data-next` while it is not complete. */
export const Log: FC<{ run: number; log: LogView }> = ({ run, log }) => {
  const { rows, next, complete, bytes, before, beganAt } = log
  return (
    <section
      class="sheet flush log-sheet"
      id="log"
      data-log={run}
      data-next={next}
      data-complete={complete}
      data-before={before}
      data-began={beganAt}
    >
      <header>
        <h2>Log</h2>
        <span class="log-status quiet" data-log-status="" role="status"></span>
        <a class="button plain small" href={logHref(run)} download={`run-${run}.log`}>
          <Icon name="download" />
          {complete && bytes > 0 ? formatSize(bytes) : 'Download'}
        </a>
      </header>
      <Tools />
      {log.earlier !== undefined && (
        <p class="log-note" data-log-part="">
          <a rel="prev" href={partHref(run, 'before', log.earlier)}>
            Earlier lines
          </a>
          {' · '}
          <a href={partHref(run, 'from', 0)}>First lines</a>
          {' · '}
          <a href={logHref(run)}>The whole log as text</a>
        </p>
      )}
      <div class="log-frame">
        <div class="log" data-log-rows="" tabindex={0} role="region" aria-label="Log, times in UTC">
          {shownRows(rows).map((row) => (
            <Row row={row} />
          ))}
        </div>
        <button class="button small log-follow" type="button" data-log-follow="" hidden>
          <Icon name="down" />
          <span>Follow</span>
        </button>
      </div>
      {log.later !== undefined && (
        <p class="log-note" data-log-part="">
          <a rel="next" href={partHref(run, 'from', log.later)}>
            Later lines
          </a>
          {' · '}
          <a href={`/runs/${run}#log`}>Last lines</a>
        </p>
      )}
      <p class="log-note" data-log-empty="" hidden={rows.length > 0}>
        {complete ? 'It wrote nothing.' : 'Nothing written yet.'}
      </p>
    </section>
  )
}

/** What only a browser can do; it stays hidden without one. */
const Tools: FC = () => (
  <div class="log-tools" role="group" aria-label="Log tools" data-log-tools="" hidden>
    <form role="search" aria-label="Find in the log" data-log-find="">
      <Icon name="search" />
      <input type="search" name="find" aria-label="Find in the log, or :line" placeholder="Find, or :line" />
      <output aria-live="polite" data-log-found=""></output>
      <Tool name="case" label="Match case" icon="case" toggle />
      <Tool name="before" label="Match before" icon="up" />
      <Tool name="after" label="Match after" icon="down" />
    </form>
    <select aria-label="Output" data-log-output="">
      <option value="">All output</option>
      <option value="out">stdout</option>
      <option value="err">stderr</option>
    </select>
    <select aria-label="Times" data-log-times="">
      <option value="clock">Times UTC</option>
      <option value="since">Since begin</option>
      <option value="off">No times</option>
    </select>
    <Tool name="wrap" label="Wrap long lines" icon="wrap" toggle />
    <Tool name="copy" label="Copy all lines" icon="copy" />
  </div>
)

const Tool: FC<{ name: string; label: string; icon: IconName; toggle?: boolean }> = (tool) => (
  <button
    class="button plain small"
    type="button"
    data-log-tool={tool.name}
    aria-label={tool.label}
    title={tool.label}
    aria-pressed={tool.toggle ? 'false' : undefined}
  >
    <Icon name={tool.icon} />
  </button>
)

type ShownRow =
  { cut: string } | (Omit<LogLine, 'partial'> & { raw: string; isOpen: boolean; begin: Style; marks: Mark[] })

// The browser makes the same rows (`client/log-row.ts`).
const Row: FC<{ row: ShownRow }> = ({ row }) => {
  if ('cut' in row)
    return (
      <div class="cut" role="separator">
        {row.cut}
      </div>
    )
  const { at, stream, line, raw, isOpen } = row
  return (
    <div class={stream} id={`L${line}`} data-raw={isOpen ? raw : undefined}>
      <a href={`#L${line}`} tabindex={-1}>
        {line}
      </a>
      <time datetime={isoText(at)}>{clockTime(at)}</time>
      <i>{stream === 'out' ? '' : stream}</i>
      <span>{partsOf(row)}</span>
    </div>
  )
}

function partsOf({ text, marks }: { text: string; marks: Mark[] }) {
  if (marks.length === 0) return text
  const parts = []
  let at = 0
  for (const { from, to, look } of marks) {
    parts.push(text.slice(at, from), <b class={look}>{text.slice(from, to)}</b>)
    at = to
  }
  return [...parts, text.slice(at)]
}

/** Pieces of one line become one row, and each stream goes on in the colours it left off in. */
function shownRows(rows: LogView['rows']): ShownRow[] {
  const all: ShownRow[] = []
  const styles: Partial<Record<LogLine['stream'], Style>> = {}
  for (const row of rows) {
    if ('cut' in row) {
      all.push({ cut: cutText(formatSize(row.cut.next - row.cut.from)) })
      continue
    }
    const last = all.at(-1)
    const goesOn = last && 'line' in last && last.line === row.line ? last : undefined
    if (goesOn) all.pop()
    const begin = goesOn?.begin ?? styles[row.stream] ?? PLAIN
    const raw = goesOn ? writeOn(goesOn.raw, row.text) : row.text
    const { text, marks, style } = showLine(raw, begin)
    styles[row.stream] = style
    all.push({ ...(goesOn ?? row), raw, text, marks, begin, isOpen: row.partial === true })
  }
  return all
}

const logHref = (run: number) => `/runs/${run}/log`

const partHref = (run: number, way: 'before' | 'from', offset: number) => `/runs/${run}?${way}=${offset}#log`
