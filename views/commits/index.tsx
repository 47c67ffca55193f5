import type { FC } from 'hono/jsx'
import type { Touched } from '../../src/edit/index.ts'
import { CommitId } from '../components/commit.tsx'
import { Empty } from '../components/empty.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Filters } from '../components/filters.tsx'
import { TextField } from '../components/form.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { HeadNow, Layout, type Page } from '../layout.tsx'
import { TouchedScripts } from './_touched.tsx'

/** A commit as a row of a list. */
export type CommitRow = {
  id: string
  /** The first line of its message. */
  subject: string
  author: string
  at: number
  touched: Touched
}

export type CommitsProps = {
  page: Page
  rows: CommitRow[]
  filter: { script?: string }
  /** What may be meant by the filter. */
  slugs: string[]
  nextHref?: string
  firstHref?: string
  /** Where the list alone is had again, with the same filter. */
  fragmentHref: string
}

/** The commits of main, newest first. */
export const CommitsPage: FC<CommitsProps> = (props) => (
  <Layout page={props.page}>
    <Head title="Commits" below="What happened on main, newest first. What is here is what runs." />
    <Filters action="/commits" target="commits" typed={['script']} active={Boolean(props.filter.script)}>
      <TextField
        name="script"
        label="Script"
        type="search"
        value={props.filter.script}
        placeholder="slug"
        list="slugs"
      />
      <datalist id="slugs">
        {props.slugs.map((slug) => (
          <option value={slug}></option>
        ))}
      </datalist>
    </Filters>
    <CommitsList {...props} />
  </Layout>
)

/** The answer to `/commits/_list`: all of the page that changes. */
export const CommitsFragments: FC<CommitsProps> = (props) => (
  <>
    <CommitsList {...props} />
    <HeadNow {...props.page} />
  </>
)

/** The list with its steps, had again when main moves. */
const CommitsList: FC<CommitsProps> = ({ page, rows, filter, fragmentHref, firstHref, nextHref }) => (
  <div id="commits" data-live="head" data-src={fragmentHref}>
    <Sheet flush>
      {rows.length > 0 ? (
        <CommitsTable rows={rows} now={page.now} />
      ) : (
        <Empty title={filter.script ? 'No commit touched such a script' : 'There are no commits yet'}>
          <p>
            {filter.script ? (
              <>
                Write its whole slug, or see <a href="/commits">all commits</a>.
              </>
            ) : (
              'Push to main, or make a script here.'
            )}
          </p>
        </Empty>
      )}
    </Sheet>
    <Pagination firstHref={firstHref} nextHref={nextHref} words={{ first: 'Newest', next: 'Older' }} />
  </div>
)

const CommitsTable: FC<{ rows: CommitRow[]; now: number }> = ({ rows, now }) => {
  const columns: Column<CommitRow>[] = [
    {
      name: 'Commit',
      card: 'body',
      grow: true,
      cell: ({ id, subject }) => (
        <a class="name" href={`/commits/${id}`}>
          {subject}
        </a>
      ),
    },
    { name: 'Author', card: 'lead', cell: ({ author }) => author },
    {
      name: 'Touches',
      card: 'more',
      roomy: true,
      cell: ({ touched }) => <TouchedScripts touched={touched} />,
    },
    { name: 'Id', card: 'act', cell: ({ id }) => <CommitId id={id} /> },
    { name: 'When', number: true, card: 'end', cell: ({ at }) => <Time at={at} now={now} /> },
  ]
  return <Table caption="Commits" columns={columns} rows={rows} idOf={({ id }) => `commit-${id}`} />
}
