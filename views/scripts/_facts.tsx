import type { FC } from 'hono/jsx'
import { formatDuration, formatSize } from '../../src/base/index.ts'
import { CommitId, CommitLink } from '../components/commit.tsx'
import { Facts } from '../components/facts.tsx'
import { Sheet } from '../components/sheet.tsx'
import { EnvironmentBadge, type EnvironmentState } from '../components/state.tsx'
import { Strip } from '../components/strip.tsx'
import { Time } from '../components/time.tsx'
import type { ScriptRow } from './_table.tsx'

/** A script with what its manifest says; what could not be read is absent. */
export type ScriptView = ScriptRow & {
  committedAt: number
  /** `main(data, run)`, or `runs as a program`. */
  calling?: string
  overlap?: string
  /** In words: `the latest within 24 h`. */
  catchUp?: string
  timeoutMs?: number
  graceMs?: number
  retries?: number
  memoryBytes?: number
  network?: boolean
  /** The version or range asked for. */
  python?: string
  /** Where the requirements came from: `requirements.txt`. */
  requirements?: string
  secrets?: string[]
  /** Those of them that it would not be given. */
  lacking?: string[]
  environment?: { key: string; state: EnvironmentState; python?: string; message?: string }
  /** Of its README.md, already made safe. */
  readmeHtml?: string
}

/** `path` within the script's folder. */
export type FileEntry = { path: string; size: number }

/** What the script is and how it is run. */
export const ScriptFacts: FC<{ script: ScriptView; now: number }> = ({ script, now }) => (
  <Sheet title="About" id="about">
    {script.strip && script.strip.length > 0 && (
      <p class="strip-line">
        <Strip marks={script.strip} />
      </p>
    )}
    <Facts
      list
      facts={[
        {
          name: 'Last changed',
          value: (
            <>
              <CommitLink id={script.commit} /> <Time at={script.committedAt} now={now} />
            </>
          ),
        },
        { name: 'Calls', value: script.calling && <code>{script.calling}</code> },
        { name: 'Overlap', value: script.overlap },
        { name: 'Catch-up', value: script.catchUp },
        { name: 'Timeout', value: timeoutText(script) },
        {
          name: 'Retries',
          value: script.retries !== undefined && script.retries > 0 && String(script.retries),
        },
        { name: 'Memory', value: script.memoryBytes !== undefined && formatSize(script.memoryBytes) },
        { name: 'Network', value: script.network === false && 'none' },
        { name: 'Secrets', value: script.secrets?.join(', ') },
        { name: 'Python', value: script.environment?.python ?? script.python },
        { name: 'Requirements', value: script.requirements && <code>{script.requirements}</code> },
        {
          name: 'Environment',
          value: script.environment && (
            <>
              <EnvironmentBadge state={script.environment.state} /> <CommitId id={script.environment.key} />
            </>
          ),
        },
      ]}
    />
  </Sheet>
)

function timeoutText({ timeoutMs, graceMs }: ScriptView): string | undefined {
  if (timeoutMs === undefined) return undefined
  const timeout = formatDuration(timeoutMs)
  return graceMs === undefined ? timeout : `${timeout}, then ${formatDuration(graceMs)} of grace`
}
