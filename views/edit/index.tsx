import type { FC } from 'hono/jsx'
import { Alert } from '../components/alert.tsx'
import { Button, LinkButton } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Empty } from '../components/empty.tsx'
import { Hidden, TextArea, TextField, Token } from '../components/form.tsx'
import { Head } from '../components/sheet.tsx'
import { Slug } from '../components/slug.tsx'
import { Layout, type Page } from '../layout.tsx'
import { sentence, visibleCode } from '../words.ts'
import { EditChanges, EditCheck, type CheckView } from './_check.tsx'
import { Committed, Conflict, EditFiles } from './_parts.tsx'
import { editHref, rawHref, scriptHref } from '../scripts/_hrefs.ts'

export type EditProps = {
  page: Page
  slug: string
  /** It is one file, so there is nothing to add or to rename. */
  single: boolean
  /** The commit that was read, which a commit of the form names. */
  base: string
  files: { path: string; size: number }[]
  /** The open file; its path is '' while it is new. Without a text it cannot be edited here. */
  file: { path: string; name: string; text?: string; crlf?: boolean }
  message?: string
  /** What is wrong with the form, and what is wrong with its field for the name. */
  error?: string
  nameError?: string
  check: CheckView
  /** The changes were asked for, or refused, and are shown. */
  isTried?: boolean
  conflict?: { path: string; theirs: string | null; yours: string | null }
  committed?: { id: string; nextTickAt?: number }
  may: { run: boolean }
}

/** The files of a script in a form that works as it is; where JavaScript is, an editor takes its place. */
export const EditPage: FC<EditProps> = (props) => {
  const { page, slug, file, check } = props
  return (
    <Layout page={page}>
      <Head
        above={
          <>
            <a href="/scripts">Scripts</a> / <a href={scriptHref(slug)}>{<Slug slug={slug} />}</a> /
          </>
        }
        title="Edit"
        actions={<LinkButton href={scriptHref(slug)}>Back to the script</LinkButton>}
      />
      <Committed {...props} />
      <div id="edit-notes" class="stack" role="status"></div>
      <form
        id="edit"
        class="edit"
        method="post"
        action={editHref(slug, file.path || undefined)}
        data-edit=""
        data-slug={slug}
        data-who={page.actor?.name}
        data-single={props.single ? '' : undefined}
      >
        <Token csrf={page.csrf} />
        {/* What Enter in a field presses is the first button, which must not be the one that deletes. */}
        <button class="unseen" name="do" value="preview" tabindex={-1} aria-hidden="true">
          Show the changes
        </button>
        <Hidden name="base" value={props.base} />
        <Hidden name="path" value={file.path} />
        <Bar />
        <div class="edit-grid">
          <EditFiles {...props} />
          <div class="stack edit-main">
            <Problem {...props} />
            {props.conflict && <Conflict {...props.conflict} />}
            <File {...props} />
          </div>
          <EditCheck check={check} now={page.now} />
        </div>
        <Merge />
        <Templates />
        <Dialog id="commit" title="Commit to main">
          <div class="stack">
            <div data-edit-dialog-notes="" role="alert"></div>
            <div data-edit-dialog=""></div>
          </div>
        </Dialog>
      </form>
    </Layout>
  )
}

/** What there is to commit, and the way to it; shown by the page's script. */
const Bar: FC = () => (
  <div class="edit-bar" data-edit-bar="" hidden>
    <p data-edit-summary="" role="status"></p>
    <div class="buttons">
      <button type="button" class="button plain" data-edit-discard="">
        Discard
      </button>
      <button type="button" class="button primary" data-edit-review="">
        Review and commit
      </button>
    </div>
  </div>
)

const Problem: FC<EditProps> = ({ error, check, isTried }) => {
  const refused = isTried && check.problems.length > 0
  if (!error && !refused) return null
  return (
    <div role="alert">
      <Alert tone="bad">
        {error
          ? sentence(error)
          : 'A commit of this would be refused. What is wrong is listed beside the text.'}
      </Alert>
    </div>
  )
}

