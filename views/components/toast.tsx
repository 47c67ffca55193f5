import type { FC } from 'hono/jsx'
import { Alert, type Tone } from './alert.tsx'

/** What came of an action; with `href` it leads to what was made or changed. */
export type Notice = { tone: Tone; text: string; href?: string; link?: string }

/**
 * Where toasts appear: what the last action led to, and what actions without a new page tell. Without JavaScript it
 * stands above the page; with it a good one goes by itself, a bad one stays until it is closed.
 */
export const Toasts: FC<{ notice?: Notice | undefined }> = ({ notice }) => (
  <div id="toasts" class="toasts" role="status">
    {notice && (
      <div class="toast">
        <Alert
          tone={notice.tone}
          actions={notice.href && <a href={notice.href}>{notice.link ?? 'See it'}</a>}
        >
          {notice.text}
        </Alert>
      </div>
    )}
  </div>
)
