import type { FC } from 'hono/jsx'
import { Alert } from '../components/alert.tsx'
import { LinkButton } from '../components/button.tsx'
import { Problems } from '../components/problems.tsx'
import { Slug } from '../components/slug.tsx'
import { Time } from '../components/time.tsx'
import { scriptHref, type ScriptRow } from './_table.tsx'
import { byStanding, needsAttention, standingOf } from './standing.ts'

// More than these are counted, and their lists named.
const MOST_SHOWN = 6

/** What is wrong with the server, in words; the system page says more. */
export type ServerTrouble = { tone: 'bad' | 'warn'; title: string; text: string }

type Props = {
  rows: ScriptRow[]
  now: number
  trouble?: ServerTrouble[]
  /** This is the page that says more of the server. */
  here?: boolean
}

/** What a person has to look at, each with the next step: first what concerns all scripts, then each. */
export const Attention: FC<Props> = ({ rows, now, trouble = [], here }) => {
  const wrong = byStanding(
    rows.filter((row) => needsAttention(standingOf(row, now))),
    now,
  )
  if (wrong.length + trouble.length === 0) return null
  return (
    <section class="attention" aria-label="Needs attention">
      {trouble.map(({ tone, title, text }) => (
        <Alert
          tone={tone}
          icon="warning"
          actions={
            !here && (
              <LinkButton small href="/system">
                See system
              </LinkButton>
            )
          }
        >
          <b>{title}</b> {text}
        </Alert>
      ))}
      {wrong.slice(0, MOST_SHOWN).map((row) => (
        <Item row={row} now={now} />
      ))}
      {wrong.length > MOST_SHOWN && <Others rows={wrong.slice(MOST_SHOWN)} now={now} />}
    </section>
  )
}

const Others: FC<{ rows: ScriptRow[]; now: number }> = ({ rows, now }) => {
  const states = [...new Set(rows.map((row) => standingOf(row, now)))]
  return (
    <p class="quiet">
      and {rows.length} more:{' '}
      {states.map((state, i) => (
        <>
          {i > 0 && ', '}
          <a href={`/scripts?state=${state}`}>all that are {state}</a>
        </>
      ))}
    </p>
  )
}

const Item: FC<{ row: ScriptRow; now: number }> = ({ row, now }) => {
  const { slug, problems, failing, nextTickAt } = row
  const name = (
    <a class="name" href={scriptHref(slug)}>
      <Slug slug={slug} />
    </a>
  )
  if (problems.length > 0)
    return (
      <Alert
        tone="bad"
        icon="warning"
        actions={
          <LinkButton small href={`${scriptHref(slug)}/code`}>
            See code
          </LinkButton>
        }
      >
        {name} is not valid at head{row.lastGood ? '; its last good revision goes on' : ''}.
        <Problems problems={problems.slice(0, 3)} />
      </Alert>
    )
  if (failing)
    return (
      <Alert
        tone="bad"
        actions={
          failing.runId === undefined ? (
            <LinkButton small href={scriptHref(slug)}>
              See script
            </LinkButton>
          ) : (
            <LinkButton small href={`/runs/${failing.runId}`}>
              See run
            </LinkButton>
          )
        }
      >
        {failing.gate && 'The gate of '}
        {name} {failedWords(failing)} <Time at={failing.since} now={now} />.
        {failing.reason && <span class="reason">{failing.reason}</span>}
      </Alert>
    )
  return (
    <Alert
      tone="warn"
      icon="overdue"
      actions={
        <LinkButton small href={scriptHref(slug)}>
          See script
        </LinkButton>
      }
    >
      {name} is late
      {nextTickAt !== undefined && (
        <>
          ; it was due <Time at={nextTickAt} now={now} />
        </>
      )}
      .
    </Alert>
  )
}

function failedWords({ count, more }: NonNullable<ScriptRow['failing']>): string {
  if (count === 1) return 'failed'
  return more
    ? `has failed at least ${count} times in a row; last`
    : `has failed ${count} times in a row; first`
}
