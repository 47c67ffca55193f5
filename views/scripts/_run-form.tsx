import type { FC } from 'hono/jsx'
import { Button } from '../components/button.tsx'
import { Check, Form, FormButtons, Select, TextArea, TextField } from '../components/form.tsx'
import { Sheet } from '../components/sheet.tsx'
import type { ScriptView } from './_facts.tsx'
import { scriptHref } from './_hrefs.ts'

/** A member of the input that is simple enough for a field of its own. */
export type InputField = {
  name: string
  label: string
  kind: 'text' | 'date' | 'email' | 'url' | 'number' | 'choice' | 'yes-no'
  required: boolean
  hint?: string
  /** Of a choice; the empty value stands for none. */
  options?: { value: string; name: string }[]
  value?: string
  error?: string
}

export type RunFormProps = {
  script: ScriptView
  csrf: string | undefined
  /** From the input schema; none where it has none, or is not that simple. */
  fields: InputField[]
  /** The input schema as JSON, to read beside the form. */
  schema?: string
  /** What was typed as JSON, or what it begins with, and what is wrong with it. */
  json?: string
  error?: string
  force?: boolean
}

/** Runs the script by hand, with input by field or as JSON. */
export const RunForm: FC<RunFormProps> = ({ script, csrf, fields, schema, json, error, force }) => (
  <Sheet title="Run with input" id="run">
    <Form action={`${scriptHref(script.slug)}/runs`} csrf={csrf} label="Run with input">
      {fields.map((field) => (
        <Input field={field} />
      ))}
      {fields.length > 0 ? (
        <details open={Boolean(error ?? json)}>
          <summary>As JSON instead</summary>
          <Json json={json} error={error} hint="Where this is filled in, the fields above do not count." />
        </details>
      ) : (
        <Json json={json} error={error} hint={JSON_HINT} />
      )}
      {schema && (
        <details>
          <summary>What it may be</summary>
          <pre class="json" tabindex={0} role="region" aria-label="Input schema">
            {schema}
          </pre>
        </details>
      )}
      {script.gate && <Check name="force" label="Run even if the gate says no" checked={force} />}
      <FormButtons>
        <Button icon="play">Run with this</Button>
      </FormButtons>
    </Form>
  </Sheet>
)

const JSON_HINT = (
  <>
    Found in <code>run.input</code>; may be empty.
  </>
)

const Json: FC<{ json: string | undefined; error: string | undefined; hint: FieldHint }> = (props) => (
  <TextArea
    name="input"
    label="Input, as JSON"
    rows={4}
    value={props.json}
    error={props.error}
    hint={props.hint}
  />
)
type FieldHint = Parameters<typeof TextArea>[0]['hint']

const Input: FC<{ field: InputField }> = ({ field }) => {
  const { kind, hint, value, error, options = [], required } = field
  const name = `input.${field.name}`
  const label = required ? field.label : `${field.label} (optional)`
  const shown = { name, label, error, ...(hint ? { hint } : {}) }
  switch (kind) {
    case 'yes-no':
      return <Check name={name} label={field.label} checked={value === 'true'} {...(hint ? { hint } : {})} />
    case 'choice':
      return <Select {...shown} value={value} options={options} />
    // As text, since what a browser makes of a number depends on where it stands.
    case 'number':
      return <TextField {...shown} value={value} mono />
    case 'text':
    case 'date':
    case 'email':
    case 'url':
      return <TextField {...shown} type={kind} value={value} />
  }
}
