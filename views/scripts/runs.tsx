import type { FC } from 'hono/jsx'
import { Empty } from '../components/empty.tsx'
import { Filters } from '../components/filters.tsx'
import { Select, TextField } from '../components/form.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Sheet } from '../components/sheet.tsx'
import { RUN_STATES, type RunState } from '../components/state.tsx'
import { RunsTable, type Cause, type RunRow } from '../runs/_table.tsx'
import { ScriptLayout, type ScriptFrame } from './_frame.tsx'
import { scriptHref } from './_hrefs.ts'

export type ScriptRunsProps = {
  frame: ScriptFrame
  rows: RunRow[]
  filter: { state?: string; cause?: string; from?: string }
  nextHref?: string
  firstHref?: string
  fragmentHref: string
}

const CAUSES: Cause[] = ['tick', 'manual', 'api', 'webhook', 'after', 'check', 'rerun']

/** All runs of one script, to filter. */
export const ScriptRunsPage: FC<ScriptRunsProps> = (props) => {
  const { frame, filter } = props
  const any = { value: '', name: 'any' }
  return (
    <ScriptLayout frame={frame} tab="runs">
      <Filters
        action={scriptHref(frame.script.slug, 'runs')}
        target="runs"
        typed={[]}
        active={Object.keys(filter).length > 0}
      >
        <Select
          name="state"
          label="State"
          value={filter.state}
          options={[
            any,
            ...(Object.keys(RUN_STATES) as RunState[]).map((value) => ({
              value,
              name: RUN_STATES[value].word,
            })),
          ]}
        />
        <Select
          name="cause"
          label="Cause"
          value={filter.cause}
          options={[any, ...CAUSES.map((value) => ({ value, name: value }))]}
        />
        <TextField name="from" label="Since, UTC" type="date" value={filter.from} />
      </Filters>
      <ScriptRunsList {...props} />
    </ScriptLayout>
  )
}

/** The list with its steps, had again when a run changes. */
export const ScriptRunsList: FC<ScriptRunsProps> = (props) => {
  const { frame, rows, filter, fragmentHref, firstHref, nextHref } = props
  const isFiltered = Object.keys(filter).length > 0
  return (
    <div id="runs" data-live="runs" data-src={fragmentHref}>
      <Sheet flush>
        {rows.length > 0 ? (
          <RunsTable rows={rows} now={frame.page.now} one />
        ) : (
          <Empty title={isFiltered ? 'No run of it is like this' : 'It has not run yet'}>
            <p>
              {isFiltered ? (
                <a href={scriptHref(frame.script.slug, 'runs')}>See all its runs</a>
              ) : (
                'Its runs appear here as it falls due, or when someone runs it.'
              )}
            </p>
          </Empty>
        )}
      </Sheet>
      <Pagination firstHref={firstHref} nextHref={nextHref} words={{ first: 'Newest', next: 'Older' }} />
    </div>
  )
}
