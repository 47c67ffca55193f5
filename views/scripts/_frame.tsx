import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { Button, LinkButton } from '../components/button.tsx'
import { Act } from '../components/form.tsx'
import { Head } from '../components/sheet.tsx'
import { Slug } from '../components/slug.tsx'
import { StandingBadge } from '../components/state.tsx'
import { Tabs } from '../components/tabs.tsx'
import { Tag } from '../components/tag.tsx'
import { NextTime } from '../components/time.tsx'
import { Layout, type Page } from '../layout.tsx'
import { editHref, scriptHref, type ScriptTab } from './_hrefs.ts'
import type { ScriptRow } from './_table.tsx'
import { isRunnable, standingOf } from './standing.ts'

/** What every page of a script is shown with. */
export type ScriptFrame = {
  page: Page
  script: ScriptRow
  /** It takes input, so Run leads to the form. */
  asks: boolean
  may: { run: boolean; edit: boolean; pause: boolean }
  /** It is not on main any more, and only its past is shown. */
  gone?: boolean
}

type Props = { frame: ScriptFrame; tab: ScriptTab; actions?: Child }

/** A page of a script: what it is, how it stands, when it runs, what can be done, and the way to its other pages. */
export const ScriptLayout: FC<PropsWithChildren<Props>> = ({ frame, tab, actions, children }) => (
  <Layout page={frame.page}>
    <Head
      above={
        <>
          <a href="/scripts">Scripts</a> /
        </>
      }
      title={<Slug slug={frame.script.slug} />}
      below={frame.gone ? 'It is no longer on main.' : <Summary script={frame.script} now={frame.page.now} />}
      actions={
        <>
          {actions}
          <Actions frame={frame} />
        </>
      }
    />
    <Tabs label="Pages of the script" tabs={tabsOf(frame.script.slug, tab)} />
    {children}
  </Layout>
)

const TABS: { tab: ScriptTab; name: string }[] = [
  { tab: 'overview', name: 'Overview' },
  { tab: 'code', name: 'Code' },
  { tab: 'runs', name: 'Runs' },
  { tab: 'ticks', name: 'Ticks' },
  { tab: 'changes', name: 'Changes' },
  { tab: 'environment', name: 'Environment' },
]

const tabsOf = (slug: string, current: ScriptTab) =>
  TABS.map(({ tab, name }) => ({ href: scriptHref(slug, tab), name, current: tab === current }))

const Summary: FC<{ script: ScriptRow; now: number }> = ({ script, now }) => {
  const { description, schedules, gate, nextTickAt, tags } = script
  const stopped = script.paused ?? script.hold
  return (
    <>
      {description && <p class="lead">{description}</p>}
      <p class="line">
        <StandingBadge standing={standingOf(script, now)} />
        {(schedules.length > 0 || isRunnable(script)) && (
          <span>{schedules.length === 0 ? 'Runs only by hand' : `Runs ${schedules.join('; ')}`}</span>
        )}
        {gate && <span class="quiet">if its gate says yes</span>}
        {!stopped && nextTickAt !== undefined && (
          <span class="quiet">
            next <NextTime at={nextTickAt} now={now} />
          </span>
        )}
        {tags.map((tag) => (
          <Tag href={`/scripts?tag=${encodeURIComponent(tag)}`}>{tag}</Tag>
        ))}
      </p>
    </>
  )
}

const Actions: FC<{ frame: ScriptFrame }> = ({ frame: { script, may, page, asks } }) => {
  const { slug, paused } = script
  const href = scriptHref(slug)
  return (
    <>
      {may.edit && <LinkButton href={editHref(slug)}>Edit</LinkButton>}
      {may.pause && paused && (
        <Act action={`${href}/resume`} csrf={page.csrf}>
          <Button>Resume</Button>
        </Act>
      )}
      {may.pause && !paused && script.problems.length === 0 && (
        <LinkButton icon="pause" href={`${href}/pause`} asks>
          Pause
        </LinkButton>
      )}
      {may.run &&
        isRunnable(script) &&
        (asks ? (
          <LinkButton kind="primary" icon="play" href={`${href}#run`}>
            Run
          </LinkButton>
        ) : (
          <Act action={`${href}/runs`} csrf={page.csrf}>
            <Button kind="primary" icon="play">
              Run
            </Button>
          </Act>
        ))}
    </>
  )
}
