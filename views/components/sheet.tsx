import type { Child, FC, PropsWithChildren } from 'hono/jsx'

/** A titled part of a page; `flush` for tables and lists that reach its edges. */
export const Sheet: FC<
  PropsWithChildren<{ title?: string; id?: string; aside?: Child; flush?: boolean }>
> = ({ title, id, aside, flush, children }) => (
  <section class={flush ? 'sheet flush' : 'sheet'} id={id}>
    {title && (
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
    )}
    {children}
  </section>
)

/** The top of a page: where one is, what it is, how it stands, what can be done. */
export const Head: FC<{ above?: Child; title: Child; below?: Child; actions?: Child }> = ({
  above,
  title,
  below,
  actions,
}) => (
  <header class="top">
    <div class="top-words">
      {above && <div class="above">{above}</div>}
      <h1>{title}</h1>
      {below && <div class="below">{below}</div>}
    </div>
    {actions && <div class="buttons">{actions}</div>}
  </header>
)
