import type { FC } from 'hono/jsx'
import { Button, LinkButton } from '../components/button.tsx'
import { Act } from '../components/form.tsx'
import { Head } from '../components/sheet.tsx'
import { Slug } from '../components/slug.tsx'
import { StandingBadge } from '../components/state.tsx'
import { Tabs } from '../components/tabs.tsx'
import { NextTime } from '../components/time.tsx'
import { scriptHref, type ScriptRow } from './_table.tsx'
import { standingOf } from './standing.ts'

type Props = {
  script: ScriptRow
  files: number
  now: number
  current: 'overview' | 'code'
  run?: RunNowProps | undefined
}
type RunNowProps = {
  csrf: string | undefined
  /** It takes input, so the form is shown first. */ asks: boolean
}

/** The top of every page of a script: what it is, how it stands, when it runs. */
export const ScriptHead: FC<Props> = ({ script, files, now, current, run }) => {
  const { slug, description, schedules, gate, nextTickAt, paused, hold } = script
  const stopped = paused ?? hold
  return (
    <>
      <Head
        above={
          <>
            <a href="/scripts">Scripts</a> /
          </>
        }
        title={<Slug slug={slug} />}
        below={
          <>
            {description && <p class="lead">{description}</p>}
            <p class="line">
              <StandingBadge standing={standingOf(script, now)} />
              {(schedules.length > 0 || script.problems.length === 0) && (
                <span>{schedules.length === 0 ? 'Runs only by hand' : `Runs ${schedules.join('; ')}`}</span>
              )}
              {gate && <span class="quiet">if its gate says yes</span>}
              {!stopped && nextTickAt !== undefined && (
                <span class="quiet">
                  next <NextTime at={nextTickAt} now={now} />
                </span>
              )}
              {script.tags.map((tag) => (
                <a class="tag" href={`/scripts?tag=${encodeURIComponent(tag)}`}>
                  {tag}
                </a>
              ))}
            </p>
          </>
        }
        actions={run && <RunNow slug={slug} {...run} />}
      />
      <Tabs
        label="Pages of the script"
        tabs={[
          { href: scriptHref(slug), name: 'Overview', current: current === 'overview' },
          { href: `${scriptHref(slug)}/code`, name: 'Code', count: files, current: current === 'code' },
        ]}
      />
    </>
  )
}

const RunNow: FC<RunNowProps & { slug: string }> = ({ slug, csrf, asks }) =>
  asks ? (
    <LinkButton kind="primary" icon="play" href="#run">
      Run
    </LinkButton>
  ) : (
    <Act action={`${scriptHref(slug)}/runs`} csrf={csrf}>
      <Button kind="primary" icon="play">
        Run
      </Button>
    </Act>
  )
