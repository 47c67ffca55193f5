import type { FC } from 'hono/jsx'

/** The first seven characters of a commit's id, the whole of it on demand. */
export const CommitId: FC<{ id: string }> = ({ id }) => (
  <span class="commit" title={id}>
    {id.slice(0, 7)}
  </span>
)
