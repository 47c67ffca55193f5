import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { sentence } from '../words.ts'

type FieldProps = {
  name: string
  label: string
  /** What it is for and how it is written. */
  hint?: Child
  /** What is wrong with what was typed, and what to do; the field then has the focus. */
  error?: string | undefined
  /** What was typed, or what it begins with. */
  value?: string | undefined
  /** Of the element, where a name stands twice on a page. */
  id?: string
}
type InputProps = FieldProps & {
  type?: 'text' | 'password' | 'search' | 'email' | 'url' | 'number' | 'date' | 'datetime-local'
  autocomplete?: string
  required?: boolean
  autofocus?: boolean
  minlength?: number
  maxlength?: number
  min?: string
  max?: string
  pattern?: string
  readonly?: boolean
  placeholder?: string
  /** The id of a `datalist` with what may be meant. */
  list?: string
  mono?: boolean
}

/** A line of text with its label; an error stands at the field and is read with it. */
export const TextField: FC<InputProps> = (props) => {
  const { name, label, hint, error, value, id, type = 'text', mono, autofocus, ...rest } = props
  return (
    <Field name={name} label={label} hint={hint} error={error} {...(id ? { id } : {})}>
      <input
        {...named(props)}
        type={type}
        value={value}
        class={mono ? 'mono' : undefined}
        autofocus={autofocus || Boolean(error)}
        {...rest}
      />
    </Field>
  )
}

type AreaProps = FieldProps & {
  rows?: number
  required?: boolean
  placeholder?: string
  autofocus?: boolean
  /** In the face of prose, for messages. */
  prose?: boolean
}

/** Several lines of text, in the fixed-width face. */
export const TextArea: FC<AreaProps> = (props) => {
  const { value, rows = 4, prose, error, autofocus, required, placeholder } = props
  return (
    <Field {...props}>
      <textarea
        {...named(props)}
        rows={rows}
        class={prose ? undefined : 'mono'}
        spellcheck={prose ?? false}
        required={required}
        placeholder={placeholder}
        autofocus={autofocus || Boolean(error)}
      >
        {/* HTML drops a newline right after the tag. */}
        {value?.startsWith('\n') ? `\n${value}` : (value ?? '')}
      </textarea>
    </Field>
  )
}

export type Option = { value: string; name: string }

/** One of a few; the empty value stands for any. */
export const Select: FC<FieldProps & { options: Option[] }> = (props) => (
  <Field {...props}>
    <select {...named(props)}>
      {props.options.map(({ value, name }) => (
        <option value={value} selected={value === (props.value ?? '')}>
          {name}
        </option>
      ))}
    </select>
  </Field>
)

/** One of very few that are worth seeing side by side, each with what it means. */
export const Choice: FC<FieldProps & { options: (Option & { hint?: string })[] }> = (props) => {
  const { name, label, hint, error, value, options, id = `field-${name}` } = props
  return (
    <fieldset class={error ? 'field wrong' : 'field'} {...spoken(id, hint, error)}>
      <legend>{label}</legend>
      {options.map((option, i) => (
        <label class="check">
          <input
            type="radio"
            name={name}
            value={option.value}
            id={`${id}-${i}`}
            checked={option.value === (value ?? options[0]?.value)}
          />
          <span>
            {option.name}
            {option.hint && <span class="hint">{option.hint}</span>}
          </span>
        </label>
      ))}
      <Notes id={id} hint={hint} error={error} />
    </fieldset>
  )
}

/** A file to send; a browser never keeps it, so the hint says so after an error. */
export const FileField: FC<FieldProps & { accept?: string; multiple?: boolean; required?: boolean }> = (
  props,
) => {
  const { error, accept, multiple, required } = props
  const hint = error ? 'Choose it again: browsers do not keep files.' : props.hint
  return (
    <Field {...props} hint={hint}>
      <input
        {...named({ ...props, hint })}
        type="file"
        accept={accept}
        multiple={multiple}
        required={required}
      />
    </Field>
  )
}

/** Yes or no, with what it means. */
export const Check: FC<{ name: string; label: Child; checked?: boolean | undefined; hint?: Child }> = ({
  name,
  label,
  checked = false,
  hint,
}) => (
  <label class="check">
    <input type="checkbox" name={name} value="true" checked={checked} />{' '}
    <span>
      {label}
      {hint && <span class="hint">{hint}</span>}
    </span>
  </label>
)

/** What a form carries along unseen. */
export const Hidden: FC<{ name: string; value: string | undefined }> = ({ name, value }) =>
  value === undefined ? null : <input type="hidden" name={name} value={value} />

/** Label, control, error and hint in that order; for controls of one's own, give them `id="field-<name>"`. */
export const Field: FC<PropsWithChildren<FieldProps>> = ({
  name,
  label,
  hint,
  error,
  id = `field-${name}`,
  children,
}) => (
  <div class={error ? 'field wrong' : 'field'}>
    <label for={id}>{label}</label>
    {children}
    <Notes id={id} hint={hint} error={error} />
  </div>
)

const Notes: FC<{ id: string; hint?: Child; error?: string | undefined }> = ({ id, hint, error }) => (
  <>
    {error && (
      <p class="error" id={noteId('error', id)}>
        {sentence(error)}
      </p>
    )}
    {hint && (
      <p class="hint" id={noteId('hint', id)}>
        {hint}
      </p>
    )}
  </>
)

const noteId = (kind: 'error' | 'hint', id: string) => `${kind}-${id.replace(/^field-/, '')}`

function named({ name, hint, error, id = `field-${name}` }: FieldProps) {
  return { id, name, ...spoken(id, hint, error) }
}

function spoken(id: string, hint: Child, error: string | undefined) {
  const ids = [error && noteId('error', id), hint && noteId('hint', id)].filter(Boolean).join(' ')
  return { ...(ids && { 'aria-describedby': ids }), ...(error && { 'aria-invalid': 'true' }) }
}
