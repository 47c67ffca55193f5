import { expect, test } from 'vitest'
import type { RunMark, RunSummary } from '../../src/run/index.ts'
import type { Tick } from '../../src/schedule/index.ts'
import { failingOf, lastRunOf, reasonOf, stripOf, usefulLine } from '../../src/web/pages/history.ts'

const START = Date.UTC(2026, 0, 1)
const MINUTE = 60_000

function run(id: number, state: RunMark['state'], more: Partial<RunMark> = {}): RunMark {
  const startedAt = START + id * MINUTE
  return {
    ...{ id, state, revision: 'r', queuedAt: startedAt, startedAt, endedAt: startedAt + 100 * id },
    ...more,
  }
}

function tick(minute: number, outcome: Tick['outcome'], more: Partial<Tick> = {}): Tick {
  const scheduledAt = START + minute * MINUTE
  return {
    ...{ id: minute, slug: 'a', scheduleId: 's', scheduledAt, until: scheduledAt, count: 1, outcome },
    ...more,
  }
}

test('failures count back to the last success; what was cancelled says nothing', () => {
  const runs = [run(9, 'running'), run(8, 'failed'), run(7, 'cancelled'), run(6, 'lost'), run(5, 'succeeded')]
  expect(failingOf(runs, [])).toEqual({
    count: 2,
    since: START + 6 * MINUTE,
    runId: 8,
  })
  expect(failingOf([run(6, 'succeeded'), run(5, 'failed')], [])).toBeUndefined()
  expect(failingOf([], [])).toBeUndefined()
})

test('where all that is known failed, there may have been more', () => {
  const runs = Array.from({ length: 30 }, (_, i) => run(40 - i, 'failed'))
  expect(failingOf(runs, [])).toMatchObject({ count: 30, more: true, since: START + 40 * MINUTE })
})

test('a gate that cannot answer fails its script, until it answers', () => {
  const bad = [
    tick(1, 'ran'),
    tick(2, 'gate-failed'),
    tick(3, 'skipped'),
    tick(4, 'gate-failed', { count: 3, reason: 'raised KeyError' }),
  ]
  expect(failingOf([run(1, 'succeeded')], bad)).toEqual({
    gate: true,
    count: 4,
    since: START + 2 * MINUTE,
    reason: 'raised KeyError',
  })
  expect(failingOf([run(1, 'succeeded')], [...bad, tick(5, 'gated')])).toBeUndefined()
})

test('a strip has runs and the moments that came to none, in the order of time', () => {
  const runs = [run(7, 'queued'), run(5, 'failed', { revision: 'other' }), run(2, 'succeeded')]
  const ticks = [
    tick(1, 'missed'),
    tick(2, 'ran'),
    tick(3, 'gated'),
    tick(4, 'gate-failed'),
    tick(6, 'skipped'),
  ]
  expect(stripOf(runs, ticks)).toEqual([
    { outcome: 'missed' },
    { outcome: 'succeeded', durationMs: 200 },
    { outcome: 'gated' },
    { outcome: 'failed' },
    { outcome: 'failed', durationMs: 500, changed: true },
    { outcome: 'skipped' },
  ])
  const many = Array.from({ length: 30 }, (_, i) => run(60 - i, 'succeeded'))
  const strip = stripOf(many, [tick(1, 'missed')])
  expect(strip).toHaveLength(30)
  expect(strip.every(({ outcome, changed }) => outcome === 'succeeded' && !changed)).toBe(true)
})

test('a reason is one line that a person can read', () => {
  const ended = (state: RunSummary['state'], more: Partial<RunSummary> = {}): RunSummary => ({
    ...{ id: 1, script: 'a', commit: 'c', revision: 'r', cause: 'tick', actor: 'system', state },
    ...{ queuedAt: '2026-01-01T00:00:00Z', attempt: 1, logBytes: 0 },
    ...{ outcome: { kind: 'exited', code: 3 }, summary: 'exited with code 3' },
    ...more,
  })
  const error = { type: 'ValueError', message: 'one\ntwo \u001b[31mred' }
  expect(reasonOf(ended('failed', { outcome: { kind: 'raised', type: 'ValueError' }, error }))).toBe(
    'ValueError: one',
  )
  expect(reasonOf(ended('failed', { error: { type: 'ExitCode', message: '' } }))).toBe('exited with code 3')
  const message = 'WARNING: Retrying\nERROR: No matching distribution found for pandsa\nERROR: more'
  expect(
    reasonOf(ended('failed', { outcome: { kind: 'no-environment', message }, summary: 'no environment' })),
  ).toBe('no environment: No matching distribution found for pandsa')
  expect(usefulLine('WARNING: only this')).toBe('WARNING: only this')
  expect(reasonOf(ended('succeeded'))).toBeUndefined()
  expect(lastRunOf([])).toBeUndefined()
})
