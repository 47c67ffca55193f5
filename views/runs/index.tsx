import type { FC } from 'hono/jsx'
import { Empty } from '../components/empty.tsx'
import { Filters } from '../components/filters.tsx'
import { Select, TextField } from '../components/form.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { RUN_STATES, type RunState } from '../components/state.tsx'
import { Layout, type Page } from '../layout.tsx'
import { RunsTable, type Cause, type RunRow } from './_table.tsx'

/** What the address asks for, in the API's names; all optional. */
export type RunsFilter = { script?: string; state?: string; cause?: string; from?: string }

export type RunsProps = {
  page: Page
  rows: RunRow[]
  filter: RunsFilter
  /** What makes no sense of it, and is not asked for. */
  errors?: { state?: string; cause?: string; from?: string }
  /** The address of the next part, where there is one. */
  nextHref?: string
  /** Set when this is not the first part. */
  firstHref?: string
  /** Where the list alone is had again, with the same filter and cursor. */
  fragmentHref: string
}

const CAUSES: Cause[] = ['tick', 'manual', 'api', 'webhook', 'after', 'check', 'rerun']

/** All runs, newest first, to filter; the filter is in the address. */
export const RunsPage: FC<RunsProps> = (props) => (
  <Layout page={props.page}>
    <Head title="Runs" />
    <RunFilters filter={props.filter} errors={props.errors ?? {}} />
    <RunsList {...props} />
  </Layout>
)

/** The list with its steps, had again when a run changes. */
export const RunsList: FC<RunsProps> = ({ page, rows, filter, fragmentHref, firstHref, nextHref }) => (
  <div id="runs" data-live="runs" data-src={fragmentHref}>
    <Sheet flush>
      {rows.length > 0 ? (
        <RunsTable rows={rows} now={page.now} />
      ) : isFiltered(filter) ? (
        <Empty title="No run is like this">
          <p>
            Ask for less, or see <a href="/runs">all runs</a>.
          </p>
        </Empty>
      ) : (
        <Empty title="Nothing has run yet">
          <p>
            Runs appear here as schedules fall due, or when you run one of the <a href="/scripts">scripts</a>.
          </p>
        </Empty>
      )}
    </Sheet>
    <Pagination firstHref={firstHref} nextHref={nextHref} words={{ first: 'Newest', next: 'Older' }} />
  </div>
)

type FilterProps = { filter: RunsFilter; errors: NonNullable<RunsProps['errors']> }

const RunFilters: FC<FilterProps> = ({ filter, errors }) => (
  <Filters action="/runs" target="runs" typed={['script']} active={isFiltered(filter)}>
    <TextField name="script" label="Script" type="search" value={filter.script} placeholder="slug" />
    <Select
      name="state"
      label="State"
      value={filter.state}
      error={errors.state}
      options={[
        { value: '', name: 'any' },
        ...(Object.keys(RUN_STATES) as RunState[]).map((value) => ({ value, name: RUN_STATES[value].word })),
      ]}
    />
    <Select
      name="cause"
      label="Cause"
      value={filter.cause}
      error={errors.cause}
      options={[{ value: '', name: 'any' }, ...CAUSES.map((value) => ({ value, name: value }))]}
    />
    <TextField
      name="from"
      label="Since, UTC"
      // What a field for days cannot hold is shown as it is.
      type={filter.from === undefined || /^\d{4}-\d\d-\d\d$/.test(filter.from) ? 'date' : 'text'}
      value={filter.from}
      error={errors.from}
    />
  </Filters>
)

const isFiltered = (filter: RunsFilter) => Object.values(filter).some((value) => Boolean(value))
