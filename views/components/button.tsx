import type { FC, PropsWithChildren } from 'hono/jsx'
import { Icon, type IconName } from './icon.tsx'

type Looks = { kind?: 'primary' | 'plain' | 'danger'; small?: boolean; icon?: IconName }
type ButtonProps = Looks & {
  name?: string
  value?: string
  /** What it does, where its text alone does not say to what. Begins with the text. */
  label?: string
  disabled?: boolean
}

/** A button that submits its form; `name` and `value` say which one it was. One `primary` to a page. */
export const Button: FC<PropsWithChildren<ButtonProps>> = ({
  name,
  value,
  label,
  disabled,
  icon,
  children,
  ...looks
}) => (
  <button class={classOf(looks)} name={name} value={value} aria-label={label} disabled={disabled}>
    {icon && <Icon name={icon} />}
    {children}
  </button>
)

type LinkProps = Looks & {
  href: string
  download?: boolean
  label?: string
  /** The page behind it is one question (`Ask`): with JavaScript it is asked in a dialog on this page. */
  asks?: boolean
}

/** A link that looks like a button, for what only leads somewhere. */
export const LinkButton: FC<PropsWithChildren<LinkProps>> = ({
  href,
  download,
  label,
  asks,
  icon,
  children,
  ...looks
}) => (
  <a
    class={classOf(looks)}
    href={href}
    download={download}
    aria-label={label}
    data-dialog={asks ? '' : undefined}
    aria-haspopup={asks ? 'dialog' : undefined}
  >
    {icon && <Icon name={icon} />}
    {children}
  </a>
)

/** Puts a text on the clipboard; there only where JavaScript is. */
export const CopyButton: FC<{ text: string; label?: string }> = ({ text, label = 'Copy' }) => (
  <button class="button plain small copy" type="button" data-copy={text}>
    <Icon name="copy" />
    <span>{label}</span>
  </button>
)

const classOf = ({ kind = 'plain', small }: Looks) => `button ${kind}${small ? ' small' : ''}`
