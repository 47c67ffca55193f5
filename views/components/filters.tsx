import type { FC, PropsWithChildren } from 'hono/jsx'
import { Button } from './button.tsx'

type Props = {
  /** The page with the list; the filters go into its address. */
  action: string
  /** The id of the list that is swapped. */
  target: string
  /** The names of the fields that are typed into; the list follows while one types. */
  typed: string[]
  /** Ids outside the list that change with it. */
  also?: string[]
  /** Something is filtered, so that there is something to clear. */
  active: boolean
  button?: string
}

/**
 * The filters of a list, as fields: typed or chosen, they swap the list and go into the address, so that a view can be
 * sent to somebody and going back undoes it. Without JavaScript the button sends them.
 */
export const Filters: FC<PropsWithChildren<Props>> = ({
  action,
  target,
  typed,
  also = [],
  active,
  button = 'Filter',
  children,
}) => {
  const clear = `${target}-clear`
  return (
    <form
      method="get"
      action={action}
      class="filters"
      role="search"
      hx-get={action}
      hx-trigger={[
        ...typed.map((name) => `input changed delay:250ms from:#field-${name}`),
        'change',
        'submit',
      ].join(', ')}
      hx-target={`#${target}`}
      hx-select={`#${target}`}
      hx-select-oob={[clear, ...also].map((id) => `#${id}`).join(',')}
      hx-swap="outerHTML"
      hx-push-url="true"
    >
      {children}
      <Button>{button}</Button>
      <span class="filters-clear" id={clear}>
        {active && <a href={action}>Clear</a>}
      </span>
    </form>
  )
}
