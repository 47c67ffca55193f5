import type { Child } from 'hono/jsx'
import { ErrorPage, NotFoundPage } from '../../views/error/index.tsx'
import { LoginPage } from '../../views/session/login.tsx'
import { SetUpPage } from '../../views/session/set-up.tsx'
import { OverviewPage } from '../../views/overview/index.tsx'
import { RunsPage } from '../../views/runs/index.tsx'
import { RunPage } from '../../views/runs/show.tsx'
import { DeleteSecretPage } from '../../views/secrets/delete.tsx'
import { SecretsPage } from '../../views/secrets/index.tsx'
import { ScriptsPage } from '../../views/scripts/index.tsx'
import { SystemPage } from '../../views/system/index.tsx'
import * as server from './samples-server.ts'
import * as sample from './samples.ts'
import { scriptPages } from './script-pages.tsx'

const { page, outside } = sample
const may = { run: true, pause: true }
const cloneUrl = 'http://localhost:8080/scripts.git'
const doable = { cancel: true, rerun: true }
export const nobody = {
  queue: { running: 0, queued: 0, workers: 4 },
  ...{ going: [], recent: [], next: [], commits: [], trouble: [], cloneUrl },
  may: { cancel: true },
}

/** Every page, typical and empty, by name; `through` may change what they are shown with. */
export function allPages(through: <T>(props: T) => T = (props) => props): Record<string, Child> {
  const s = through({ ...sample, ...server })
  const at = (active: 'overview' | 'scripts' | 'runs' | 'system') => through(page({ active }))
  const tags = through([{ name: 'reports', count: 3 }])
  const list = { filter: {}, cloneUrl, tags, href: '/scripts', fragmentHref: '/scripts/_table', may }
  const running = s.runRows[1]!
  return {
    overview: (
      <OverviewPage
        page={at('overview')}
        rows={s.scriptRows}
        {...s.overview}
        trouble={through([{ tone: 'warn' as const, title: 'No isolation.', text: 'No bubblewrap here.' }])}
        may={{ cancel: true }}
      />
    ),
    'overview-empty': <OverviewPage page={at('overview')} rows={[]} {...nobody} />,
    'overview-well': (
      <OverviewPage page={at('overview')} rows={[s.scriptRows[3]!]} {...nobody} may={{ cancel: false }} />
    ),
    scripts: (
      <ScriptsPage
        page={at('scripts')}
        rows={s.scriptRows}
        total={7}
        {...list}
        nextHref="/scripts?cursor=x"
      />
    ),
    'scripts-none': (
      <ScriptsPage
        page={at('scripts')}
        rows={[]}
        total={7}
        {...list}
        filter={through({ q: 'nothing', tag: 'x' })}
      />
    ),
    'scripts-empty': <ScriptsPage page={at('scripts')} rows={[]} total={0} {...list} />,
    ...scriptPages(through),
    'run-failed': <RunPage page={at('runs')} run={s.runView} log={s.log} may={doable} />,
    'run-succeeded': (
      <RunPage
        page={at('runs')}
        run={s.succeededRun}
        log={{
          ...s.log,
          before: 400,
          rows: [s.logLines[0]!, { cut: { from: 4e6, next: 9e6 } }, s.logLines[1]!],
        }}
        may={doable}
      />
    ),
    'run-running': (
      <RunPage
        page={at('runs')}
        run={{ ...running, artifacts: [] }}
        log={{ ...s.log, complete: false }}
        may={doable}
      />
    ),
    'run-queued': (
      <RunPage page={at('runs')} run={{ ...s.runRows[0]!, artifacts: [] }} log={s.emptyLog} may={doable} />
    ),
    'run-lost': (
      <RunPage
        page={at('runs')}
        run={{ ...s.runRows[6]!, artifacts: [] }}
        log={{ ...s.emptyLog, complete: true }}
        may={{ cancel: false, rerun: false }}
      />
    ),
    runs: (
      <RunsPage
        page={at('runs')}
        rows={s.runRows}
        filter={through({ script: 'finance', state: 'failed' })}
        fragmentHref="/runs/_table"
        nextHref="/runs?cursor=1"
        firstHref="/runs"
      />
    ),
    'runs-none': (
      <RunsPage
        page={at('runs')}
        rows={[]}
        filter={through({ from: 'yesterday' })}
        errors={through({ from: 'this is no day; write one such as 2026-11-23' })}
        fragmentHref="/runs/_table"
      />
    ),
    'runs-empty': <RunsPage page={at('runs')} rows={[]} filter={{}} fragmentHref="/runs/_table" />,
    secrets: (
      <SecretsPage
        page={page({ active: 'secrets' })}
        rows={s.secretRows}
        form={through({ errors: { value: 'it is short' } })}
      />
    ),
    'secrets-empty': <SecretsPage page={page({ active: 'secrets' })} rows={[]} />,
    'secret-delete': (
      <DeleteSecretPage
        page={page({ active: 'secrets' })}
        name={s.secretRows[0]!.name}
        scripts={s.secretRows[0]!.scripts}
      />
    ),
    system: <SystemPage page={at('system')} {...s.system} />,
    'system-bare': (
      <SystemPage
        page={at('system')}
        {...s.system}
        environments={[]}
        isolation={through({ tier: 'none' as const, reason: 'no bubblewrap here' })}
        trouble={through([{ tone: 'bad' as const, title: 'Full.', text: 'Free some.' }])}
      />
    ),
    login: (
      <LoginPage
        page={outside()}
        {...through({ username: 'ada', error: 'User name or password is wrong.', next: '/runs' })}
      />
    ),
    'login-first': <LoginPage page={outside()} />,
    'set-up': (
      <SetUpPage
        page={outside()}
        {...through({
          token: 't',
          username: 'admin',
          role: 'admin',
          errors: { passwordAgain: 'It is not the same.' },
        })}
        shortest={12}
      />
    ),
    'not-found': (
      <NotFoundPage
        page={page()}
        {...through({ detail: 'script finance.old is not found' })}
        links={[{ href: '/scripts', name: 'All scripts' }]}
      />
    ),
    error: (
      <ErrorPage
        page={page()}
        code="invalid"
        {...through({ detail: 'The input is refused', problems: s.scriptRows[5]!.problems })}
      />
    ),
    'error-kept': (
      <ErrorPage
        page={outside()}
        code="unauthenticated"
        kept={through([{ name: 'input', text: '{"since": "2026-11-22"}' }])}
        next="/scripts/finance.sync-invoices"
      />
    ),
    'error-internal': <ErrorPage page={page()} code="internal" detail="secret stack" />,
    'error-outside': <ErrorPage page={outside()} code="unauthenticated" />,
  }
}
