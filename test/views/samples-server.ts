import type { SecretRow } from '../../views/secrets/index.tsx'
import type { OverviewProps } from '../../views/overview/index.tsx'
import type { EnvironmentRow, SystemProps } from '../../views/system/index.tsx'
import { COMMIT, DAY, HOUR, MINUTE, NOW, runRows } from './samples.ts'

// What the overview and the system page are shown with.

export const overview: Omit<OverviewProps, 'page' | 'rows' | 'may'> = {
  queue: { running: 1, queued: 1, workers: 4 },
  going: runRows.slice(0, 2),
  recent: runRows.slice(2, 7),
  next: [
    { slug: 'mail.bounce-sweeper', at: NOW + 29_000, schedule: 'every minute', gate: true },
    { slug: 'finance.sync-invoices', at: NOW + 13 * MINUTE, schedule: 'every 15 minutes', gate: false },
    { slug: 'finance.daily-report', at: NOW + 23 * HOUR, schedule: 'at 07:00 on weekdays', gate: false },
  ],
  commits: [
    { id: COMMIT, subject: 'Parse due dates as dates', author: 'ada', at: NOW - 3 * HOUR },
    { id: COMMIT.replace('9', 'a'), subject: '', author: 'grace', at: NOW - 2 * DAY },
  ],
  trouble: [],
  cloneUrl: 'http://localhost:8080/scripts.git',
}

export const environments: EnvironmentRow[] = [
  {
    key: '5f2c9e77aa01',
    python: '3.12.1',
    lock: '77aa01b2',
    state: 'ready',
    usedAt: NOW - 2 * MINUTE,
    bytes: 48 * 2 ** 20,
  },
  { key: '001122aabb', python: '3.11.7', lock: '99cc', state: 'building' },
  {
    key: 'bb0011',
    python: '3.12.1',
    lock: 'dead0',
    state: 'failed',
    message: 'no version of pandsa satisfies >=2',
  },
]

export const system: Omit<SystemProps, 'page'> = {
  versions: { server: '0.1.0', node: '20.20.2', git: '2.39.5', pythons: ['3.12.1', '3.11.7'] },
  startedAt: NOW - 3 * DAY,
  isolation: { tier: 'namespace', reason: 'bubblewrap 0.8.0; every attack at start was held' },
  head: COMMIT,
  indexed: COMMIT,
  queue: { running: 1, queued: 1, workers: 4 },
  disk: { totalBytes: 500 * 2 ** 30, freeBytes: 212 * 2 ** 30, reserveBytes: 2 * 2 ** 30 },
  trouble: [],
  environments,
}

export const secretRows: SecretRow[] = [
  { name: 'GCP_KEY', scripts: ['finance.report', 'finance.load'], changedAt: NOW - HOUR, changedBy: 'ada' },
  { name: 'SMTP_PASSWORD', scripts: [], changedAt: NOW - HOUR, changedBy: 'ada' },
]
