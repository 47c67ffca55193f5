import type { FC } from 'hono/jsx'
import type { Problem } from '../../src/base/index.ts'
import type { FileDiff, Outlook } from '../../src/edit/index.ts'
import { Diff } from '../components/diff.tsx'
import { Icon } from '../components/icon.tsx'
import { NextMoments } from '../scripts/_next.tsx'

/** What the server says of an edit before it is committed; paths count from the script's folder. */
export type CheckView = {
  problems: Problem[]
  diff: FileDiff[]
  effect: string[]
  outlook?: Outlook
  /** Touched files that somebody else changed since. */
  conflicts: string[]
}

type Props = { check: CheckView; now: number }

/** What stands beside the text and is had again while somebody types. */
export const EditCheck: FC<Props> = ({ check, now }) => (
  <div id="edit-check" class="stack" data-problems={check.problems.length}>
    <section class="sheet" aria-labelledby="edit-check-title">
      <Verdict problems={check.problems.length} />
      {check.conflicts.length > 0 && (
        <p class="edit-conflicts" data-edit-conflicts="">
          <Icon name="warning" /> <span>{conflictWords(check.conflicts)}</span>
        </p>
      )}
      {check.problems.length > 0 && (
        <ul class="problems edit-problems">
          {check.problems.map(({ path, line, column, message, remedy }) => (
            <li
              data-path={path}
              data-line={line}
              data-column={column}
              data-message={remedyText(message, remedy)}
            >
              <span class="mono" data-edit-place="">
                {[path, line, line && column].filter((part) => part !== undefined).join(':')}
              </span>
              <span>{remedyText(message, remedy)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
    {check.outlook && <NextMoments outlook={check.outlook} now={now} />}
  </div>
)

const remedyText = (message: string, remedy: string | undefined) =>
  remedy === undefined ? message : `${message}; ${remedy}`

const Verdict: FC<{ problems: number }> = ({ problems }) => (
  <h2 id="edit-check-title" class={problems > 0 ? 'state bad' : 'state ok'}>
    <Icon name={problems > 0 ? 'cross' : 'check'} />
    {problems === 0 ? 'No problems' : problems === 1 ? 'One problem' : `${problems} problems`}
  </h2>
)

const conflictWords = (paths: string[]) =>
  `${paths.join(', ')} ${paths.length === 1 ? 'was' : 'were'} changed on main since you began.`

/** What the edit changes, line by line, and what a push of it would be told. */
export const EditChanges: FC<{ check?: CheckView | undefined }> = ({ check }) => (
  <div id="edit-changes" class="stack">
    {check && check.diff.length > 0 && <Diff files={check.diff} />}
    {check && check.effect.length > 0 && (
      <section aria-label="What it does">
        <h3 class="edit-heading">What it does</h3>
        <pre class="block">{check.effect.join('\n')}</pre>
      </section>
    )}
  </div>
)

/** Both, for the script in the page to put where they belong. */
export const EditFragments: FC<Props> = (props) => (
  <>
    <EditCheck {...props} />
    <EditChanges check={props.check} />
  </>
)
