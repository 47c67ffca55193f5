import type { FC } from 'hono/jsx'
import { Empty } from '../components/empty.tsx'
import { Filters } from '../components/filters.tsx'
import { Select, TextField } from '../components/form.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Sheet } from '../components/sheet.tsx'
import { TICK_OUTCOMES, type TickOutcome } from '../components/state.tsx'
import { ScriptLayout, type ScriptFrame } from './_frame.tsx'
import { scriptHref } from './_hrefs.ts'
import { Ticks, type TickView } from './_ticks.tsx'

export type TicksProps = {
  frame: ScriptFrame
  ticks: TickView[]
  filter: { outcome?: string; from?: string; to?: string }
  nextHref?: string
  firstHref?: string
  fragmentHref: string
}

/** Every due moment of one script and what became of it. */
export const TicksPage: FC<TicksProps> = (props) => {
  const { frame, filter } = props
  return (
    <ScriptLayout frame={frame} tab="ticks">
      <Filters
        action={scriptHref(frame.script.slug, 'ticks')}
        target="ticks"
        typed={[]}
        active={Object.keys(filter).length > 0}
      >
        <Select
          name="outcome"
          label="Outcome"
          value={filter.outcome}
          options={[
            { value: '', name: 'any' },
            ...(Object.keys(TICK_OUTCOMES) as TickOutcome[]).map((value) => ({
              value,
              name: TICK_OUTCOMES[value].word,
            })),
          ]}
        />
        <TextField name="from" label="From, UTC" type="date" value={filter.from} />
        <TextField name="to" label="Before, UTC" type="date" value={filter.to} />
      </Filters>
      <TicksList {...props} />
    </ScriptLayout>
  )
}

/** The list with its steps, had again as ticks come. */
export const TicksList: FC<TicksProps> = ({ frame, ticks, filter, fragmentHref, firstHref, nextHref }) => (
  <div id="ticks" data-live="runs" data-src={fragmentHref}>
    <Sheet flush>
      {ticks.length > 0 ? (
        <Ticks ticks={ticks} now={frame.page.now} />
      ) : Object.keys(filter).length > 0 ? (
        <Empty title="No tick of it is like this">
          <p>
            <a href={scriptHref(frame.script.slug, 'ticks')}>See all its ticks</a>
          </p>
        </Empty>
      ) : (
        <Empty title="Nothing was due yet">
          <p>
            Each moment of its schedule is written down here with what became of it: that it ran, was gated,
            skipped or missed, and why.
          </p>
        </Empty>
      )}
    </Sheet>
    <Pagination firstHref={firstHref} nextHref={nextHref} words={{ first: 'Newest', next: 'Older' }} />
  </div>
)
