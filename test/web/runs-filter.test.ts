import { expect, test } from 'vitest'
import { readRunsFilter } from '../../src/web/pages/runs-filter.ts'

test('an address asks for runs by script, state, cause and day', () => {
  const query = { script: 'a.b', state: 'failed', cause: 'tick', from: '2026-11-23' }
  const { filter, wanted, errors } = readRunsFilter(query)
  expect(filter).toEqual(query)
  expect(wanted).toEqual({ script: 'a.b', state: 'failed', cause: 'tick', from: Date.UTC(2026, 10, 23) })
  expect(errors).toEqual({})
})

test('what is empty is not asked for', () => {
  expect(readRunsFilter({ script: '', state: '', cause: '', from: '' })).toEqual({
    ...{ filter: {}, wanted: {}, errors: {} },
  })
})

test('what makes no sense is kept for the form, not asked for, and said at its field', () => {
  const { filter, wanted, errors } = readRunsFilter({ state: 'sad', cause: 'moon', from: 'yesterday' })
  expect(filter).toEqual({ state: 'sad', cause: 'moon', from: 'yesterday' })
  expect(wanted).toEqual({})
  expect(errors).toEqual({
    state: 'no run is in such a state; choose one',
    cause: 'no run has such a cause; choose one',
    from: 'this is no day; write one such as 2026-11-23',
  })
})
