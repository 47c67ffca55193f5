import type { FC } from 'hono/jsx'
import { Alert } from '../components/alert.tsx'
import { Button, LinkButton } from '../components/button.tsx'
import { Code, linesOf } from '../components/code.tsx'
import { CommitLink } from '../components/commit.tsx'
import { Act } from '../components/form.tsx'
import { Empty } from '../components/empty.tsx'
import { Icon } from '../components/icon.tsx'
import { Sheet } from '../components/sheet.tsx'
import { NextTime } from '../components/time.tsx'
import { visibleCode } from '../words.ts'
import { editHref, scriptHref } from '../scripts/_hrefs.ts'
import type { EditProps } from './index.tsx'

/** The files of the script; the page's script marks what was changed and opens them in place. */
export const EditFiles: FC<Pick<EditProps, 'slug' | 'files' | 'file' | 'single'>> = (props) => {
  const { slug, files, file, single } = props
  return (
    <Sheet
      flush
      title="Files"
      aside={
        !single && (
          <a href={`${editHref(slug)}?new=1`} data-edit-add="">
            Add a file
          </a>
        )
      }
    >
      <ul class="list files" data-edit-files="">
        {files.map(({ path }) => (
          <li data-path={path}>
            <a href={editHref(slug, path)} aria-current={path === file.path ? 'true' : undefined}>
              <Icon name="file" />
              <span>{visibleCode(path)}</span>
            </a>
          </li>
        ))}
      </ul>
      <p class="log-note">
        Only this script’s own files. Change <code>lib/</code> and <code>sxs.yaml</code> with git.
      </p>
    </Sheet>
  )
}

/** What was committed just now, and where to go on. */
export const Committed: FC<EditProps> = ({ slug, committed, page: { now, csrf }, may }) =>
  committed ? (
    <div class="edit-note" role="status">
      <Alert
        tone="ok"
        actions={
          <>
            {may.run && (
              <Act action={`${scriptHref(slug)}/runs`} csrf={csrf}>
                <Button icon="play">Run it now</Button>
              </Act>
            )}
            <LinkButton href={scriptHref(slug)}>To the script</LinkButton>
          </>
        }
      >
        Committed <CommitLink id={committed.id} /> to main.{' '}
        {committed.nextTickAt === undefined ? (
          'No run is due; it runs when someone runs it.'
        ) : (
          <>
            It is next due <NextTime at={committed.nextTickAt} now={now} />.
          </>
        )}
      </Alert>
    </div>
  ) : null

/** Both versions of a file that somebody else changed meanwhile; what was typed stays in the form below. */
export const Conflict: FC<NonNullable<EditProps['conflict']>> = ({ path, theirs, yours }) => (
  <section class="stack" aria-labelledby="conflict-title">
    <div role="alert">
      <Alert tone="warn">
        <b id="conflict-title">{visibleCode(path)} was changed on main since you began.</b> Nothing was
        committed. Both versions are below. To commit yours all the same, or what you make of the two, send
        the form again; it now goes on top of what is on main.
      </Alert>
    </div>
    <div class="edit-versions">
      <Version title="Theirs, on main now" text={theirs} prefix="theirs-" />
      <Version title="Yours" text={yours} prefix="yours-" />
    </div>
  </section>
)

const Version: FC<{ title: string; text: string | null; prefix: string }> = ({ title, text, prefix }) => (
  <Sheet flush title={title}>
    {text === null ? (
      <Empty title="Removed" />
    ) : text === '' ? (
      <Empty title="Empty" />
    ) : (
      <Code label={title} lines={linesOf(text)} prefix={prefix} />
    )}
  </Sheet>
)
