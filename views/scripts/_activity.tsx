import type { FC } from 'hono/jsx'
import { Empty } from '../components/empty.tsx'
import { Sheet } from '../components/sheet.tsx'
import { RunsTable, type RunRow } from '../runs/_table.tsx'
import { scriptHref } from './_hrefs.ts'
import { Ticks, type TickView } from './_ticks.tsx'

export type ActivityProps = { slug: string; runs: RunRow[]; ticks: TickView[]; now: number }

/** Last runs and ticks of one script, had again when a run changes. */
export const ScriptActivity: FC<ActivityProps> = ({ slug, runs, ticks, now }) => (
  <div id="activity" class="stack" data-live="runs" data-src={`${scriptHref(slug)}/_activity`}>
    <Sheet flush title="Last runs" aside={runs.length > 0 && <a href={scriptHref(slug, 'runs')}>All runs</a>}>
      {runs.length > 0 ? (
        <RunsTable rows={runs} now={now} one />
      ) : (
        <Empty title="It has not run yet">
          <p>Its runs appear here as it falls due, or when someone runs it.</p>
        </Empty>
      )}
    </Sheet>
    {ticks.length > 0 && (
      <Sheet flush title="Last ticks" aside={<a href={scriptHref(slug, 'ticks')}>All ticks</a>}>
        <Ticks ticks={ticks} now={now} />
      </Sheet>
    )}
  </div>
)
