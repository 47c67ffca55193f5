import type { FC } from 'hono/jsx'
import { Empty } from '../components/empty.tsx'
import { Sheet } from '../components/sheet.tsx'
import { Slug } from '../components/slug.tsx'
import { Tag } from '../components/tag.tsx'
import { Upcoming } from '../components/time.tsx'
import { scriptHref } from '../scripts/_table.tsx'

/** A script's next moment; `schedule` in words. */
export type NextRow = { slug: string; at: number; schedule: string; gate: boolean }

/** What is due next. A script stands there once, however often it is due: else the busiest would hide all others. */
export const NextMoments: FC<{ rows: NextRow[]; now: number }> = ({ rows, now }) => (
  <Sheet flush title="Next">
    {rows.length === 0 ? (
      <Empty title="Nothing is due">
        <p>No script has a schedule that is not paused.</p>
      </Empty>
    ) : (
      <ol class="list">
        {rows.map(({ slug, at, schedule, gate }) => (
          <li>
            <div>
              <a class="name" href={scriptHref(slug)}>
                <Slug slug={slug} />
              </a>
              <span class="under">
                {schedule} {gate && <Tag>gate</Tag>}
              </span>
            </div>
            <span class="end">
              <Upcoming at={at} now={now} />
            </span>
          </li>
        ))}
      </ol>
    )}
  </Sheet>
)
