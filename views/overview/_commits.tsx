import type { FC } from 'hono/jsx'
import { CommitId, commitHref } from '../components/commit.tsx'
import { Sheet } from '../components/sheet.tsx'
import { Time } from '../components/time.tsx'

/** `subject`: the first line of its message. */
export type CommitRow = { id: string; subject: string; author: string; at: number }

/** What changed last, and by whom. */
export const LastCommits: FC<{ commits: CommitRow[]; now: number }> = ({ commits, now }) =>
  commits.length === 0 ? null : (
    <Sheet flush title="Last commits" aside={<a href="/commits">All commits</a>}>
      <ol class="list">
        {commits.map(({ id, subject, author, at }) => (
          <li>
            <div>
              <a href={commitHref(id)}>{subject || 'without a message'}</a>
              <span class="under">
                {author}, <Time at={at} now={now} />
              </span>
            </div>
            <span class="end">
              <CommitId id={id} />
            </span>
          </li>
        ))}
      </ol>
    </Sheet>
  )
