import type { FC } from 'hono/jsx'
import type { Problem } from '../../src/base/index.ts'
import { Alert } from '../components/alert.tsx'
import { Button, LinkButton } from '../components/button.tsx'
import { FileField, Form, FormButtons, TextField } from '../components/form.tsx'
import { Problems } from '../components/problems.tsx'
import { Sheet } from '../components/sheet.tsx'
import { Layout, type Page } from '../layout.tsx'
import { SlugField } from './_slug.tsx'
import { NewHead } from './new.tsx'

export type UploadProps = {
  page: Page
  slug: string
  message: string
  errors: { slug?: string; whole?: string; problems?: Problem[] }
}

/** A new script of files that are sent. */
export const UploadPage: FC<UploadProps> = ({ page, slug, message, errors }) => (
  <Layout page={page}>
    <NewHead tab="upload" />
    {errors.problems && errors.problems.length > 0 && (
      <div class="above-form" role="alert">
        <Alert tone="bad">
          <b>{errors.whole}; nothing was committed.</b> Mend them and choose them again: browsers keep no
          files.
          <Problems problems={errors.problems} />
        </Alert>
      </div>
    )}
    <Form
      action="/scripts/new/upload"
      csrf={page.csrf}
      upload
      {...(errors.problems?.length ? {} : { error: errors.whole })}
    >
      <Sheet title="What it is">
        <SlugField slug={slug} error={errors.slug} />
      </Sheet>
      <Sheet title="A whole folder">
        <div class="field">
          <label for="field-folder">Folder</label>
          <input
            id="field-folder"
            name="folder"
            type="file"
            multiple
            {...{ webkitdirectory: '' }}
            aria-describedby="hint-folder"
          />
          <p class="hint" id="hint-folder">
            With main.py at its top. What tools leave in it (.git, __pycache__, virtual environments) is not
            taken.
          </p>
        </div>
      </Sheet>
      <Sheet title="Or single files">
        <div class="form">
          <FileField name="main" label="main.py" accept=".py" hint="The script itself." />
          <FileField name="trigger" label="trigger.py" accept=".py" hint="Its gate, if it has one." />
          <FileField name="requirements" label="requirements.txt" accept=".txt" />
          <FileField
            name="manifest"
            label="script.yaml"
            accept=".yaml,.yml"
            hint="Its schedule and settings."
          />
          <FileField
            name="files"
            label="Others"
            multiple
            hint="Modules, a README.md, data; each under its own name."
          />
        </div>
      </Sheet>
      <p class="hint">Up to 500 files of 1 MiB each, 16 MiB together; git push takes more.</p>
      <TextField
        name="message"
        label="Commit message (optional)"
        value={message}
        placeholder="Add the script"
      />
      <FormButtons>
        <Button kind="primary">Create script</Button>
        <LinkButton href="/scripts">Not now</LinkButton>
      </FormButtons>
    </Form>
  </Layout>
)
