import { raw } from 'hono/html'
import type { FC, PropsWithChildren } from 'hono/jsx'
import type { Role } from '../src/base/index.ts'
import { CommitId } from './components/commit.tsx'
import { Icon } from './components/icon.tsx'
import { Token } from './components/form.tsx'
import { Time } from './components/time.tsx'
import { Toasts, type Notice } from './components/toast.tsx'

/** What every page needs beside its own matter. */
export type Page = {
  title: string
  /** Of the server; times are told relative to it. */
  now: number
  /** Hash of the assets, so that browsers may keep them for ever. */
  version: string
  active?: 'overview' | 'scripts' | 'runs' | 'commits' | 'secrets' | 'system'
  /** Absent: nobody is signed in, and there is no navigation. */
  actor?: { name: string; role: Role }
  head?: { commit: string; syncedAt: number }
  csrf?: string
  /** What the last action led to, said once. */
  flash?: Notice
  /** Names of further assets that only this page needs, such as `editor.js` and `editor.css`. */
  scripts?: string[]
  styles?: string[]
}

const PLACES = [
  { key: 'overview', href: '/', name: 'Overview' },
  { key: 'scripts', href: '/scripts', name: 'Scripts' },
  { key: 'runs', href: '/runs', name: 'Runs' },
  { key: 'commits', href: '/commits', name: 'Commits' },
  { key: 'secrets', href: '/secrets', name: 'Secrets' },
  { key: 'system', href: '/system', name: 'System' },
] as const

// Without eval, script tags and injected styles htmx lives under the content security policy; no page is kept in storage,
// so going back loads it.
const HTMX = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
})

// Without it browsers lay pages out as in 1998: tables in a larger face, forms with a margin.
const DOCTYPE = raw('<!doctype html>')

/** The whole document: rail, page and foot; without an actor only a sheet in the middle. */
export const Layout: FC<PropsWithChildren<{ page: Page }>> = ({ page, children }) => (
  <>
    {DOCTYPE}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={HTMX} />
        <title>{`${page.title} · ScriptExecuterServer`}</title>
        <link rel="icon" type="image/svg+xml" href={asset('icon.svg', page)} />
        <link rel="stylesheet" href={asset('look.css', page)} />
        {page.styles?.map((name) => (
          <link rel="stylesheet" href={asset(name, page)} />
        ))}
        {['htmx.js', 'live.js', ...(page.scripts ?? [])].map((name) => (
          <script src={asset(name, page)} defer></script>
        ))}
      </head>
      <body data-now={page.now}>
        {page.actor ? (
          <div class="house">
            <a class="skip" href="#main">
              Skip to the page
            </a>
            <Rail page={page} />
            <main id="main" tabindex={-1}>
              <Toasts notice={page.flash} />
              {children}
            </main>
            <Foot page={page} />
          </div>
        ) : (
          <main id="main" class="alone">
            <Brand />
            <Toasts notice={page.flash} />
            {children}
          </main>
        )}
      </body>
    </html>
  </>
)

const asset = (name: string, page: Page) => `/assets/${name}?v=${encodeURIComponent(page.version)}`

const Brand: FC = () => (
  <a class="brand" href="/">
    <Icon name="brand" size={20} />
    <span>ScriptExecuterServer</span>
  </a>
)

const Rail: FC<{ page: Page }> = ({ page }) => (
  <header class="rail">
    <div class="rail-inner">
      <Brand />
      <nav aria-label="Pages">
        {PLACES.map(({ key, href, name }) => (
          <a href={href} aria-current={page.active === key ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </div>
  </header>
)

/** Where main is; part of every answer that is had again when it moves. */
export const HeadNow: FC<{ head?: Page['head'] | undefined; now: number }> = ({ head, now }) =>
  head ? (
    <p id="head">
      <span class="quiet">main</span> <CommitId id={head.commit} />
      <span class="under">
        synced <Time at={head.syncedAt} now={now} />
      </span>
    </p>
  ) : null

const Foot: FC<{ page: Page }> = ({ page: { head, now, actor, csrf } }) => (
  <footer class="foot">
    <HeadNow head={head} now={now} />
    {actor && (
      <form method="post" action="/logout" class="who">
        <Token csrf={csrf} />
        <span>
          <b>{actor.name}</b> <span class="quiet">{actor.role}</span>
        </span>
        <button class="link">Sign out</button>
      </form>
    )}
  </footer>
)
