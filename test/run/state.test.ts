import { describe, expect, test } from 'vitest'
import { isFinal, next, RUN_STATES, type RunEvent, type RunState } from '../../src/run/state.ts'
import { describeOutcome, stateOf, type Outcome } from '../../src/run/outcome.ts'
import { nextAttempt } from '../../src/run/retry.ts'

const outcomes: [Outcome, RunState, string][] = [
  [{ kind: 'exited', code: 0 }, 'succeeded', 'succeeded'],
  [{ kind: 'exited', code: 3 }, 'failed', 'exited with code 3'],
  [{ kind: 'raised', type: 'KeyError' }, 'failed', 'raised KeyError'],
  [{ kind: 'timed-out', afterMs: 1_800_000 }, 'timed-out', 'timed out after 30 min'],
  [{ kind: 'killed', reason: 'killed by SIGSEGV' }, 'failed', 'killed by SIGSEGV'],
  [{ kind: 'lost', reason: 'the server stopped' }, 'lost', 'lost: the server stopped'],
  [
    { kind: 'refused', reason: 'the secret A is not granted' },
    'failed',
    'refused: the secret A is not granted',
  ],
  [{ kind: 'no-environment', message: 'no such package' }, 'failed', 'its environment could not be made'],
  [{ kind: 'not-json', what: 'data', message: 'data.a is a set' }, 'failed', 'data.a is a set'],
  [{ kind: 'gated' }, 'gated', 'the gate said no'],
  [{ kind: 'gate-failed', reason: 'raised OSError' }, 'failed', 'the gate failed: raised OSError'],
  [{ kind: 'cancelled', by: 'ada' }, 'cancelled', 'cancelled by ada'],
]

test.each(outcomes)('%j rests in %s and reads "%s"', (outcome, state, words) => {
  expect(stateOf(outcome)).toBe(state)
  expect(describeOutcome(outcome)).toBe(words)
  expect(isFinal(state)).toBe(true)
})

describe('a state', () => {
  const done: Outcome = { kind: 'exited', code: 0 }
  const events: Record<string, RunEvent> = {
    claimed: { kind: 'claimed' },
    retried: { kind: 'retried', outcome: { kind: 'raised', type: 'X' } },
    succeeded: { kind: 'ended', outcome: done },
    gated: { kind: 'ended', outcome: { kind: 'gated' } },
    cancelled: { kind: 'ended', outcome: { kind: 'cancelled', by: 'ada' } },
    lost: { kind: 'ended', outcome: { kind: 'lost', reason: '' } },
  }
  const possible: Record<string, Record<string, RunState>> = {
    queued: { claimed: 'running', gated: 'gated', cancelled: 'cancelled' },
    running: { retried: 'queued', succeeded: 'succeeded', cancelled: 'cancelled', lost: 'lost' },
  }

  test.each(RUN_STATES)('%s goes where the diagram says, and nowhere else', (state) => {
    for (const [name, event] of Object.entries(events)) {
      const to = possible[state]?.[name]
      if (to) expect(next(state, event)).toBe(to)
      else expect(() => next(state, event), `${state} ${name}`).toThrow(`a run that is ${state} cannot be`)
    }
  })
})

describe('a retry', () => {
  const retries = { limit: 2, delayMs: 30_000, backoff: 2 }
  const raised: Outcome = { kind: 'raised', type: 'X' }

  test('waits longer each time, up to the limit', () => {
    expect(nextAttempt(retries, 1, raised)).toEqual({ attempt: 2, delayMs: 30_000 })
    expect(nextAttempt(retries, 2, raised)).toEqual({ attempt: 3, delayMs: 60_000 })
    expect(nextAttempt(retries, 3, raised)).toBeUndefined()
    expect(nextAttempt({ ...retries, limit: 0 }, 1, raised)).toBeUndefined()
  })

  test('waits a day at most', () => {
    expect(nextAttempt({ ...retries, limit: 99 }, 60, raised)?.delayMs).toBe(86_400_000)
  })

  test('is made after failures that may pass, and only after them', () => {
    const retried = outcomes.filter(([outcome]) => nextAttempt(retries, 1, outcome)).map(([{ kind }]) => kind)
    expect(retried).toEqual(['exited', 'raised', 'timed-out', 'killed', 'lost', 'no-environment', 'not-json'])
  })
})
