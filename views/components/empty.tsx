import type { Child, FC, PropsWithChildren } from 'hono/jsx'

/** What stands where there is nothing yet: says so, what would change it, and offers it. */
export const Empty: FC<PropsWithChildren<{ title: string; actions?: Child }>> = ({
  title,
  actions,
  children,
}) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
    {actions && <div class="buttons">{actions}</div>}
  </div>
)
