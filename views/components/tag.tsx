import type { FC, PropsWithChildren } from 'hono/jsx'

/** A short word about a thing; with `href` it leads to all that have it. */
export const Tag: FC<PropsWithChildren<{ href?: string }>> = ({ href, children }) =>
  href === undefined ? (
    <span class="tag">{children}</span>
  ) : (
    <a class="tag" href={href}>
      {children}
    </a>
  )
