import type { FC, PropsWithChildren } from 'hono/jsx'
import { Icon, type IconName } from './icon.tsx'

type Looks = { kind?: 'primary' | 'plain' | 'danger'; small?: boolean; icon?: IconName }

/** A button that submits its form; `name` and `value` say which one it was. */
export const Button: FC<PropsWithChildren<Looks & { name?: string; value?: string; label?: string }>> = ({
  name,
  value,
  label,
  icon,
  children,
  ...looks
}) => (
  <button class={classOf(looks)} name={name} value={value} aria-label={label}>
    {icon && <Icon name={icon} />}
    {children}
  </button>
)

/** A link that looks like a button, for what only leads somewhere. */
export const LinkButton: FC<PropsWithChildren<Looks & { href: string; download?: boolean }>> = ({
  href,
  download,
  icon,
  children,
  ...looks
}) => (
  <a class={classOf(looks)} href={href} download={download}>
    {icon && <Icon name={icon} />}
    {children}
  </a>
)

const classOf = ({ kind = 'plain', small }: Looks) => `button ${kind}${small ? ' small' : ''}`
