import type { FC } from 'hono/jsx'
import { Button, LinkButton } from '../components/button.tsx'
import { Empty } from '../components/empty.tsx'
import { Form, FormButtons, TextArea, TextField } from '../components/form.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { Slug } from '../components/slug.tsx'
import { Table, type Column } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { Layout, type Page } from '../layout.tsx'
import { scriptHref } from '../scripts/_hrefs.ts'

export type SecretRow = { name: string; scripts: string[]; changedAt: number; changedBy: string }

export type SecretsProps = {
  page: Page
  rows: SecretRow[]
  /** Absent for who may not set one. What was typed, but never a value. */
  form?: { name?: string; scripts?: string; errors: { [field in SecretField | 'whole']?: string } }
}
export type SecretField = 'name' | 'value' | 'scripts'

/** The secrets by name with the scripts that they are granted to, and a form that sets one. */
export const SecretsPage: FC<SecretsProps> = ({ page, rows, form }) => (
  <Layout page={page}>
    <div class="stack">
      <Head title="Secrets" below="Values that scripts are given, and nobody is told again." />
      <Sheet flush>
        {rows.length > 0 ? (
          <Table
            caption="Secrets"
            columns={columnsOf(page.now, form !== undefined)}
            rows={rows}
            idOf={({ name }) => `secret-${name}`}
          />
        ) : (
          <Empty title="There is no secret yet">
            <p>
              {form ? 'Set one below' : 'An admin sets one here'}; a script then asks for it in its{' '}
              <code>script.yaml</code>: <code>secrets: [SMTP_PASSWORD]</code>.
            </p>
          </Empty>
        )}
      </Sheet>
      {form && <SetSecret csrf={page.csrf} {...form} />}
    </div>
  </Layout>
)

const columnsOf = (now: number, maySet: boolean): Column<SecretRow>[] => [
  { name: 'Name', cell: ({ name }) => <code>{name}</code>, card: 'lead' },
  { name: 'Granted to', cell: ({ scripts }) => <Grants scripts={scripts} />, card: 'body', grow: true },
  {
    name: 'Last changed',
    cell: ({ changedAt, changedBy }) => (
      <>
        <Time at={changedAt} now={now} /> <span class="quiet">by {changedBy}</span>
      </>
    ),
    card: 'more',
  },
  ...(maySet ? [ACTIONS] : []),
]

const ACTIONS: Column<SecretRow> = {
  name: 'Actions',
  silent: true,
  card: 'act',
  cell: ({ name }) => (
    <div class="buttons">
      <LinkButton
        small
        href={`/secrets?name=${encodeURIComponent(name)}#set`}
        label={`Set anew the value and scripts of ${name}`}
      >
        Set anew
      </LinkButton>
      <LinkButton
        small
        kind="danger"
        href={`/secrets/${encodeURIComponent(name)}/delete`}
        label={`Delete … ${name}`}
        asks
      >
        Delete …
      </LinkButton>
    </div>
  ),
}

const Grants: FC<{ scripts: string[] }> = ({ scripts }) =>
  scripts.length === 0 ? (
    <span class="quiet">no script</span>
  ) : (
    <>
      {scripts.map((slug, i) => (
        <>
          {i > 0 && ', '}
          <a href={scriptHref(slug)}>
            <Slug slug={slug} />
          </a>
        </>
      ))}
    </>
  )

type SetProps = NonNullable<SecretsProps['form']> & { csrf: string | undefined }

const SetSecret: FC<SetProps> = ({ csrf, name, scripts, errors }) => (
  <Sheet title="Set a secret" id="set">
    <Form action="/secrets" csrf={csrf} error={errors.whole} label="Set a secret">
      <TextField
        name="name"
        label="Name"
        value={name}
        error={errors.name}
        hint="The variable in which scripts find it, such as SMTP_PASSWORD."
        autocomplete="off"
        maxlength={128}
        required
        mono
      />
      <TextArea
        name="value"
        label="Value"
        rows={3}
        error={errors.value}
        hint="At least 6 characters. It takes the place of an earlier one, and is not shown again."
        required
      />
      <TextField
        name="scripts"
        label="Granted to"
        value={scripts}
        error={errors.scripts}
        hint="Slugs with commas between; these scripts and no others. They need not exist yet."
        autocomplete="off"
        placeholder="finance.report, finance.load"
        mono
      />
      <FormButtons>
        <Button kind="primary">Set this secret</Button>
      </FormButtons>
    </Form>
  </Sheet>
)
