import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'bad' | 'warn' | 'ok' | 'note'

const ICONS: Record<Tone, IconName> = { bad: 'cross', warn: 'warning', ok: 'check', note: 'pause' }

/** What is wrong or worth knowing, and below it the steps that it offers. */
export const Alert: FC<PropsWithChildren<{ tone: Tone; icon?: IconName; actions?: Child }>> = ({
  tone,
  icon,
  actions,
  children,
}) => (
  <div class={`alert ${tone}`}>
    <Icon name={icon ?? ICONS[tone]} size={16} />
    <div class="alert-body">{children}</div>
    {actions && <div class="buttons">{actions}</div>}
  </div>
)
