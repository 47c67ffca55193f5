import type { FC } from 'hono/jsx'
import { formatDuration, formatSize } from '../../src/base/index.ts'
import { Alert } from '../components/alert.tsx'
import { Button } from '../components/button.tsx'
import { CommitId, CommitLink } from '../components/commit.tsx'
import { Facts, type Fact } from '../components/facts.tsx'
import { Act } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { RUN_STATES, TierBadge, type Tier } from '../components/state.tsx'
import { Elapsed, Moment, Time } from '../components/time.tsx'
import type { Page } from '../layout.tsx'
import { codeHref, scriptHref } from '../scripts/_hrefs.ts'
import { plainText, sentence } from '../words.ts'
import { CauseWords, Duration, type RunRow } from './_table.tsx'
import type { Yield } from './_yield.tsx'

/** A run with all that is known of it. */
export type RunView = RunRow &
  Yield & {
    /** The schedule in words, where a tick caused it. */
    schedule?: string
    scheduledAt?: number
    lock?: string
    /** Key of the environment. */
    environment?: string
    /** The runs of the same script just before and after it. */
    before?: number
    after?: number
    python?: string
    isolation?: Tier
    peakMemoryBytes?: number
    /** Of the whole run, from the manifest. */
    memoryBytes?: number
    /** How many attempts the manifest allows. */
    attempts?: number
    /** What the script raised; `path` and `line` where in its own files. */
    error?: { type: string; message: string; traceback?: string; path?: string; line?: number }
    /** What a queued run waits for: a time, or another run of the script; else for a free worker. */
    waits?: { notBefore?: number; run?: number }
    /** More words than `reason`, where nothing was raised: an installer's own, of several lines. */
    detail?: string
  }

type Props = { page: Page; run: RunView; may: { cancel: boolean; rerun: boolean } }

/** The upper part of the page: headline, what can be done, what went wrong, facts. */
export const RunState: FC<Props> = ({ page, run, may }) => {
  const { tone, icon, word } = RUN_STATES[run.state]
  return (
    <div
      id="run-state"
      class="stack"
      data-live={isOver(run) ? undefined : `run:${run.id}`}
      data-src={`/runs/${run.id}/_state`}
    >
      <Head
        above={
          <>
            <a href={scriptHref(run.slug)}>{run.slug}</a> / run {run.id}
            <Beside run={run} />
          </>
        }
        title={
          <>
            <span class={`state ${tone}`}>
              <Icon name={icon} size={22} />
              {word}
            </span>{' '}
            <span class="lasting">
              <Lasting run={run} now={page.now} />
            </span>
          </>
        }
        actions={<Actions page={page} run={run} may={may} />}
      />
      <Failure run={run} />
      <Waiting run={run} now={page.now} />
      <Sheet>
        <Facts facts={factsOf(run, page.now)} />
      </Sheet>
    </div>
  )
}

/** The way to the runs beside it, for who looks for where it began. */
const Beside: FC<{ run: RunView }> = ({ run: { slug, before, after } }) => (
  <nav class="beside" aria-label="Runs of the script">
    {before !== undefined && (
      <a href={`/runs/${before}`} rel="prev">
        ← run {before}
      </a>
    )}
    {after !== undefined && (
      <a href={`/runs/${after}`} rel="next">
        run {after} →
      </a>
    )}
    <a href={scriptHref(slug, 'runs')}>all its runs</a>
  </nav>
)

const isOver = ({ state }: RunRow) => state !== 'queued' && state !== 'running'

const Lasting: FC<{ run: RunRow; now: number }> = ({ run: { state, startedAt, endedAt, queuedAt }, now }) => {
  if (state === 'queued')
    return (
      <>
        for <Elapsed since={queuedAt} now={now} />
      </>
    )
  if (startedAt === undefined) return null
  if (state === 'running')
    return (
      <>
        for <Elapsed since={startedAt} now={now} />
      </>
    )
  if (endedAt === undefined) return null
  return (
    <>
      {state === 'succeeded' ? 'in' : 'after'} {formatDuration(endedAt - startedAt)}
    </>
  )
}

const Actions: FC<Props> = ({ page, run, may }) => {
  if (!isOver(run))
    return may.cancel ? (
      <Act action={`/runs/${run.id}/cancel`} csrf={page.csrf}>
        <Button kind="danger" icon="stop">
          Cancel
        </Button>
      </Act>
    ) : null
  return may.rerun ? (
    <Act action={`/runs/${run.id}/rerun`} csrf={page.csrf}>
      <Button icon="again" name="at" value="same">
        Run the same again
      </Button>
      <Button name="at" value="head">
        Run at head
      </Button>
    </Act>
  ) : null
}

