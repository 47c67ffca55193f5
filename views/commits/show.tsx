import type { FC } from 'hono/jsx'
import type { FileDiff, Touched } from '../../src/edit/index.ts'
import { LinkButton } from '../components/button.tsx'
import { CommitLink } from '../components/commit.tsx'
import { Diff } from '../components/diff.tsx'
import { Facts } from '../components/facts.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { Time } from '../components/time.tsx'
import { RunsTable, type RunRow } from '../runs/_table.tsx'
import { Layout, type Page } from '../layout.tsx'
import { TouchedScripts } from './_touched.tsx'

export type CommitProps = {
  page: Page
  commit: {
    id: string
    subject: string
    /** The message below its first line. */
    body?: string
    author: { name: string; email: string }
    at: number
    parents: string[]
    touched: Touched
  }
  files: FileDiff[]
  cut: boolean
  /** Where a file is read at this commit, where it is a script's. */
  linksOf: (file: FileDiff) => { href: string; name: string }[]
  /** The newest runs of what the scripts became by it. */
  runs: RunRow[]
}

/** One commit: why, by whom, and what it changed. */
export const CommitPage: FC<CommitProps> = ({ page, commit, files, cut, linksOf, runs }) => (
  <Layout page={page}>
    <Head
      above={
        <>
          <a href="/commits">Commits</a> /
        </>
      }
      title={commit.subject}
      below={
        <p class="line">
          <b>{commit.author.name}</b>
          <Time at={commit.at} now={page.now} />
        </p>
      }
      actions={
        commit.touched.scripts.length === 1 && (
          <LinkButton href={`/scripts/${commit.touched.scripts[0]!}/changes`}>
            All changes of the script
          </LinkButton>
        )
      }
    />
    <div class="stack">
      <Sheet>
        {commit.body && <pre class="message">{commit.body}</pre>}
        <Facts
          facts={[
            { name: 'Commit', value: <code>{commit.id}</code>, wide: true },
            { name: 'Author', value: `${commit.author.name} <${commit.author.email}>` },
            { name: commit.parents.length > 1 ? 'Parents' : 'Parent', value: parentsOf(commit.parents) },
            {
              name: 'Scripts',
              value: commit.touched.scripts.length > 0 && <TouchedScripts touched={commit.touched} />,
              wide: true,
            },
          ]}
        />
      </Sheet>
      {commit.parents.length > 1 && (
        <p class="quiet">A merge; what it changed is told against its first parent, the main of then.</p>
      )}
      <Diff files={files} cut={cut} linksOf={linksOf} />
      {runs.length > 0 && (
        <Sheet flush title="Last runs with this code">
          <RunsTable rows={runs} now={page.now} />
        </Sheet>
      )}
    </div>
  </Layout>
)

const parentsOf = (parents: string[]) =>
  parents.length === 0
    ? 'none, it is the first'
    : parents.map((id, i) => (
        <>
          {i > 0 && ' '}
          <CommitLink id={id} />
        </>
      ))
