import type { FC } from 'hono/jsx'

export type Tab = { href: string; name: string; count?: number; current?: boolean }

/** Links between the pages of one thing. */
export const Tabs: FC<{ label: string; tabs: Tab[] }> = ({ label, tabs }) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map(({ href, name, count, current }) => (
      <a href={href} aria-current={current ? 'page' : undefined}>
        {name}
        {count !== undefined && <span class="tag">{count}</span>}
      </a>
    ))}
  </nav>
)
