import type { FC } from 'hono/jsx'
import { CommitLink } from '../components/commit.tsx'
import { Empty } from '../components/empty.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Sheet } from '../components/sheet.tsx'
import { Strip, type StripMark } from '../components/strip.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { HeadNow } from '../layout.tsx'
import { ScriptLayout, type ScriptFrame } from './_frame.tsx'
import { codeHref } from './_hrefs.ts'

/** A commit that touched the script, and what became of the script's runs from then on until the next. */
export type ChangeRow = { id: string; subject: string; author: string; at: number; strip: StripMark[] }

export type ChangesProps = {
  frame: ScriptFrame
  rows: ChangeRow[]
  nextHref?: string
  firstHref?: string
  fragmentHref: string
}

/** Every commit of main that touched one script. */
export const ChangesPage: FC<ChangesProps> = (props) => (
  <ScriptLayout frame={props.frame} tab="changes">
    <ChangesList {...props} />
  </ScriptLayout>
)

/** The answer to `_changes`: all of the page that changes. */
export const ChangesFragments: FC<ChangesProps> = (props) => (
  <>
    <ChangesList {...props} />
    <HeadNow {...props.frame.page} />
  </>
)

/** The list with its steps, had again when main moves, and as runs add to its strips. */
const ChangesList: FC<ChangesProps> = ({ frame, rows, nextHref, firstHref, fragmentHref }) => {
  const { now } = frame.page
  const columns: Column<ChangeRow>[] = [
    {
      name: 'Change',
      card: 'body',
      grow: true,
      cell: ({ id, subject }) => (
        <a class="name" href={`/commits/${id}`}>
          {subject}
        </a>
      ),
    },
    { name: 'Author', card: 'lead', cell: ({ author }) => author },
    { name: 'Runs since', card: 'more', cell: ({ strip }) => <Strip marks={strip} /> },
    { name: 'Commit', card: 'act', cell: ({ id }) => <CommitLink id={id} /> },
    {
      name: 'Files',
      spare: true,
      cell: ({ id }) => (
        <a href={codeHref(frame.script.slug, '', { commit: id })} aria-label={`Files at ${id.slice(0, 7)}`}>
          files
        </a>
      ),
    },
    { name: 'When', number: true, card: 'end', cell: ({ at }) => <Time at={at} now={now} /> },
  ]
  return (
    <div id="changes" data-live="runs" data-src={fragmentHref}>
      <Sheet flush>
        {rows.length > 0 ? (
          <Table caption="Changes" columns={columns} rows={rows} idOf={({ id }) => `change-${id}`} />
        ) : (
          <Empty title="No change is known" />
        )}
      </Sheet>
      <Pagination firstHref={firstHref} nextHref={nextHref} words={{ first: 'Newest', next: 'Older' }} />
    </div>
  )
}
