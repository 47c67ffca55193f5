import type { FC } from 'hono/jsx'
import type { Touched } from '../../src/edit/index.ts'
import { Slug } from '../components/slug.tsx'
import { scriptHref } from '../scripts/_table.tsx'

/** The scripts that a commit changed, each leading to its page. */
export const TouchedScripts: FC<{ touched: Touched }> = ({ touched: { scripts, more, elsewhere } }) => (
  <span class="touched">
    {scripts.map((slug) => (
      <a class="tag" href={scriptHref(slug)}>
        <Slug slug={slug} />
      </a>
    ))}
    {more && <span class="quiet">and others</span>}
    {elsewhere && (
      <span class="quiet">{scripts.length > 0 ? 'and files of no script' : 'files of no script'}</span>
    )}
  </span>
)
