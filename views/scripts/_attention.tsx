import type { FC } from 'hono/jsx'
import { Alert } from '../components/alert.tsx'
import { LinkButton } from '../components/button.tsx'
import { Problems } from '../components/problems.tsx'
import { Slug } from '../components/slug.tsx'
import { Time } from '../components/time.tsx'
import { scriptHref, type ScriptRow } from './_table.tsx'
import { byStanding, needsAttention, standingOf } from './standing.ts'

// More than these are counted, not shown: the table below names them first.
const MOST_SHOWN = 5

/** What a person has to look at, each with the next step. */
export const Attention: FC<{ rows: ScriptRow[]; now: number }> = ({ rows, now }) => {
  const wrong = byStanding(rows, now).filter((row) => needsAttention(standingOf(row, now)))
  if (wrong.length === 0) return null
  return (
    <section class="attention" aria-label="Needs attention">
      {wrong.slice(0, MOST_SHOWN).map((row) => (
        <Item row={row} now={now} />
      ))}
      {wrong.length > MOST_SHOWN && <p class="quiet">and {wrong.length - MOST_SHOWN} more, below.</p>}
    </section>
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
        {name} is not valid at head.
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
