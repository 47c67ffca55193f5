import type { FC } from 'hono/jsx'
import type { Outlook } from '../../src/edit/index.ts'
import { Sheet } from '../components/sheet.tsx'
import { Moment, NextTime } from '../components/time.tsx'

/** When a script runs, in words and as the moments to come. */
export const NextMoments: FC<{ outlook: Outlook; now: number }> = ({
  outlook: { words, next, paused },
  now,
}) => (
  <Sheet title="When it runs" id="next">
    {words.length === 0 ? (
      <p class="quiet">It has no schedule: it runs when someone runs it.</p>
    ) : (
      <>
        <ul class="plain-list">
          {words.map((schedule) => (
            <li>{schedule}</li>
          ))}
        </ul>
        {paused && next.length > 0 && <p class="hint">While it is paused these are recorded as skipped.</p>}
        <ol class="moments">
          {next.map((at) => (
            <li>
              <Moment at={at} now={now} /> <span class="quiet">UTC,</span>{' '}
              <span class="quiet">
                <NextTime at={at} now={now} />
              </span>
            </li>
          ))}
        </ol>
        {next.length === 0 && <p class="quiet">None of its moments is still to come.</p>}
      </>
    )}
  </Sheet>
)
