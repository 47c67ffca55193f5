import { CAUSES, RUN_STATES, type Runs } from '../../run/index.ts'
import type { RunsFilter, RunsProps } from '../../../views/runs/index.tsx'

type Wanted = Parameters<Runs['list']>[1]

/**
 * What an address asks of the list of runs: as the form shows it again, and as the verb takes it. What makes no sense is
 * not asked for, and said at its field.
 */
export function readRunsFilter(query: Record<string, string>): {
  filter: RunsFilter
  wanted: Wanted
  errors: NonNullable<RunsProps['errors']>
} {
  const { script, state, cause, from } = query
  const known = RUN_STATES.find((one) => one === state)
  const because = CAUSES.find((one) => one === cause)
  const at = from ? Date.parse(from) : Number.NaN
  return {
    filter: { ...given({ script, state, cause, from }) },
    wanted: {
      ...(script ? { script } : {}),
      ...(known ? { state: known } : {}),
      ...(because ? { cause: because } : {}),
      ...(Number.isNaN(at) ? {} : { from: at }),
    },
    errors: {
      ...(state && !known ? { state: 'no run is in such a state; choose one' } : {}),
      ...(cause && !because ? { cause: 'no run has such a cause; choose one' } : {}),
      ...(from && Number.isNaN(at) ? { from: 'this is no day; write one such as 2026-11-23' } : {}),
    },
  }
}

const given = (fields: Record<string, string | undefined>): RunsFilter =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => Boolean(value)))
