import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { sentence } from '../words.ts'

/** The hidden field against forged requests. */
export const Token: FC<{ csrf: string | undefined }> = ({ csrf }) =>
  csrf === undefined ? null : <input type="hidden" name="csrf" value={csrf} />

/** A form that is only its buttons. */
export const Act: FC<PropsWithChildren<{ action: string; csrf: string | undefined }>> = ({
  action,
  csrf,
  children,
}) => (
  <form method="post" action={action} class="buttons">
    <Token csrf={csrf} />
    {children}
  </form>
)

type FieldProps = {
  name: string
  label: string
  hint?: Child
  error?: string | undefined
  value?: string | undefined
}
type InputProps = FieldProps & {
  type?: 'text' | 'password' | 'search'
  autocomplete?: string
  required?: boolean
  autofocus?: boolean
  minlength?: number
  placeholder?: string
}

/** A line of text with its label; an error stands at the field and is read with it. */
export const TextField: FC<InputProps> = ({ name, label, hint, error, value, type = 'text', ...rest }) => (
  <Field name={name} label={label} hint={hint} error={error}>
    <input
      id={`field-${name}`}
      name={name}
      type={type}
      value={value}
      {...spoken(name, hint, error)}
      {...rest}
    />
  </Field>
)

/** Several lines of text, in the fixed-width face. */
export const TextArea: FC<FieldProps & { rows?: number }> = ({
  name,
  label,
  hint,
  error,
  value,
  rows = 4,
}) => (
  <Field name={name} label={label} hint={hint} error={error}>
    <textarea
      id={`field-${name}`}
      name={name}
      rows={rows}
      class="mono"
      spellcheck={false}
      {...spoken(name, hint, error)}
    >
      {value ?? ''}
    </textarea>
  </Field>
)

/** One of a few; the empty value stands for any. */
export const Select: FC<FieldProps & { options: { value: string; name: string }[] }> = ({
  name,
  label,
  value,
  options,
}) => (
  <Field name={name} label={label}>
    <select id={`field-${name}`} name={name}>
      {options.map((option) => (
        <option value={option.value} selected={option.value === (value ?? '')}>
          {option.name}
        </option>
      ))}
    </select>
  </Field>
)

/** Yes or no, with what it means. */
export const Check: FC<{ name: string; label: string; checked?: boolean | undefined }> = ({
  name,
  label,
  checked = false,
}) => (
  <label class="check">
    <input type="checkbox" name={name} value="true" checked={checked} /> {label}
  </label>
)

const Field: FC<PropsWithChildren<FieldProps>> = ({ name, label, hint, error, children }) => (
  <div class={error ? 'field wrong' : 'field'}>
    <label for={`field-${name}`}>{label}</label>
    {children}
    {error && (
      <p class="error" id={`error-${name}`}>
        {sentence(error)}
      </p>
    )}
    {hint && (
      <p class="hint" id={`hint-${name}`}>
        {hint}
      </p>
    )}
  </div>
)

function spoken(name: string, hint: Child, error: string | undefined) {
  const ids = [error && `error-${name}`, hint && `hint-${name}`].filter(Boolean).join(' ')
  return { ...(ids && { 'aria-describedby': ids }), ...(error && { 'aria-invalid': 'true' }) }
}
