import type { FC } from 'hono/jsx'
import { TextField } from '../components/form.tsx'
import { scriptHref } from './_hrefs.ts'

/** The slug, with live word on the folder that it makes. */
export const SlugField: FC<{ slug: string; error: string | undefined }> = ({ slug, error }) => (
  <div
    hx-get="/scripts/new/_slug"
    hx-trigger="load, input delay:200ms"
    hx-include="#field-slug"
    hx-target="#slug-place"
    hx-swap="outerHTML"
  >
    <TextField
      name="slug"
      label="Slug"
      value={slug}
      error={error}
      hint="Its name, and its folder below scripts/: lower-case letters, digits, - and _; dots make folders, as in finance.report."
      required
      maxlength={200}
      autocomplete="off"
      mono
      autofocus
    />
    <SlugPlace />
  </div>
)

export type SlugPlaceProps = { folder?: string; taken?: string; odd?: string }

/** Where a script of the slug will lie, or why it cannot. */
export const SlugPlace: FC<SlugPlaceProps> = ({ folder, taken, odd }) => (
  <p id="slug-place" class="hint" role="status">
    {taken !== undefined ? (
      <>
        There is <a href={scriptHref(taken)}>{taken}</a> already.
      </>
    ) : folder !== undefined ? (
      <>
        It will be <code>{folder}/</code>
      </>
    ) : (
      odd !== undefined && 'That is no slug yet.'
    )}
  </p>
)
