import type { FileDiff, Touched } from '../../src/edit/index.ts'
import type { EnvironmentView } from '../../views/scripts/environment.tsx'
import type { ScriptFrame } from '../../views/scripts/_frame.tsx'
import type { InputField } from '../../views/scripts/_run-form.tsx'
import type { ChangeRow } from '../../views/scripts/changes.tsx'
import type { CodeProps } from '../../views/scripts/code.tsx'
import type { NewProps } from '../../views/scripts/new.tsx'
import type { CommitRow } from '../../views/commits/index.tsx'
import { NOW, page, scriptRows } from './samples.ts'

// What the pages of one script and of commits are shown with in tests.

const HOUR = 3_600_000
const COMMIT = '9f03e11c2a4d5b6e7f8091a2b3c4d5e6f7081920'

export const frame: ScriptFrame = {
  page: page({ active: 'scripts' }),
  script: scriptRows[0]!,
  asks: true,
  may: { run: true, edit: true, pause: true },
}
export const pausedFrame: ScriptFrame = { ...frame, script: scriptRows[4]!, asks: false }
export const invalidFrame: ScriptFrame = {
  ...frame,
  script: { ...scriptRows[5]!, hold: { reason: 'on fire' } },
}
/** Of somebody who only reads. */
export const readFrame: ScriptFrame = { ...frame, may: { run: false, edit: false, pause: false } }

export const outlook = {
  words: ['every 15 minutes'],
  next: Array.from({ length: 10 }, (_, i) => NOW + (i + 1) * HOUR),
}

export const fields: InputField[] = [
  {
    name: 'name',
    label: 'Whom',
    kind: 'text',
    required: true,
    hint: 'Who is greeted',
    error: 'it is missing',
  },
  { name: 'times', label: 'times', kind: 'number', required: false, value: '3' },
  { name: 'loud', label: 'loud', kind: 'yes-no', required: false, value: 'true' },
  {
    ...{ name: 'language', label: 'language', kind: 'choice', required: false, value: 'it' },
    options: [
      { value: '', name: '–' },
      { value: 'it', name: 'it' },
      { value: 'en', name: 'en' },
    ],
  },
]

export const code: Omit<CodeProps, 'frame'> = {
  files: [
    { path: 'main.py', size: 1830 },
    { path: 'script.yaml', size: 210 },
  ],
  commit: { id: COMMIT, at: NOW - 3 * HOUR, subject: 'Ask page by page' },
  past: false,
  file: {
    path: 'main.py',
    size: 90,
    lines: [[{ text: 'def', kind: 'keyword' }, { text: ' main(data):' }], [], [{ text: '    pass' }]],
  },
}

export const environment: EnvironmentView = {
  source: { path: 'scripts/finance/sync-invoices/requirements.txt', own: 'requirements.txt' },
  requirements: ['requests>=2', 'tabulate'],
  pythonWanted: '>=3.11',
  python: '3.12.1',
  state: 'ready',
  key: '5f2c9e77aa01',
  lock: { id: '77aa01b2', text: 'requests==2.32.3 --hash=sha256:00\ntabulate==0.9.0 --hash=sha256:11\n' },
  packages: [
    { name: 'requests', version: '2.32.3' },
    { name: 'tabulate', version: '0.9.0' },
  ],
  bytes: 48 * 2 ** 20,
  builtAt: NOW - HOUR,
  usedAt: NOW - 60_000,
}

const touched: Touched = { scripts: ['finance.sync-invoices'], more: false, elsewhere: true }

export const commitRows: CommitRow[] = [
  { id: COMMIT, subject: 'Ask page by page', author: 'Ada', at: NOW - 3 * HOUR, touched },
  {
    ...{ id: COMMIT.replaceAll('9', '1'), subject: 'Begin', author: 'Grace', at: NOW - 80 * HOUR },
    touched: { scripts: ['a', 'b'], more: true, elsewhere: false },
  },
]

export const changes: ChangeRow[] = commitRows.map(({ id, subject, author, at }) => ({
  ...{ id, subject, author, at },
  strip: [
    { outcome: 'failed', durationMs: 30 },
    { outcome: 'succeeded', durationMs: 40 },
  ],
}))

export const files: FileDiff[] = [
  {
    ...{
      path: 'scripts/finance/sync-invoices/main.py',
      status: 'changed',
      binary: false,
      additions: 1,
      deletions: 1,
    },
    hunks: [
      {
        header: '@@ -1,2 +1,2 @@ def main(data):',
        lines: [
          { kind: 'same', before: 1, after: 1, text: 'import os' },
          { kind: 'removed', before: 2, text: 'PAGES = 1' },
          { kind: 'added', after: 2, text: 'PAGES = 2' },
        ],
      },
    ],
  },
  {
    ...{
      path: 'lib/pages.py',
      from: 'lib/page.py',
      status: 'renamed',
      binary: false,
      additions: 0,
      deletions: 0,
    },
    hunks: [],
  },
  { path: 'logo.png', status: 'added', binary: true, additions: 0, deletions: 0, hunks: [] },
]

export const commit = {
  ...{
    id: COMMIT,
    subject: 'Ask page by page',
    body: 'It timed out on the large customers.',
    at: NOW - 3 * HOUR,
  },
  ...{
    author: { name: 'Ada', email: 'ada@example.org' },
    parents: ['1'.repeat(40), '2'.repeat(40)],
    touched,
  },
}

export const newScript: Omit<NewProps, 'page'> = {
  templates: [
    { name: 'blank', description: 'An empty main(data, run)', current: false },
    { name: 'hello', description: 'Says hello', current: true },
  ],
  template: 'hello',
  companions: ['greeting.py', 'x.py'],
  zones: ['Europe/Rome', 'UTC'],
  preview: {
    ...{
      when: 'cron',
      now: NOW,
      words: 'at 07:00, Europe/Rome',
      notes: ['either day counts'],
      next: outlook.next,
    },
    problems: [{ message: "cron '61 * * * *': minute 61 is outside 0-59", remedy: 'write a minute' }],
  },
  fields: {
    ...{
      slug: 'tools.hello',
      description: 'Says hello',
      when: 'cron',
      cron: '0 7 * * *',
      timezone: 'Europe/Rome',
    },
    ...{ every: '', main: 'def main(): pass\n', trigger: 'def trigger(data): return True\n' },
    ...{ requirements: 'requests\n', manifest: 'timeout: 5m\n', paused: true, message: 'Add it' },
  },
  errors: {},
}
