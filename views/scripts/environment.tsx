import type { FC } from 'hono/jsx'
import { formatSize } from '../../src/base/index.ts'
import { Alert } from '../components/alert.tsx'
import { Snippet } from '../components/code.tsx'
import { CommitId } from '../components/commit.tsx'
import { Empty } from '../components/empty.tsx'
import { Facts } from '../components/facts.tsx'
import { Sheet } from '../components/sheet.tsx'
import { EnvironmentBadge, type EnvironmentState } from '../components/state.tsx'
import { Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { ScriptLayout, type ScriptFrame } from './_frame.tsx'
import { codeHref } from './_hrefs.ts'

/** What a script's requirements came to. */
export type EnvironmentView = {
  /** The file in the repository; absent: nothing is required. */
  source?: { path: string; own?: string }
  requirements: string[]
  /** The version or range asked for. */
  pythonWanted?: string
  /** The installed Python that is taken; absent: none satisfies. */
  python?: string
  /** Absent: not built yet. */
  state?: EnvironmentState
  key?: string
  lock?: { id: string; text: string }
  packages: { name: string; version: string }[]
  message?: string
  bytes?: number
  builtAt?: number
  usedAt?: number
}

/** Absent: the script is not valid, or the actor may not see environments. */
export type EnvironmentProps = { frame: ScriptFrame; environment?: EnvironmentView; hidden?: boolean }

/** The environment of one script: what is asked for, what it was locked to, and whether it is there. */
export const EnvironmentPage: FC<EnvironmentProps> = ({ frame, environment, hidden }) => (
  <ScriptLayout frame={frame} tab="environment">
    {environment ? (
      <Environment slug={frame.script.slug} now={frame.page.now} environment={environment} />
    ) : (
      <Sheet>
        <Empty title={hidden ? 'Environments are shared' : 'Nothing is known of it yet'}>
          <p>
            {hidden
              ? 'A key that is limited to scripts does not see them.'
              : 'The script has problems at head; once they are mended its environment is built.'}
          </p>
        </Empty>
      </Sheet>
    )}
  </ScriptLayout>
)

type Props = { slug: string; now: number; environment: EnvironmentView }

const Environment: FC<Props> = ({ slug, now, environment }) => {
  const { message, packages, lock, requirements } = environment
  return (
    <div class="stack">
      {environment.python === undefined && (
        <Alert tone="bad">
          <b>No installed Python satisfies {environment.pythonWanted}.</b> Install one, or ask for another in
          the manifest.
        </Alert>
      )}
      {environment.state === 'failed' && (
        <Alert tone="bad">
          <b>The last try to build it failed.</b> It is tried again at the next run, and after each change.
          {message && <pre class="traceback">{message}</pre>}
        </Alert>
      )}
      <Sheet title="Environment">
        <About slug={slug} now={now} environment={environment} />
      </Sheet>
      {packages.length > 0 && (
        <Sheet flush title="Packages" aside={<span class="quiet">{packages.length}</span>}>
          <Table
            caption="Packages"
            columns={[
              {
                name: 'Name',
                card: 'lead',
                grow: true,
                cell: ({ name }) => <span class="mono">{name}</span>,
              },
              { name: 'Version', card: 'end', cell: ({ version }) => <span class="mono">{version}</span> },
            ]}
            rows={packages}
          />
        </Sheet>
      )}
      {requirements.length > 0 && (
        <Sheet title="Asked for">
          <Snippet text={requirements.join('\n')} label="Requirements" copy />
        </Sheet>
      )}
      {lock && lock.text !== '' && (
        <Sheet title="Locked to">
          <details>
            <summary>Exact versions with their hashes; the same for every script with this lock</summary>
            <Snippet text={lock.text.trimEnd()} label="Lock" copy />
          </details>
        </Sheet>
      )}
    </div>
  )
}

const About: FC<Props> = ({ slug, now, environment }) => {
  const { source, state, key, lock, python, pythonWanted, bytes, builtAt, usedAt, packages } = environment
  const own = source?.own
  return (
    <Facts
      facts={[
        {
          name: 'Requirements',
          value: source ? (
            own === undefined ? (
              <code>{source.path}</code>
            ) : (
              <a href={codeHref(slug, own)}>
                <code>{own}</code>
              </a>
            )
          ) : (
            'none: Python’s own library'
          ),
        },
        {
          name: 'State',
          value: state ? <EnvironmentBadge state={state} /> : 'Not built yet; the first run builds it',
        },
        {
          name: 'Python',
          value: python && (
            <>
              {python}
              {pythonWanted && <span class="under">{pythonWanted} is asked for</span>}
            </>
          ),
        },
        { name: 'Lock', value: lock && lock.text !== '' && <CommitId id={lock.id} /> },
        { name: 'Key', value: key && <CommitId id={key} /> },
        { name: 'Packages', value: packages.length > 0 && String(packages.length) },
        { name: 'Size', value: bytes !== undefined && formatSize(bytes) },
        { name: 'Built', value: builtAt !== undefined && <Time at={builtAt} now={now} /> },
        { name: 'Last used', value: usedAt !== undefined && <Time at={usedAt} now={now} /> },
      ]}
    />
  )
}
