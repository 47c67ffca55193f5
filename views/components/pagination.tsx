import type { FC } from 'hono/jsx'

type Props = {
  firstHref?: string | undefined
  nextHref?: string | undefined
  /** What the steps are called, in the list's own order. */
  words: { first: string; next: string }
}

/** Steps through a list by its cursor: back to its beginning, on to the next part. */
export const Pagination: FC<Props> = ({ firstHref, nextHref, words }) =>
  firstHref || nextHref ? (
    <nav class="pagination" aria-label="Parts of the list">
      {firstHref && (
        <a class="button plain" href={firstHref}>
          {words.first}
        </a>
      )}
      {nextHref && (
        <a class="button plain" href={nextHref} rel="next">
          {words.next}
        </a>
      )}
    </nav>
  ) : null
