import { describe, expect, test } from 'vitest'
import { describeSchedule, readDefaultsFile, scriptSchema } from '../../src/script/index.ts'
import { problemsOf, readTree, scriptOf } from './tree.ts'

const HOUR = 3_600_000

test('an empty manifest has every default of the contract', () => {
  expect(scriptOf('# nothing\n')).toEqual({
    slug: 'report',
    folder: 'scripts/report',
    single: false,
    entry: 'scripts/report/main.py',
    manifest: {
      tags: [],
      entry: 'main.py',
      args: [],
      schedules: [],
      paused: false,
      overlap: 'skip',
      catchUp: { mode: 'latest', windowMs: 24 * HOUR },
      timeoutMs: HOUR / 2,
      graceMs: 10_000,
      gateTimeoutMs: 30_000,
      retries: { limit: 0, delayMs: 30_000, backoff: 2 },
      network: true,
      env: {},
      secrets: [],
    },
    requirements: { source: '', kind: 'none', lines: [] },
  })
})

test('every key arrives, and the script is plain JSON', () => {
  const script = scriptOf(
    `
description: Daily
tags: [reports, reports]
entry: run.py
args: [-v, 1.10, true]
schedule: [{cron: "0 7 * * 1-5", timezone: Europe/Rome, jitter: 5m}, {every: 15m, start: 2026-01-01T01:00:00+01:00}]
paused: {reason: Holidays, until: 2026-02-01T00:00:00Z}
overlap: queue
catch_up: all
timeout: 1h30m
grace: 0s
gate_timeout: 5
retries: {limit: 2}
python: 3.10
memory: 512MiB
network: false
env: {VERSION: 1.10, ON: true, TEXT: "x"}
secrets: [SMTP_PASSWORD, {name: GCP_KEY, file: sa.json}]
input_schema: {type: object, properties: {name: {type: string}}, required: [name]}
after: {script: finance.load}
notify: {on: [failure], to: [ops, a@b.org], remind: 24h}
retention: {runs: 500, age: 90d}
disable_after: 5
allow_sdists: [tabulate]
warm: true
`,
    { 'scripts/report/run.py': '', 'scripts/report/trigger.py': '', 'scripts/report/README.md': '# x' },
  )
  expect(script).toMatchObject({
    entry: 'scripts/report/run.py',
    gate: 'scripts/report/trigger.py',
    readme: 'scripts/report/README.md',
  })
  expect(script.manifest).toEqual({
    description: 'Daily',
    tags: ['reports'],
    entry: 'run.py',
    args: ['-v', '1.10', 'true'],
    schedules: [
      {
        id: expect.stringMatching(/^[0-9a-f]{12}$/),
        kind: 'cron',
        cron: '0 7 * * 1-5',
        timezone: 'Europe/Rome',
        jitterMs: 300_000,
      },
      {
        id: expect.any(String),
        kind: 'every',
        everyMs: HOUR / 4,
        startAt: Date.UTC(2026, 0, 1),
        jitterMs: 0,
      },
    ],
    paused: { reason: 'Holidays', until: Date.UTC(2026, 1, 1) },
    overlap: 'queue',
    catchUp: { mode: 'all', windowMs: 24 * HOUR },
    timeoutMs: 1.5 * HOUR,
    graceMs: 0,
    gateTimeoutMs: 5000,
    retries: { limit: 2, delayMs: 30_000, backoff: 2 },
    python: '3.10',
    memoryBytes: 512 * 2 ** 20,
    network: false,
    env: { VERSION: '1.10', ON: 'true', TEXT: 'x' },
    secrets: [{ name: 'SMTP_PASSWORD' }, { name: 'GCP_KEY', file: 'sa.json' }],
    inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    after: { script: 'finance.load', on: 'success' },
    notify: { on: ['failure'], to: ['ops', 'a@b.org'], remindMs: 24 * HOUR },
    retention: { runs: 500, ageMs: 90 * 24 * HOUR },
    disableAfter: 5,
    allowSdists: ['tabulate'],
    warm: true,
  })
  expect(JSON.parse(JSON.stringify(script))).toEqual(script)
})

test('true pauses, and an alias is followed', () => {
  expect(scriptOf('paused: true').manifest.paused).toEqual({})
  expect(scriptOf('timeout: &t 5m\ngrace: *t').manifest.graceMs).toBe(300_000)
})

