import type { FC, PropsWithChildren } from 'hono/jsx'
import { sentence } from '../words.ts'
import { Alert } from './alert.tsx'

export { Check, Choice, Field, FileField, Hidden, Select, TextArea, TextField } from './field.tsx'

/** The hidden field against forged requests. */
export const Token: FC<{ csrf: string | undefined }> = ({ csrf }) =>
  csrf === undefined ? null : <input type="hidden" name="csrf" value={csrf} />

type FormProps = {
  action: string
  csrf: string | undefined
  /** What is wrong with the whole; what is wrong with one field is said at the field. */
  error?: string | undefined
  /** It carries files. */
  upload?: boolean
  /** Names it to screen readers, where several stand on a page. */
  label?: string
  id?: string
}

/** A form that changes something, one field below the other; end it with `FormButtons`. */
export const Form: FC<PropsWithChildren<FormProps>> = ({
  action,
  csrf,
  error,
  upload,
  label,
  id,
  children,
}) => (
  <form
    method="post"
    action={action}
    class="form"
    id={id}
    aria-label={label}
    enctype={upload ? 'multipart/form-data' : undefined}
  >
    <Token csrf={csrf} />
    {error && (
      <div role="alert">
        <Alert tone="bad">{sentence(error)}</Alert>
      </div>
    )}
    {children}
  </form>
)

/** The end of a form: its buttons, the one that does it first. */
export const FormButtons: FC<PropsWithChildren> = ({ children }) => (
  <div class="buttons form-end">{children}</div>
)

/**
 * A form that is only its buttons. With `stay` it is sent by htmx and the page stays as it is: what came of it is told by
 * a toast, and what it changed comes over the live connection. Answer with `done` (`src/web/pages/flash.ts`).
 */
export const Act: FC<PropsWithChildren<{ action: string; csrf: string | undefined; stay?: boolean }>> = ({
  action,
  csrf,
  stay,
  children,
}) => (
  <form
    method="post"
    action={action}
    class="buttons"
    {...(stay ? { 'hx-post': action, 'hx-swap': 'none', 'hx-disabled-elt': 'find button' } : {})}
  >
    <Token csrf={csrf} />
    {children}
  </form>
)