const File: FC<EditProps> = (props) => {
  const { file, slug, single, nameError } = props
  const isNew = file.path === ''
  return (
    <>
      <section class="sheet flush edit-file" aria-label="The open file">
        <div class="edit-name">
          <TextField
            name="name"
            label={isNew ? 'Name of the new file' : 'File'}
            value={file.name}
            error={nameError}
            readonly={single}
            required
            mono
            {...(isNew ? { placeholder: 'part.py, or folder/part.py', autofocus: true } : {})}
          />
          {!isNew && !single && (
            <Button name="do" value="delete" label={`Delete ${visibleCode(file.path)}`}>
              Delete
            </Button>
          )}
        </div>
        <Text {...props} />
        <p class="log-note edit-foot">
          <span data-edit-language=""></span>
          <span data-edit-keys="" hidden>
            <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor, <kbd>Ctrl</kbd> <kbd>S</kbd> reviews
          </span>
        </p>
      </section>
      <div class="stack" data-edit-commit="" hidden={file.text === undefined}>
        <EditChanges check={props.isTried ? props.check : undefined} />
        <TextArea
          prose
          name="message"
          label="Commit message"
          rows={2}
          value={props.message}
          placeholder={`Edit ${slug}: ${file.name || 'part.py'}`}
          hint="Left empty, it is what stands there in grey."
        />
        <div class="buttons">
          <Button kind="primary" name="do" value="commit">
            Commit to main
          </Button>
          <Button name="do" value="preview">
            Show the changes
          </Button>
        </div>
      </div>
    </>
  )
}

const Text: FC<EditProps> = ({ slug, base, file: { text, crlf, name, path } }) =>
  text === undefined ? (
    <div class="edit-text">
      <NotText href={rawHref(slug, path, base)} />
    </div>
  ) : (
    <div class="edit-text">
      <label class="unseen" for="field-content">
        Text of {visibleCode(name) || 'the new file'}
      </label>
      <textarea
        id="field-content"
        name="content"
        class="mono"
        rows={24}
        spellcheck={false}
        data-crlf={crlf ? '' : undefined}
      >
        {/* HTML drops a newline right after the tag. */}
        {text.startsWith('\n') ? `\n${text}` : text}
      </textarea>
    </div>
  )

/** The bytes of a file that is no UTF-8 would come back as others, so it is not edited. */
const NotText: FC<{ href: string }> = ({ href }) => (
  <Empty title="This file cannot be edited here">
    <p>
      It is not text in UTF-8, or too large. It can be deleted here, and replaced with git.{' '}
      <a href={href} download="">
        Download it
      </a>
    </p>
  </Empty>
)

/** What the page's script shows only at times. */
const Templates: FC = () => (
  <>
    <template data-edit-not-text="">
      <NotText href="" />
    </template>
    <template data-edit-removed="">
      <Empty title="Deleted with the next commit" />
    </template>
    <template data-edit-alert="">
      <Alert tone="warn" actions={<></>}>
        <span data-edit-words=""></span>
      </Alert>
    </template>
  </>
)

/** Two versions of a file beside each other, where somebody else changed it meanwhile; shown by the page's script. */
const Merge: FC = () => (
  <section class="sheet flush" data-edit-merge="" aria-labelledby="edit-merge-title" hidden>
    <header>
      <h2 id="edit-merge-title" data-edit-merge-title="" tabindex={-1}></h2>
    </header>
    <p class="edit-merge-words" data-edit-merge-words=""></p>
    <div class="edit-merge-heads" data-edit-merge-heads="">
      <b>Theirs, on main now</b>
      <b>Yours, to be committed</b>
    </div>
    <div class="edit-merge-host" data-edit-merge-host=""></div>
    <div class="buttons edit-merge-ways">
      <button type="button" class="button primary" value="merged">
        Use this text
      </button>
      <button type="button" class="button plain" value="mine">
        Keep mine as it was
      </button>
      <button type="button" class="button plain" value="theirs">
        Take theirs
      </button>
    </div>
  </section>
)
