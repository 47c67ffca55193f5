import type { FC } from 'hono/jsx'
import { Button, LinkButton } from '../components/button.tsx'
import { Form, FormButtons, Hidden, TextArea, TextField } from '../components/form.tsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { Tabs } from '../components/tabs.tsx'
import { Layout, type Page } from '../layout.tsx'
import { SlugField } from './_slug.tsx'
import { When, type NewFields, type SchedulePreviewProps } from './_when.tsx'

export type NewProps = {
  page: Page
  templates: { name: string; description: string; current: boolean }[]
  template: string
  /** Files that come along with the template. */
  companions: string[]
  zones: string[]
  preview: SchedulePreviewProps
  fields: NewFields
  errors: { [name in keyof NewFields | 'files' | 'whole']?: string }
}

/** A new script by form, begun from a template. */
export const NewPage: FC<NewProps> = (props) => {
  const { page, templates, template, companions, fields, errors } = props
  return (
    <Layout page={page}>
      <NewHead tab="write" />
      <nav class="templates" aria-label="Begin with">
        {templates.map(({ name, description, current }) => (
          <a
            href={`/scripts/new?template=${encodeURIComponent(name)}`}
            aria-current={current ? 'true' : undefined}
          >
            <b>{name}</b>
            <span class="under">{description}</span>
          </a>
        ))}
      </nav>
      <Form action="/scripts/new" csrf={page.csrf} error={errors.whole ?? errors.files}>
        <Hidden name="template" value={template} />
        <Sheet title="What it is">
          <div class="form">
            <SlugField slug={fields.slug} error={errors.slug} />
            <TextField
              name="description"
              label="Description (optional)"
              value={fields.description}
              error={errors.description}
            />
          </div>
        </Sheet>
        <Sheet title="When it runs">
          <When {...props} />
        </Sheet>
        <Sheet title="What it does">
          <div class="form">
            <TextArea
              name="main"
              label="main.py"
              rows={14}
              value={fields.main}
              error={errors.main}
              hint="Called as main(data, run), or as a program. It can import what lies in lib/."
            />
            <details open={fields.requirements !== '' || errors.requirements !== undefined}>
              <summary>Packages</summary>
              <TextArea
                name="requirements"
                label="requirements.txt"
                rows={3}
                value={fields.requirements}
                error={errors.requirements}
                hint="One package a line, such as requests>=2. Its environment is built before the first run."
              />
            </details>
            <details open={fields.manifest !== '' || errors.manifest !== undefined}>
              <summary>Other settings</summary>
              <TextArea
                name="manifest"
                label="script.yaml, without what is asked above"
                rows={6}
                value={fields.manifest}
                error={errors.manifest}
                hint={
                  <>
                    Such as <code>timeout: 5m</code>; all keys are in{' '}
                    <a href="/schemas/script.json">the schema</a>.
                  </>
                }
              />
            </details>
            {companions.length > 0 && (
              <p class="hint">
                With the template {companions.length === 1 ? 'comes' : 'come'}{' '}
                {companions.map((path, i) => (
                  <>
                    {i > 0 && ', '}
                    <code>{path}</code>
                  </>
                ))}
                .
              </p>
            )}
          </div>
        </Sheet>
        <TextField
          name="message"
          label="Commit message (optional)"
          value={fields.message}
          error={errors.message}
          placeholder="Add the script"
        />
        <FormButtons>
          <Button kind="primary">Create script</Button>
          <LinkButton href="/scripts">Not now</LinkButton>
        </FormButtons>
      </Form>
    </Layout>
  )
}

/** The top of the pages by which a script is made. */
export const NewHead: FC<{ tab: 'write' | 'upload' }> = ({ tab }) => (
  <>
    <Head
      above={
        <>
          <a href="/scripts">Scripts</a> /
        </>
      }
      title="New script"
      below="One commit on main; it is checked as a push would be."
    />
    <Tabs
      label="Ways to make it"
      tabs={[
        { href: '/scripts/new', name: 'Write it here', current: tab === 'write' },
        { href: '/scripts/new?by=upload', name: 'Send files', current: tab === 'upload' },
      ]}
    />
  </>
)
