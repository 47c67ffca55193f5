import type { LogLine, LogView } from '../../views/runs/_log.tsx'
import type { Page } from '../../views/layout.tsx'
import type { RunRow } from '../../views/runs/_table.tsx'
import type { RunView } from '../../views/runs/_state.tsx'
import type { ScriptRow } from '../../views/scripts/_table.tsx'
import type { ScriptView } from '../../views/scripts/_facts.tsx'
import type { StripMark } from '../../views/components/strip.tsx'
import type { TickView } from '../../views/scripts/_ticks.tsx'

// What the pages are shown with in tests: a small house with one of everything.

export const NOW = Date.UTC(2026, 10, 23, 6, 47)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const COMMIT = '9f03e11c2a4d5b6e7f8091a2b3c4d5e6f7081920'

export const page = (more: Partial<Page> = {}): Page => ({
  title: 'Sample',
  now: NOW,
  version: 'a1b2c3',
  active: 'overview',
  actor: { name: 'ada', role: 'editor' },
  head: { commit: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334', syncedAt: NOW - 40_000 },
  csrf: 'token',
  ...more,
})

/** Nobody is signed in. */
export const outside = (): Page => ({ title: 'Sample', now: NOW, version: 'a1b2c3', csrf: 'token' })

const strip = (failed: number, gated = 0): StripMark[] =>
  Array.from({ length: 30 }, (_, i): StripMark => {
    const durationMs = 2000 + 900 * Math.sin(i * 1.7) + i * 20
    if (i === 11 && gated === 0) return { outcome: 'missed' }
    if (gated > 0 && i % gated !== 0) return { outcome: 'gated' }
    return {
      outcome: i >= 30 - failed ? 'failed' : 'succeeded',
      durationMs,
      changed: i === 30 - Math.max(failed, 8),
    }
  })

const row = (slug: string, more: Partial<ScriptRow>): ScriptRow => ({
  slug,
  tags: [],
  schedules: ['every 15 minutes'],
  gate: false,
  problems: [],
  nextTickAt: NOW + 13 * MINUTE,
  commit: COMMIT,
  lastRun: { id: 48000, state: 'succeeded', at: NOW - 2 * MINUTE, durationMs: 4100 },
  strip: strip(0),
  ...more,
})

export const scriptRows: ScriptRow[] = [
  row('finance.sync-invoices', {
    description: 'Pulls invoices from the billing API',
    tags: ['finance'],
    lastRun: { id: 48213, state: 'failed', at: NOW - 2 * MINUTE, durationMs: 4100 },
    failing: { count: 3, since: NOW - 32 * MINUTE, runId: 48213, reason: "KeyError: 'due_date'" },
    strip: strip(3),
  }),
  row('finance.daily-report', {
    description: 'Sends the daily sales report',
    tags: ['finance', 'mail'],
    schedules: ['at 07:00 on weekdays, Europe/Rome', 'at 12:00 on the first of the month'],
    lastRun: { id: 48214, state: 'running', at: NOW - 72_000 },
    nextTickAt: NOW + 23 * HOUR,
  }),
  row('ops.certificates', {
    description: 'Warns before certificates end',
    schedules: ['at 06:00, Europe/Rome'],
    nextTickAt: NOW - 8 * MINUTE,
    lastRun: { id: 47000, state: 'succeeded', at: NOW - 25 * HOUR, durationMs: 1200 },
  }),
  row('mail.bounce-sweeper', {
    description: 'Moves bounced mail away',
    schedules: ['every minute'],
    gate: true,
    nextTickAt: NOW + 29_000,
    strip: strip(0, 4),
  }),
  row('legacy.ftp-pull', {
    description: 'Pulls the nightly file',
    schedules: ['every hour'],
    paused: { reason: 'vendor outage', until: NOW + 26 * HOUR },
    lastRun: { id: 41000, state: 'succeeded', at: NOW - 2 * DAY, durationMs: 12_000 },
  }),
  row('warehouse.snapshot', {
    schedules: ['at 5 minutes past the hour'],
    problems: [
      {
        path: 'scripts/warehouse/snapshot/script.yaml',
        line: 4,
        column: 9,
        message: "cron '61 * * * *': minute 61 is outside 0-59",
        remedy: 'write a minute from 0 to 59',
      },
    ],
    strip: [],
  }),
  newScript('tools.once'),
]

function newScript(slug: string): ScriptRow {
  return { slug, tags: [], schedules: [], gate: false, problems: [], commit: COMMIT }
}

const run = (id: number, more: Partial<RunRow>): RunRow => ({
  id,
  slug: 'finance.sync-invoices',
  state: 'succeeded',
  cause: 'tick',
  commit: COMMIT,
  queuedAt: NOW - (48220 - id) * 9 * MINUTE,
  startedAt: NOW - (48220 - id) * 9 * MINUTE,
  endedAt: NOW - (48220 - id) * 9 * MINUTE + 4100,
  attempt: 1,
  ...more,
})

const queued: RunRow = {
  id: 48219,
  slug: 'tools.once',
  state: 'queued',
  cause: 'api',
  actor: 'deploy key',
  commit: COMMIT,
  queuedAt: NOW - 3000,
  attempt: 1,
}

export const runRows: RunRow[] = [
  queued,
  {
    ...queued,
    id: 48214,
    slug: 'finance.daily-report',
    state: 'running',
    cause: 'manual',
    actor: 'ada',
    startedAt: NOW - 72_000,
  },
  run(48213, { state: 'failed', reason: "KeyError: 'due_date'" }),
  run(48212, { state: 'timed-out', reason: 'took longer than 30 min', attempt: 2 }),
  run(48211, { slug: 'mail.bounce-sweeper', state: 'gated' }),
  run(48210, { state: 'cancelled', cause: 'manual', actor: 'grace' }),
  run(48209, { state: 'lost', reason: 'the server ended while it ran' }),
  run(48208, { cause: 'rerun', actor: 'ada' }),
]

export const runView: RunView = {
  ...run(48213, { state: 'failed', startedAt: NOW - 2 * MINUTE - 9988, endedAt: NOW - 2 * MINUTE - 5888 }),
  schedule: 'every 15 minutes',
  scheduledAt: NOW - 2 * MINUTE - 10_000,
  lock: '5f2c9e77aa',
  environment: '77aa01b2c3',
  before: 48212,
  after: 48216,
  python: '3.12.1',
  isolation: 'namespace',
  peakMemoryBytes: 48 * 2 ** 20,
  memoryBytes: 2 ** 30,
  attempts: 3,
  input: '{"since": "2026-11-22", "pages": [1, 2]}',
  artifacts: [
    { name: 'invoices.csv', size: 81_920 },
    { name: 'plots/per day & more.png', size: 240_000 },
  ],
  error: {
    type: 'KeyError',
    message: "'due_date'",
    path: 'main.py',
    line: 41,
    traceback: `Traceback (most recent call last):\n  File "main.py", line 41, in main\n    due = invoice["due_date"]\n          ~~~~~~~^^^^^^^^^^^^\nKeyError: 'due_date'\n`,
  },
}

export const succeededRun: RunView = {
  ...run(48208, { cause: 'manual', actor: 'ada', endedAt: NOW, startedAt: NOW - 221_000 }),
  python: '3.12.1',
  isolation: 'uid',
  artifacts: [],
  result: '{"sent": 261, "skipped": [], "by": {"ada": 3, "grace": 258}}',
}

const text = (i: number) =>
  i < 3 ? `page ${i}: 200 invoices` : `invoice ${1000 + i}: ${'€'.repeat(1 + (i % 4))} booked`

export const logLines: LogLine[] = [
  { at: NOW - 130_000, stream: 'note', text: 'environment 5f2c9e7, Python 3.12.1, reused', line: 1 },
  ...Array.from({ length: 40 }, (_, i): LogLine => ({
    at: NOW - 129_000 + i * 90,
    stream: 'out',
    text: text(i),
    line: 2 + i,
  })),
  ...[
    'Traceback (most recent call last):',
    '  File "main.py", line 41, in main',
    '    due = invoice["due_date"]',
    "KeyError: 'due_date'",
  ].map((line, i): LogLine => ({ at: NOW - 125_000, stream: 'err', text: line, line: 42 + i })),
]

export const log: LogView = {
  rows: logLines,
  next: 2160,
  complete: true,
  bytes: 2160,
  before: 0,
  earlier: 1100,
}
export const emptyLog: LogView = { rows: [], next: 0, complete: false, bytes: 0, before: 0 }

export const ticks: TickView[] = [
  { scheduledAt: NOW - 2 * MINUTE, schedule: 'every 15 minutes', outcome: 'ran', runId: 48213, lateMs: 12 },
  {
    scheduledAt: NOW - 17 * MINUTE,
    schedule: 'every 15 minutes',
    outcome: 'skipped',
    reason: 'run 48212 was still running',
  },
  {
    scheduledAt: NOW - 4 * HOUR,
    until: NOW - 32 * MINUTE,
    count: 15,
    schedule: 'every 15 minutes',
    outcome: 'missed',
    reason: 'the server was down',
  },
  {
    scheduledAt: NOW - 5 * HOUR,
    until: NOW - 4.2 * HOUR,
    count: 4,
    schedule: 'every 15 minutes',
    outcome: 'gated',
  },
  {
    scheduledAt: NOW - 6 * HOUR,
    schedule: 'every 15 minutes',
    outcome: 'gate-failed',
    reason: "NameError: name 'x' is not defined",
  },
  {
    scheduledAt: NOW - 7 * HOUR,
    schedule: 'every 15 minutes',
    outcome: 'refused',
    reason: 'secret SMTP_PASSWORD is not granted',
  },
  { scheduledAt: NOW, schedule: 'every 15 minutes', outcome: 'pending' },
]

export const scriptView: ScriptView = {
  ...scriptRows[0]!,
  committedAt: NOW - 3 * HOUR,
  calling: 'main(data, run)',
  overlap: 'skip',
  catchUp: 'the latest, within 24 h',
  timeoutMs: 30 * MINUTE,
  graceMs: 10_000,
  retries: 2,
  memoryBytes: 2 ** 30,
  network: false,
  requirements: 'requirements.txt',
  secrets: ['BILLING_TOKEN'],
  environment: { key: '5f2c9e77aa01', state: 'ready', python: '3.12.1' },
  readmeHtml: '<h3>Invoices</h3><p>Pulls <strong>invoices</strong>.</p>',
}
