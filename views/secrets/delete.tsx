import type { FC } from 'hono/jsx'
import { Button } from '../components/button.tsx'
import { Ask, NotNow } from '../components/dialog.tsx'
import { Form, FormButtons } from '../components/form.tsx'
import { Head } from '../components/sheet.tsx'
import { Layout, type Page } from '../layout.tsx'

/** Asks before a secret is gone for good. */
export const DeleteSecretPage: FC<{ page: Page; name: string; scripts: string[] }> = ({
  page,
  name,
  scripts,
}) => (
  <Layout page={page}>
    <Head
      above={
        <>
          <a href="/secrets">Secrets</a> /
        </>
      }
      title={`Delete ${name}`}
    />
    <Ask
      title={`Delete ${name}`}
      lead={`Its value cannot be had again. ${
        scripts.length === 0
          ? 'No script is granted it.'
          : `Runs of ${scripts.join(', ')} that ask for it are refused from now on.`
      }`}
    >
      <Form action={`/secrets/${encodeURIComponent(name)}/delete`} csrf={page.csrf}>
        <FormButtons>
          <Button kind="danger">Delete it</Button>
          <NotNow back="/secrets" />
        </FormButtons>
      </Form>
    </Ask>
  </Layout>
)
