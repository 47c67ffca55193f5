import type { FC } from 'hono/jsx'
import { LinkButton } from '../components/button.tsx'
import { CommitLink } from '../components/commit.tsx'
import { Slug } from '../components/slug.tsx'
import { Time } from '../components/time.tsx'
import { Layout, type Page } from '../layout.tsx'
import { runsOfHref } from '../runs/_table.tsx'
import { codeHref, scriptHref } from './_hrefs.ts'

export type GoneProps = {
  page: Page
  slug: string
  /** The last commit that touched it, and the one before, at which it still was; absent: it never was. */
  last?: { id: string; subject: string; author: string; at: number; before?: string }
  /** Scripts whose slugs are like it. */
  similar: string[]
  may: { create: boolean }
}

/** For a slug without a script: says what became of it, and where to go on. */
export const GonePage: FC<GoneProps> = ({ page, slug, last, similar, may }) => (
  <Layout page={page}>
    <section class="error-page">
      <h1>
        {last ? (
          <>
            <Slug slug={slug} /> is no longer there
          </>
        ) : (
          'There is no such script'
        )}
      </h1>
      {last ? (
        <p class="lead">
          It went with <CommitLink id={last.id} />, {last.subject}, by {last.author},{' '}
          <Time at={last.at} now={page.now} />.
        </p>
      ) : (
        <p class="lead">
          No script is called <span class="mono">{slug}</span>, and none was on main.
        </p>
      )}
      {similar.length > 0 && (
        <p>
          Did you mean{' '}
          {similar.map((one, i) => (
            <>
              {i > 0 && (i === similar.length - 1 ? ' or ' : ', ')}
              <a href={scriptHref(one)}>
                <Slug slug={one} />
              </a>
            </>
          ))}
          ?
        </p>
      )}
      <div class="buttons">
        <LinkButton kind="primary" href="/scripts">
          All scripts
        </LinkButton>
        {last && <LinkButton href={runsOfHref(slug)}>Its runs</LinkButton>}
        {last?.before && (
          <LinkButton href={codeHref(slug, '', { commit: last.before })}>Its last code</LinkButton>
        )}
        {!last && may.create && (
          <LinkButton href={`/scripts/new?slug=${encodeURIComponent(slug)}`}>Make it</LinkButton>
        )}
      </div>
    </section>
  </Layout>
)
