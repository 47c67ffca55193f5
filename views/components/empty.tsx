import type { FC, PropsWithChildren } from 'hono/jsx'

/** What stands where there is nothing yet: says so, and what would change it. */
export const Empty: FC<PropsWithChildren<{ title: string }>> = ({ title, children }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
)
