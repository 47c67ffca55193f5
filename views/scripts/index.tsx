import type { FC } from 'hono/jsx'
import { LinkButton } from '../components/button.tsx'
import { Empty } from '../components/empty.tsx'
import { Filters } from '../components/filters.tsx'
import { Select, TextField } from '../components/form.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { STANDINGS, type Standing } from '../components/state.tsx'
import { Layout, type Page } from '../layout.tsx'
import { ScriptsTable, type ScriptRow, type ScriptsTableProps } from './_table.tsx'

/** What the address asks for; all optional. */
export type ScriptsFilter = { q?: string; tag?: string; state?: string }

export type ScriptsProps = {
  page: Page
  rows: ScriptRow[]
  /** How many there are without the filter. */
  total: number
  /** Every tag that one of them has, with how many have it. */
  tags: { name: string; count: number }[]
  filter: ScriptsFilter
  /** What makes no sense of it, and is not asked for. */
  errors?: { state?: string }
  cloneUrl: string
  /** The address of the next part, where there is one. */
  nextHref?: string
  firstHref?: string
  /** The address of this very list. */
  href: string
  /** Where the list alone is had again, with the same filter. */
  fragmentHref: string
  may: ScriptsTableProps['may'] & { create?: boolean }
}

/** All scripts, to search and to start. */
export const ScriptsPage: FC<ScriptsProps> = (props) => (
  <Layout page={props.page}>
    <Head
      title="Scripts"
      below={<ScriptsCount {...props} />}
      actions={
        props.may.create && (
          <LinkButton kind="primary" icon="plus" href="/scripts/new">
            New script
          </LinkButton>
        )
      }
    />
    <Search {...props} />
    <ScriptsList {...props} />
  </Layout>
)

/** The answer to `/scripts/_list`: all of the page that changes. */
export const ScriptsFragments: FC<ScriptsProps> = (props) => (
  <>
    <ScriptsCount {...props} />
    <ScriptsList {...props} />
  </>
)

const ScriptsCount: FC<ScriptsProps> = (props) => <span id="scripts-count">{counted(props)}</span>

/** The list, had again when a run changes. */
const ScriptsList: FC<ScriptsProps> = (props) => {
  const { page, rows, total, cloneUrl, href, fragmentHref, firstHref, nextHref, may } = props
  return (
    <div id="scripts" data-live="runs" data-src={fragmentHref}>
      {total === 0 ? (
        <NoScripts cloneUrl={cloneUrl} />
      ) : (
        <Sheet flush>
          {rows.length === 0 ? (
            <Empty title="No script is like this">
              <p>
                Look for fewer words, or see <a href="/scripts">all scripts</a>.
              </p>
            </Empty>
          ) : (
            <ScriptsTable rows={rows} now={page.now} csrf={page.csrf} may={may} back={href} />
          )}
        </Sheet>
      )}
      <Pagination firstHref={firstHref} nextHref={nextHref} words={{ first: 'First', next: 'Next' }} />
    </div>
  )
}

/** How to bring the first script, for an empty repository. */
export const NoScripts: FC<{ cloneUrl: string }> = ({ cloneUrl }) => (
  <Sheet>
    <Empty title="Push your first script">
      <p>
        A script is a folder below scripts/ with a main.py. Clone, add one, push; the push says what will run
        when.
      </p>
      <pre class="block">{`git clone ${cloneUrl}\ncd scripts\nmkdir -p scripts/first && echo 'print("hello")' > scripts/first/main.py\ngit add . && git commit -m "Add first" && git push`}</pre>
    </Empty>
  </Sheet>
)

const Search: FC<ScriptsProps> = ({ filter, errors, tags }) => (
  <Filters
    action="/scripts"
    target="scripts"
    typed={['q']}
    also={['scripts-count']}
    active={isFiltered(filter)}
    button="Search"
  >
    <TextField
      name="q"
      label="Search"
      type="search"
      value={filter.q}
      placeholder="slug, description or tag"
    />
    {(tags.length > 0 || filter.tag !== undefined) && (
      <Select
        name="tag"
        label="Tag"
        value={filter.tag}
        options={[{ value: '', name: 'any' }, ...tagOptions(tags, filter.tag)]}
      />
    )}
    <Select
      name="state"
      label="State"
      value={filter.state}
      error={errors?.state}
      options={[
        { value: '', name: 'any' },
        ...(Object.keys(STANDINGS) as Standing[]).map((value) => ({ value, name: STANDINGS[value].word })),
      ]}
    />
  </Filters>
)

/** One that no script has any more is still what is asked for. */
function tagOptions(tags: ScriptsProps['tags'], asked: string | undefined) {
  const known = asked === undefined || tags.some(({ name }) => name === asked)
  return [...tags, ...(known ? [] : [{ name: asked, count: 0 }])].map(({ name, count }) => ({
    value: name,
    name: `${name} (${count})`,
  }))
}

const isFiltered = ({ q, tag, state }: ScriptsFilter) => Boolean(q || tag || state)

function counted({ total, rows, filter }: ScriptsProps): string {
  if (total === 0) return 'None yet'
  if (isFiltered(filter)) return `${rows.length} shown of ${total}`
  return total === 1 ? 'One script at head' : `${total} scripts at head`
}
