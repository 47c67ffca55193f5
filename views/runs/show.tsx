import type { FC } from 'hono/jsx'
import { Layout, type Page } from '../layout.tsx'
import { Log, type LogView } from './_log.tsx'
import { RunState, type RunView } from './_state.tsx'
import { RunYield } from './_yield.tsx'

export type RunProps = {
  page: Page
  run: RunView
  log: LogView
  may: { cancel: boolean; rerun: boolean }
}

/** One run: how it stands, why, and what it left. */
export const RunPage: FC<RunProps> = ({ page, run, log, may }) => (
  <Layout page={page}>
    <RunState page={page} run={run} may={may} />
    <div class="grid run-grid">
      <Log run={run.id} log={log} />
      <RunYield run={run} />
    </div>
  </Layout>
)

/** The answer to `/runs/:id/_state`: all of the page that changes, but for the log. */
export const RunFragments: FC<Omit<RunProps, 'log'>> = ({ page, run, may }) => (
  <>
    <RunState page={page} run={run} may={may} />
    <RunYield run={run} />
  </>
)
