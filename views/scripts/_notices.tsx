import type { FC } from 'hono/jsx'
import { Alert } from '../components/alert.tsx'
import { CommitLink } from '../components/commit.tsx'
import { Problems } from '../components/problems.tsx'
import { Moment } from '../components/time.tsx'
import { problemHref, scriptHref } from './_hrefs.ts'
import type { ScriptView } from './_facts.tsx'
import type { Stop } from './_table.tsx'

/** What keeps a script from running as it should, first of all on its page. */
export const Notices: FC<{ script: ScriptView; now: number }> = ({ script, now }) => {
  const { slug, problems, lastGood, hold, paused, environment, lacking = [] } = script
  return (
    <>
      {problems.length > 0 && (
        <Alert tone="bad" icon="warning">
          <b>{problems.length === 1 ? 'One problem' : `${problems.length} problems`} at head.</b>{' '}
          {lastGood ? (
            <>
              It goes on as it was at <CommitLink id={lastGood.commit} /> until this is mended.
            </>
          ) : (
            'It does not run until this is mended.'
          )}
          <Problems problems={problems} hrefOf={(problem) => problemHref(slug, problem)} />
        </Alert>
      )}
      {hold && (
        <Stopped
          now={now}
          word="Held"
          stop={hold}
          meaning="It was stopped at once, outside Git; ticks are recorded as skipped."
        />
      )}
      {paused && (
        <Stopped
          now={now}
          word="Paused"
          stop={paused}
          meaning="Ticks are recorded as skipped; it can still be run by hand."
        />
      )}
      {lacking.length > 0 && (
        <Alert tone="bad" icon="warning" actions={<a href="/secrets">See secrets</a>}>
          <b>
            {lacking.length === 1 ? 'A secret' : `${lacking.length} secrets`} not granted:{' '}
            {lacking.join(', ')}
          </b>
          <span class="under">Its runs are refused until an admin sets and grants what is missing.</span>
        </Alert>
      )}
      {environment?.state === 'failed' && (
        <Alert tone="bad" actions={<a href={scriptHref(slug, 'environment')}>See environment</a>}>
          <b>Its environment could not be built.</b> Runs will end with this until the requirements are
          mended.
          {environment.message && <pre class="traceback">{environment.message}</pre>}
        </Alert>
      )}
    </>
  )
}

const Stopped: FC<{ now: number; word: string; stop: Stop; meaning: string }> = ({
  now,
  word,
  stop,
  meaning,
}) => (
  <Alert tone={word === 'Held' ? 'warn' : 'note'} icon={word === 'Held' ? 'stop' : 'pause'}>
    <b>{stop.reason ? `${word}: ${stop.reason}` : word}</b>
    {stop.until !== undefined && (
      <>
        {' until '}
        <Moment at={stop.until} now={now} /> UTC
      </>
    )}
    <span class="under">{meaning}</span>
  </Alert>
)
