import type { FC } from 'hono/jsx'
import { formatDuration, formatSize } from '../../src/base/index.ts'
import { Alert } from '../components/alert.tsx'
import { Button } from '../components/button.tsx'
import { CommitId } from '../components/commit.tsx'
import { Facts, type Fact } from '../components/facts.tsx'
import { Act } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { RUN_STATES, TierBadge, type Tier } from '../components/state.tsx'
import { Elapsed, Moment, Time } from '../components/time.tsx'
import type { Page } from '../layout.tsx'
import { scriptHref } from '../scripts/_table.tsx'
import { plainText, sentence } from '../words.ts'
import { CauseWords, type RunRow } from './_table.tsx'
import type { Yield } from './_yield.tsx'

/** A run with all that is known of it. */
export type RunView = RunRow &
  Yield & {
    /** The schedule in words, where a tick caused it. */
    schedule?: string
    scheduledAt?: number
    lock?: string
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

const Failure: FC<{ run: RunView }> = ({ run: { state, error, reason, detail } }) => {
  if (error)
    return (
      <Alert tone="bad">
        <p>
          <b class="mono">{raisedText(error)}</b>
          {error.path && (
            <span class="quiet">{` in ${error.path}${error.line === undefined ? '' : `, line ${error.line}`}`}</span>
          )}
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
  const { schedule, scheduledAt, startedAt, queuedAt, memoryBytes, peakMemoryBytes, attempt, attempts } = run
  const late = scheduledAt !== undefined && startedAt !== undefined && formatLate(startedAt - scheduledAt)
  return [
    {
      name: 'Cause',
      value: (
        <>
          <CauseWords run={run} />
          {schedule && <span class="quiet"> {schedule}</span>}
        </>
      ),
    },
    {
      name: 'Due',
      value: scheduledAt !== undefined && (
        <>
          <Moment at={scheduledAt} now={now} /> UTC
          {late && <span class="under">{late}</span>}
        </>
      ),
    },
    {
      name: startedAt === undefined ? 'Queued' : 'Started',
      value: <Time at={startedAt ?? queuedAt} now={now} />,
    },
    { name: 'Commit', value: <CommitId id={run.commit} /> },
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
    { name: 'Attempt', value: attemptText(attempt, attempts) },
  ]
}

// Where one attempt is all there may be, there is nothing to say.
function attemptText(attempt: number, attempts: number | undefined): string | undefined {
  if (attempts !== undefined && attempts > 1) return `${attempt} of ${attempts}`
  return attempt > 1 ? String(attempt) : undefined
}

const formatLate = (ms: number) => (ms <= 0 ? 'on time' : `${formatDuration(ms)} late`)
