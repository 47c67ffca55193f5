import type { FC } from 'hono/jsx'
import { Alert } from '../components/alert.tsx'
import { Problems } from '../components/problems.tsx'
import { Sheet } from '../components/sheet.tsx'
import { Moment } from '../components/time.tsx'
import { Layout, type Page } from '../layout.tsx'
import type { RunRow } from '../runs/_table.tsx'
import { plainText } from '../words.ts'
import { ScriptActivity, type TickView } from './_activity.tsx'
import { ScriptFacts, type ScriptView } from './_facts.tsx'
import { ScriptHead } from './_head.tsx'
import { problemHref } from './code.tsx'
import { RunForm, type RunFormProps } from './_run-form.tsx'
import type { ScriptRow } from './_table.tsx'

export type ScriptProps = {
  page: Page
  script: ScriptView
  /** The newest ten or so. */
  runs: RunRow[]
  /** The newest twenty or so, newest first. */
  ticks: TickView[]
  may: { run: boolean }
  /** What was typed and what is wrong with it, after a refused run. */
  form?: RunFormProps['form']
}

/** One script: when it runs, what became of it, what it is. */
export const ScriptPage: FC<ScriptProps> = ({ page, script, runs, ticks, may, form }) => {
  const { now } = page
  const runnable = may.run && script.problems.length === 0
  return (
    <Layout page={page}>
      <ScriptHead
        script={script}
        files={script.files.length}
        now={now}
        current="overview"
        run={runnable ? { csrf: page.csrf, asks: script.inputSchema !== undefined } : undefined}
      />
      <div class="stack">
        <Notices script={script} now={now} />
        <div class="grid">
          <div class="stack">
            <ScriptActivity slug={script.slug} runs={runs} ticks={ticks} now={now} />
            {script.readme && (
              <Sheet title="README">
                <pre class="prose">{plainText(script.readme)}</pre>
              </Sheet>
            )}
          </div>
          <div class="stack">
            {runnable && <RunForm script={script} csrf={page.csrf} form={form} />}
            <ScriptFacts script={script} now={now} />
          </div>
        </div>
      </div>
    </Layout>
  )
}

const Notices: FC<{ script: ScriptView; now: number }> = ({ script, now }) => {
  const { slug, problems, hold, paused, environment } = script
  return (
    <>
      {problems.length > 0 && (
        <Alert tone="bad" icon="warning">
          <b>{problems.length === 1 ? 'One problem' : `${problems.length} problems`} at head.</b>{' '}
          {script.timeoutMs === undefined
            ? 'It does not run until this is mended.'
            : 'Its last good revision goes on until this is mended.'}
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
      {environment?.state === 'failed' && (
        <Alert tone="bad">
          <b>Its environment could not be built.</b> Runs will end with this until the requirements are
          mended.
          {environment.message && <pre class="traceback">{environment.message}</pre>}
        </Alert>
      )}
    </>
  )
}

const Stopped: FC<{ now: number; word: string; stop: NonNullable<ScriptRow['paused']>; meaning: string }> = ({
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
