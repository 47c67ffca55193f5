import type { FC } from 'hono/jsx'
import type { ErrorCode, Problem } from '../../src/base/index.ts'
import { LinkButton } from '../components/button.tsx'
import { Snippet } from '../components/code.tsx'
import { Problems } from '../components/problems.tsx'
import { Layout, type Page } from '../layout.tsx'
import { sentence } from '../words.ts'

export type ErrorProps = {
  page: Page
  code: ErrorCode
  /** The error's own sentence; for `internal` a neutral one is said instead. */
  detail?: string
  problems?: Problem[]
  /** The role that would be allowed to. */
  role?: string
  /** Where signing in leads back to. */
  next?: string
  /** Where to go on, beside the overview. */
  links?: { href: string; name: string }[]
  /** What was sent and not taken, by field, so that it is not lost. */
  kept?: { name: string; text: string }[]
}

const WORDS: Record<ErrorCode, { title: string; advice: string }> = {
  invalid: {
    title: 'That cannot be done as asked',
    advice: 'Nothing was changed. Go back, mend it, and try again.',
  },
  unauthenticated: { title: 'Please sign in', advice: 'Your session has ended, or there was none.' },
  forbidden: {
    title: 'You may not do this',
    advice: 'Nothing was changed.',
  },
  not_found: {
    title: 'There is nothing here',
    advice: 'It may have been removed or renamed, or the address has a typing error.',
  },
  conflict: {
    title: 'Somebody was faster',
    advice: 'Nothing was changed. Look at how it stands now, then try again.',
  },
  too_large: { title: 'That is too large', advice: 'Nothing was changed. Send less at once.' },
  rate_limited: { title: 'Too many tries', advice: 'Wait a minute, then try again.' },
  unavailable: {
    title: 'The server cannot do this just now',
    advice: 'It may be starting, stopping or short of disk. Try again in a moment.',
  },
  internal: {
    title: 'Something went wrong on our side',
    advice: 'It was written to the server’s log. Trying again may help.',
  },
}

/** Says what happened, that nothing was lost, and where to go on. */
export const ErrorPage: FC<ErrorProps> = (props) => {
  const { page, code, detail, problems = [], role, next, links = [], kept = [] } = props
  const { title, advice } = WORDS[code]
  return (
    <Layout page={page}>
      <section class={page.actor ? 'error-page' : 'sheet error-page'}>
        <h1>{title}</h1>
        {detail && code !== 'internal' && <p class="lead">{sentence(detail)}</p>}
        {problems.length > 0 && <Problems problems={problems} />}
        <p class="quiet">
          {advice}
          {role && ` An admin can give you the role ${role}.`}
        </p>
        <Kept kept={kept} />
        <div class="buttons">
          {links.map(({ href, name }) => (
            <LinkButton href={href}>{name}</LinkButton>
          ))}
          {code === 'unauthenticated' ? (
            <LinkButton kind="primary" href={next ? `/login?next=${encodeURIComponent(next)}` : '/login'}>
              Sign in
            </LinkButton>
          ) : (
            <LinkButton kind={links.length > 0 ? 'plain' : 'primary'} href="/">
              To the overview
            </LinkButton>
          )}
        </div>
      </section>
    </Layout>
  )
}

/** What was typed, to take along: the form it belongs to has to be opened again. */
const Kept: FC<{ kept: NonNullable<ErrorProps['kept']> }> = ({ kept }) =>
  kept.length === 0 ? null : (
    <section aria-label="What you sent">
      <p>What you sent is here still; copy it, and send it again afterwards.</p>
      {kept.map(({ name, text }) => (
        <>
          <p class="under">{name}</p>
          <Snippet text={text} copy label={name} />
        </>
      ))}
    </section>
  )

/** For an address without a page. */
export const NotFoundPage: FC<Omit<ErrorProps, 'code'>> = (props) => <ErrorPage code="not_found" {...props} />
