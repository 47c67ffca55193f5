import type { FC } from 'hono/jsx'
import { Button } from '../components/button.tsx'
import { Ask, NotNow } from '../components/dialog.tsx'
import { Form, FormButtons, Hidden, TextField } from '../components/form.tsx'
import { Head } from '../components/sheet.tsx'
import { Slug } from '../components/slug.tsx'
import { Layout, type Page } from '../layout.tsx'
import { scriptHref } from './_hrefs.ts'

export type PauseProps = {
  page: Page
  slug: string
  reason?: string
  /** As `datetime-local` has it, in UTC. */
  until?: string
  /** Where it was asked, to come back to; absent: the script's page. */
  next?: string
  errors?: { reason?: string; until?: string; whole?: string }
}

/** Asks why a script is paused, and until when. */
export const PausePage: FC<PauseProps> = ({ page, slug, reason, until, next, errors = {} }) => (
  <Layout page={page}>
    <Head
      above={
        <>
          <a href="/scripts">Scripts</a> / <a href={scriptHref(slug)}>{slug}</a> /
        </>
      }
      title={
        <>
          Pause <Slug slug={slug} />
        </>
      }
    />
    <Ask
      title={`Pause ${slug}`}
      lead="A commit to its manifest. Its ticks are recorded as skipped; it can still be run by hand."
    >
      <Form action={`${scriptHref(slug)}/pause`} csrf={page.csrf} error={errors.whole}>
        <Hidden name="next" value={next} />
        <TextField
          name="reason"
          label="Why"
          value={reason}
          error={errors.reason}
          hint="For whoever wonders later."
          required
          maxlength={500}
        />
        <TextField
          name="until"
          label="Until, UTC (optional)"
          type="datetime-local"
          value={until}
          error={errors.until}
          hint="It goes on by itself then. Empty: until somebody resumes it."
        />
        <FormButtons>
          <Button kind="primary" icon="pause">
            Pause it
          </Button>
          <NotNow back={next ?? scriptHref(slug)} />
        </FormButtons>
      </Form>
    </Ask>
  </Layout>
)
