import type { FC } from 'hono/jsx'
import { Button } from '../components/button.tsx'
import { Ask, NotNow } from '../components/dialog.tsx'
import { Form, FormButtons, TextField } from '../components/form.tsx'
import { Head } from '../components/sheet.tsx'
import { Slug } from '../components/slug.tsx'
import { Layout, type Page } from '../layout.tsx'
import { scriptHref } from './_hrefs.ts'

export type DeleteProps = {
  page: Page
  slug: string
  files: number
  typed?: string
  errors?: { slug?: string; whole?: string }
}

/** Asks for the slug before a script is taken away. */
export const DeletePage: FC<DeleteProps> = ({ page, slug, files, typed, errors = {} }) => (
  <Layout page={page}>
    <Head
      above={
        <>
          <a href="/scripts">Scripts</a> / <a href={scriptHref(slug)}>{slug}</a> /
        </>
      }
      title={
        <>
          Delete <Slug slug={slug} />
        </>
      }
    />
    <Ask
      title={`Delete ${slug}`}
      lead={`A commit takes away ${files === 1 ? 'its one file' : `its ${files} files`}. Its schedules end, what is queued is cancelled, what runs ends by itself. Its history stays, and a commit brings it back.`}
    >
      <Form action={`${scriptHref(slug)}/delete`} csrf={page.csrf} error={errors.whole}>
        <TextField
          name="slug"
          label="Type its slug to confirm"
          value={typed}
          error={errors.slug}
          hint={<code>{slug}</code>}
          autocomplete="off"
          required
          mono
        />
        <FormButtons>
          <Button kind="danger">Delete it</Button>
          <NotNow back={scriptHref(slug)} />
        </FormButtons>
      </Form>
    </Ask>
  </Layout>
)