const Failure: FC<{ run: RunView }> = ({ run }) => {
  const { state, error, reason, detail } = run
  if (error)
    return (
      <Alert tone="bad">
        <p>
          <b class="mono">{raisedText(error)}</b>
          <Raised run={run} error={error} />
        </p>
        {error.traceback && <pre class="traceback">{plainText(error.traceback.trimEnd())}</pre>}
      </Alert>
    )
  if (!reason || state === 'succeeded') return null
  const bad = RUN_STATES[state].tone === 'bad'
  return (
    <Alert tone={bad ? 'bad' : 'note'} icon={RUN_STATES[state].icon}>
      <b>{sentence(plainText(reason))}</b>
      {detail && <pre class="traceback">{plainText(detail.trimEnd())}</pre>}
    </Alert>
  )
}

/** Where it was raised, leading to that line of the code that ran; what lies outside the script's folder is only named. */
const Raised: FC<{ run: RunView; error: NonNullable<RunView['error']> }> = ({
  run,
  error: { path, line },
}) => {
  if (path === undefined) return null
  const place = `${path}${line === undefined ? '' : `, line ${line}`}`
  const isOwn = !/^(\/|lib\/|\.\.)/.test(path)
  return (
    <span class="quiet">
      {' in '}
      {isOwn ? <a href={codeHref(run.slug, path, { line, commit: run.commit })}>{place}</a> : place}
    </span>
  )
}

const Waiting: FC<{ run: RunView; now: number }> = ({ run: { state, waits }, now }) => {
  if (state !== 'queued' || !waits) return null
  const { notBefore, run } = waits
  return (
    <Alert tone="note" icon="clock">
      {notBefore !== undefined ? (
        <>
          It waits until <Moment at={notBefore} now={now} /> UTC, <Time at={notBefore} now={now} />.
        </>
      ) : run !== undefined ? (
        <>
          It waits for <a href={`/runs/${run}`}>run {run}</a> of the same script to end.
        </>
      ) : (
        'It waits for a free worker.'
      )}
    </Alert>
  )
}

/** Type and message; of a long message with a traceback below, which ends with all of it, the first line. */
function raisedText({ type, message, traceback }: NonNullable<RunView['error']>): string {
  const shown = traceback ? message.split('\n')[0]!.slice(0, LONGEST_TITLE) : message
  return plainText(shown ? `${type}: ${shown}` : type)
}

const LONGEST_TITLE = 500

function factsOf(run: RunView, now: number): Fact[] {
  const { memoryBytes, peakMemoryBytes, environment } = run
  return [
    { name: 'Cause', value: <Cause run={run} /> },
    { name: 'Due', value: run.scheduledAt !== undefined && <Due run={run} now={now} /> },
    { name: run.startedAt === undefined ? 'Queued' : 'Started', value: <Started run={run} now={now} /> },
    { name: 'Took', value: run.startedAt !== undefined && <Duration run={run} now={now} /> },
    { name: 'Commit', value: <CommitLink id={run.commit} /> },
    {
      name: 'Environment',
      value: environment && (
        <a href={scriptHref(run.slug, 'environment')}>
          <CommitId id={environment} />
        </a>
      ),
    },
    { name: 'Lock', value: run.lock && <CommitId id={run.lock} /> },
    { name: 'Python', value: run.python },
    { name: 'Isolation', value: run.isolation && <TierBadge tier={run.isolation} /> },
    {
      name: 'Peak memory',
      value: peakMemoryBytes !== undefined && (
        <>
          {formatSize(peakMemoryBytes)}
          {memoryBytes !== undefined && <span class="quiet"> of {formatSize(memoryBytes)}</span>}
        </>
      ),
    },
    { name: 'Attempt', value: attemptText(run.attempt, run.attempts) },
  ]
}

const Cause: FC<{ run: RunView }> = ({ run }) => (
  <>
    <CauseWords run={run} />
    {run.schedule && <span class="under">{run.schedule}</span>}
  </>
)

const Due: FC<{ run: RunView; now: number }> = ({ run: { scheduledAt = 0, startedAt }, now }) => (
  <>
    <Moment at={scheduledAt} now={now} /> UTC
    {startedAt !== undefined && <span class="under">{formatLate(startedAt - scheduledAt)}</span>}
  </>
)

/** Both ways, and how long it waited for its turn where that can be felt. */
const Started: FC<{ run: RunView; now: number }> = ({ run: { startedAt, queuedAt }, now }) => {
  const at = startedAt ?? queuedAt
  const waitedMs = at - queuedAt
  return (
    <>
      <Time at={at} now={now} />
      <span class="under">
        <Moment at={at} now={now} seconds /> UTC
        {waitedMs >= SECOND && `, after waiting ${formatDuration(waitedMs)}`}
      </span>
    </>
  )
}

const SECOND = 1000

// Where one attempt is all there may be, there is nothing to say.
function attemptText(attempt: number, attempts: number | undefined): string | undefined {
  if (attempts !== undefined && attempts > 1) return `${attempt} of ${attempts}`
  return attempt > 1 ? String(attempt) : undefined
}

const formatLate = (ms: number) => (ms <= 0 ? 'on time' : `${formatDuration(ms)} late`)
