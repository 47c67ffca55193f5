import type { FC } from 'hono/jsx'

/** A slug, which breaks after a dot, dash or underscore where it has to break at all. */
export const Slug: FC<{ slug: string }> = ({ slug }) => (
  <>
    {slug.split(/(?<=[._-])/).map((part, i) => (
      <>
        {i > 0 && <wbr />}
        {part}
      </>
    ))}
  </>
)
