import type { FC } from 'hono/jsx'

/** The first seven characters of an id that is made of its content: a commit, lock or environment. */
export const CommitId: FC<{ id: string }> = ({ id }) => (
  <span class="commit" title={id}>
    {id.slice(0, 7)}
  </span>
)

/** A commit by its first seven characters, leading to what it changed. */
export const CommitLink: FC<{ id: string }> = ({ id }) => (
  <a class="commit" href={commitHref(id)} title={id}>
    {id.slice(0, 7)}
  </a>
)

/** Where a commit is shown. */
export const commitHref = (id: string) => `/commits/${encodeURIComponent(id)}`
