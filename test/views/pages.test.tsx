import { expect, test } from 'vitest'
import { OverviewFragments } from '../../views/overview/index.tsx'
import { RunFragments } from '../../views/runs/show.tsx'
import { RunsList } from '../../views/runs/index.tsx'
import { ScriptActivity } from '../../views/scripts/_activity.tsx'
import { TIERS } from '../../views/components/state.tsx'
import { problemHref } from '../../views/scripts/_hrefs.ts'
import { allPages, nobody } from './pages.tsx'
import * as sample from './samples.ts'

const HOSTILE = `"><img src=x onerror=alert(1)><script>'</script>&amp;\u202e\u0007`

// Words that choose how something looks stay; everything else that a person or a program may have written is hostile.
const KEPT = new Set([
  'state',
  'outcome',
  'tier',
  'tone',
  'stream',
  'active',
  'role',
  'cause',
  'csrf',
  'version',
  // Made safe before, and tested where it is made (`test/web/markdown.test.ts`).
  'readmeHtml',
  'kind',
])

const typical = rendered(allPages())
const hostile = rendered(allPages(poison))

test.each([...typical, ...hostile])(
  '%s is one document without inline style, script or handler',
  (_name, html) => {
    expect(html).toMatch(/^<!doctype html><html lang="en">/)
    expect(html.match(/<main/g)).toHaveLength(1)
    expect(html.match(/<h1/g)).toHaveLength(1)
    const tags = tagsOf(html)
    const names = tags.map((tag) => tag.replace(/="[^"]*"/g, '='))
    expect(names.filter((tag) => / (style|on[a-z]+)=/i.test(tag))).toEqual([])
    expect(tags.filter((tag) => tag.startsWith('<script') && !/ src="\/assets\//.test(tag))).toEqual([])
    expect(html).not.toMatch(/<script[^>]*>[^<]/)
    expect(html).not.toMatch(/(href|src|action)="(javascript|data):/i)
    expect(html).not.toContain('undefined')
    expect(html).not.toContain('[object')
  },
)

test.each([...typical, ...hostile])('%s gives each id once and says what its fields are', (_name, html) => {
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(ids).toEqual([...new Set(ids)])
  for (const [, id] of html.matchAll(/ for="([^"]*)"/g)) expect(ids).toContain(id)
  for (const [, list] of html.matchAll(/ aria-describedby="([^"]*)"/g))
    for (const id of list!.split(' ')) expect(ids).toContain(id)
})

test.each(hostile)('%s shows hostile text as text', (_name, html) => {
  expect(html).not.toContain('<img src=x')
  expect(html).not.toContain("<script>'")
})

test('hostile text is really in the pages', () => {
  expect(hostile.filter(([, html]) => html.includes('&lt;img')).length).toBeGreaterThan(15)
})

test.each(typical)('%s sends every changing form with its token', (_name, html) => {
  const forms = html.match(/<form method="post".*?<\/form>/gs) ?? []
  for (const form of forms) expect(form).toContain('<input type="hidden" name="csrf" value="token"/>')
})

test('without an actor there is no navigation', () => {
  const login = page('login')
  expect(login).not.toContain('<nav')
  expect(login).toContain('name="next" value="/runs"')
  expect(login).toContain('User name or password is wrong.')
})

test('the overview says how things stand, and what is wrong comes first', () => {
  const html = page('overview')
  expect(html).toContain('<h1>3 scripts need attention</h1>')
  expect(html).toContain('<b>1 failing</b>')
  expect(html.indexOf('warehouse.snapshot')).toBeLessThan(html.indexOf('finance.sync-invoices'))
  expect(html.indexOf('finance.sync-invoices')).toBeLessThan(html.indexOf('Running now'))
  expect(html.indexOf('No isolation.')).toBeLessThan(html.indexOf('warehouse.snapshot'))
  expect(page('overview-well')).toContain('Nothing needs attention')
  expect(page('overview-empty')).toContain('git clone http://localhost:8080/scripts.git')
})

test('the overview offers what goes on to be cancelled, says what comes, and what changed', () => {
  const html = page('overview')
  expect(html).toContain('1 of 4 workers busy')
  expect(html).toMatch(/action="\/runs\/48214\/cancel"[^>]*hx-post/)
  expect(html).toContain('aria-label="Cancel run 48214 of finance.daily-report"')
  expect(html).toMatch(/in 13 min<\/time><span class="under"><time[^>]*>07:00/)
  expect(html).toContain('>Parse due dates as dates</a>')
  expect(html).toContain('>without a message</a>')
  expect(page('overview-well')).toContain('Nothing is running')
  expect(page('overview-well')).toContain('Nothing is due')
})

test('a script in the list is paused by a question, resumed on the spot, and run', () => {
  const html = page('scripts')
  expect(html).toMatch(
    /href="\/scripts\/finance\.sync-invoices\/pause\?next=%2Fscripts" aria-label="Pause finance\.sync-invoices" data-dialog/,
  )
  expect(html).toMatch(/action="\/scripts\/legacy\.ftp-pull\/resume"[^>]*hx-post/)
  expect(html).toContain('aria-label="Run finance.sync-invoices"')
  // Without a schedule there is nothing to pause, and what is invalid does not run.
  expect(html).not.toContain('Pause tools.once')
  expect(html).not.toContain('Run warehouse.snapshot')
})

test('a run says when it was due and began, and leads to its neighbours, commit, environment and code', () => {
  const html = page('run-failed')
  expect(html).toContain('<a href="/runs/48212" rel="prev">← run 48212</a>')
  expect(html).toContain('<a href="/runs/48216" rel="next">run 48216 →</a>')
  expect(html).toMatch(/<dt>Due<\/dt><dd><time[^>]*>23 Nov 06:44:50<\/time> UTC/)
  expect(html).toMatch(
    /<dt>Started<\/dt><dd><time[^>]*>2 min ago<\/time><span class="under"><time[^>]*>23 Nov 06:44:50/,
  )
  expect(html).toContain('<dt>Took</dt><dd>4.1 s</dd>')
  expect(html).toMatch(/<dt>Commit<\/dt><dd><a class="commit" href="\/commits\/9f03e11/)
  expect(html).toContain('href="/scripts/finance.sync-invoices/environment"')
  expect(html).toMatch(
    /href="\/scripts\/finance\.sync-invoices\/code\?path=main\.py&amp;commit=9f03e11[^"]*#L41"/,
  )
})

test('the list of runs says at the field what it cannot ask for, and keeps it', () => {
  const html = page('runs-none')
  expect(html).toContain('value="yesterday"')
  expect(html).toContain('This is no day; write one such as 2026-11-23.')
  expect(page('runs')).toContain('name="from" type="date"')
})

test('the system page says what is free, and what is wrong first', () => {
  expect(page('system')).toContain('212 GiB free')
  const bare = page('system-bare')
  expect(bare.indexOf('Free some.')).toBeLessThan(bare.indexOf('Now'))
  expect(bare).not.toContain('See system')
})

test('what was sent and not taken is still there to copy', () => {
  const html = page('error-kept')
  expect(html).toContain('{&quot;since&quot;: &quot;2026-11-22&quot;}')
  expect(html).toContain('/login?next=%2Fscripts%2Ffinance.sync-invoices')
})

test('who may not run sees no way to', () => {
  expect(page('overview-well')).not.toContain('/cancel')
  expect(page('run-lost')).not.toContain('/rerun')
})

test('a failed run shows its error, its traceback and every fact', () => {
  const html = page('run-failed')
  for (const words of [
    'Failed',
    'after 4.1 s',
    'KeyError: &#39;due_date&#39;',
    '>main.py, line 41</a>',
    '12 ms late',
  ])
    expect(html).toContain(words)
  for (const fact of [
    'Cause',
    'Due',
    'Started',
    'Commit',
    'Lock',
    'Python',
    'Isolation',
    'Peak memory',
    'Attempt',
  ])
    expect(html).toContain(`<dt>${fact}</dt>`)
  expect(html).toContain('href="/runs/48213/artifacts/plots/per%20day%20%26%20more.png"')
  expect(html).toContain('value="same"')
})

test('a running run can be cancelled and is live, an ended one is neither', () => {
  expect(page('run-running')).toContain('action="/runs/48214/cancel"')
  expect(page('run-running')).toContain('data-live="run:48214" data-src="/runs/48214/_state"')
  expect(page('run-running')).toContain('data-complete="false"')
  expect(page('run-failed')).not.toContain('/cancel')
  expect(page('run-failed')).not.toContain('data-live="run:')
})

test('the log reads without JavaScript, with the cut in its place', () => {
  const html = page('run-succeeded')
  expect(html).toMatch(/reused.*4\.8 MiB cut here.*page 0/s)
  expect(html).toContain('data-next="2160"')
  expect(html).toContain('href="/runs/48208?before=1100#log"')
})

test('a result of null is shown, none is not', () => {
  const run = { ...sample.succeededRun, result: 'null' }
  const html = String(<RunFragments page={sample.page()} run={run} may={{ cancel: true, rerun: true }} />)
  expect(html).toContain('<pre class="json">null</pre>')
  expect(page('run-lost')).not.toContain('<h2>Result</h2>')
})

test('a span of ticks is one row with its count', () => {
  expect(page('script')).toMatch(/02:47<\/time> – <time[^>]*>06:15<\/time> <span class="tag">15 moments/)
})

test('a refused run keeps what was typed and says what is wrong at the field', () => {
  const html = page('script-paused')
  expect(html).toContain('{&quot;a&quot;: </textarea>')
  expect(html).toMatch(/aria-describedby="error-input hint-input" aria-invalid="true"/)
  expect(html).toContain('Paused: vendor outage')
})

test('an internal error keeps its detail to itself', () => {
  expect(page('error-internal')).not.toContain('secret stack')
})

test('problems lead to the line of their file, where it is one of the script', () => {
  const at = (path: string) => problemHref('a.b', { path, line: 4, message: '' })
  expect(at('scripts/a/b/x/y.py')).toBe('/scripts/a.b/code?path=x%2Fy.py#L4')
  expect(at('scripts/a/b.py')).toBe('/scripts/a.b/code?path=b.py#L4')
  expect(at('lib/db.py')).toBeUndefined()
})

test('fragments carry the ids that they replace', () => {
  const now = sample.NOW
  const state = <RunFragments page={sample.page()} run={sample.runView} may={{ cancel: true, rerun: true }} />
  expect(rootsOf(String(state))).toEqual(['run-state', 'run-yield'])
  const activity = <ScriptActivity slug="a" runs={[]} ticks={[]} now={now} />
  expect(rootsOf(String(activity))).toEqual(['activity'])
  const list = <RunsList page={sample.page()} rows={[]} filter={{}} fragmentHref="/runs/_table" />
  expect(rootsOf(String(list))).toEqual(['runs'])
  const overview = <OverviewFragments page={sample.page()} rows={[]} {...nobody} />
  expect(rootsOf(String(overview))).toEqual(['overview', 'head'])
})

function rendered(pages: ReturnType<typeof allPages>): [string, string][] {
  return Object.entries(pages).map(([name, node]) => [name, String(node)])
}

function page(name: string): string {
  return new Map(typical).get(name)!
}

const tagsOf = (html: string) => html.match(/<[a-z][^\s>]*(?:\s+[^\s=>"]+(?:="[^"]*")?)*\s*\/?>/gi) ?? []

/** The ids of the outermost elements. */
function rootsOf(html: string): string[] {
  const roots: string[] = []
  let depth = 0
  for (const [tag, close, name, id] of html.matchAll(/<(\/?)([a-z0-9]+)(?:[^>]*? id="([^"]*)")?[^>]*>/g)) {
    if (depth === 0 && !close) roots.push(id ?? '')
    if (!/\/>$|^<(input|br|meta|link)/.test(tag)) depth += close ? -1 : 1
    if (name === undefined) break
  }
  return roots
}

function poison<T>(value: T): T {
  if (typeof value === 'string') return (value in TIERS ? value : HOSTILE + value) as T
  if (Array.isArray(value)) return value.map((item) => poison(item) as unknown) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      KEPT.has(key) || typeof inner === 'function' ? inner : poison(inner),
    ]),
  ) as T
}