describe('the id of a schedule is a hash of its meaning', () => {
  const ids = (schedule: string, timezone?: string) =>
    scriptOf(`schedule: ${schedule}`, {}, timezone).manifest.schedules.map(({ id }) => id)
  test.each([
    ['{cron: "@daily"}', '{cron: "00 0 * * *", timezone: UTC}'],
    ['{cron: "0 0 * * SUN"}', '{cron: "0 0 * * 7", jitter: 0s}'],
    ['{every: 1h}', '{every: 60m, start: 1970-01-01T00:00:00Z}'],
  ])('%s is %s', (one, other) => expect(ids(one)).toEqual(ids(other)))
  test.each([
    ['{cron: "@daily"}', '{cron: "@daily", timezone: Europe/Rome}'],
    ['{cron: "@daily"}', '{cron: "@daily", jitter: 1m}'],
    ['{every: 1h}', '{every: 1h, start: 2026-01-01T00:30:00Z}'],
  ])('%s is not %s', (one, other) => expect(ids(one)).not.toEqual(ids(other)))
  test('reordering changes nothing, and the zone of the server is part of it', () => {
    expect(ids('[{every: 1h}, {every: 2h}]')).toEqual(ids('[{every: 2h}, {every: 1h}]').toReversed())
    expect(ids('{cron: "@daily"}', 'Europe/Rome')).toEqual(ids('{cron: "@daily", timezone: Europe/Rome}'))
  })
})

describe('a gate', () => {
  const schedules = (manifest: string) =>
    scriptOf(manifest, { 'scripts/report/trigger.py': '' }).manifest.schedules.map(describeSchedule)
  test('alone is asked every minute', () => expect(schedules('')).toEqual(['every minute']))
  test('with an empty list is never asked', () => expect(schedules('schedule: []')).toEqual([]))
  test('with a schedule is asked then', () =>
    expect(schedules('schedule: {every: 2h}')).toEqual(['every 2 hours']))
})

test.each([
  ['{cron: "0 2 * * *", timezone: Europe/Rome}', 'at 02:00, Europe/Rome'],
  ['{cron: "@weekly"}', 'at 00:00, only on Sunday, UTC'],
  ['{cron: "*/15 * * * *", jitter: 5m}', 'every 15 minutes, UTC, up to 5 min later'],
  ['{every: 90s}', 'every 90 seconds'],
  ['{every: 1d}', 'every day'],
  ['{every: 1500m, start: 2026-01-01T00:00:00Z}', 'every 25 hours, counted from 2026-01-01T00:00:00.000Z'],
])('%s reads: %s', (schedule, words) => {
  expect(scriptOf(`schedule: ${schedule}`).manifest.schedules.map(describeSchedule)).toEqual([words])
})

describe('sxs.yaml', () => {
  const files = {
    'scripts/a/main.py': '',
    'scripts/b/main.py': '',
    'scripts/b/script.yaml': 'timeout: 7m\nenv: {B: 1}\n',
    'sxs.yaml': 'defaults:\n  timeout: 5m\n  env: {A: 1}\n',
  }
  test('gives defaults, and the key of a manifest wins', () => {
    const { scripts } = readTree(files)
    expect(scripts['a']!.manifest).toMatchObject({ timeoutMs: 300_000, env: { A: '1' } })
    expect(scripts['b']!.manifest).toMatchObject({ timeoutMs: 420_000, env: { B: '1' } })
  })
  test('has its problems at its own place, and scripts go on with what is right in it', () => {
    const wrong = 'defaults:\n  timout: 5m\n  grace: 5s\n  overlap: no\n  entry: x.py\nother: 1\n'
    expect(readTree({ ...files, 'sxs.yaml': wrong }).scripts['a']!.manifest.graceMs).toBe(5000)
    expect(
      readDefaultsFile(wrong).problems.map(({ line, message, remedy }) => `${line}: ${message}; ${remedy}`),
    ).toEqual([
      "6: unknown key 'other' in sxs.yaml; write keys of manifests below defaults:",
      '5: entry: each script has its own; write it in its script.yaml',
      "2: unknown key 'timout'; write 'timeout'",
      "4: overlap 'no': it is not one of skip, queue, replace, allow; write one of skip, queue, replace, allow",
    ])
    expect(readDefaultsFile('defaults: [1]').problems).toMatchObject([{ line: 1, column: 11 }])
    expect(readDefaultsFile('').problems).toEqual([])
  })
})

test('a problem that needs the whole script is told at its key', () => {
  const block = '# /// script\n# requires-python = ">=3.12"\n# ///\n'
  expect(problemsOf('after: {script: report}\npython: "3.11"', { 'scripts/report/main.py': block })).toEqual([
    "1:17: after.script 'report': a script cannot come after itself; name another script, or use schedule",
    "2:9: python '3.11': no Python is that and also requires-python '>=3.12'; make the two agree",
  ])
})

test('the JSON Schema knows every key, its default, and what is acted on later', () => {
  const schema = scriptSchema() as { properties: Record<string, { description: string; default?: unknown }> }
  expect(Object.keys(schema.properties).join(' ')).toBe(
    'description tags entry args schedule paused overlap catch_up timeout grace gate_timeout retries python memory network env secrets input_schema after notify retention disable_after allow_sdists warm',
  )
  expect(schema.properties['timeout']).toMatchObject({ default: '30m', examples: ['30m'] })
  expect(schema.properties['warm']!.description).toContain('acted on by a later version')
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
})
