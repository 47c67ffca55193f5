import { formatDuration } from '../base/index.ts'
import { answerOf, type Client, type Schemas } from '../client/index.ts'
import { RUN_STATES } from '../../views/components/state.tsx'
import type { Output } from './output.ts'
import type { Screen } from './screen.ts'
import { assertScript } from './scripts.ts'

export type Run = Schemas['Run']
type Summary = Schemas['RunSummary']
export type RunFilter = { script?: string; state?: Summary['state'] }

const PAGE = 200

/** `runs`: the newest runs that fit, at most `limit` of them. */
export async function listRuns(
  client: Client,
  output: Output,
  screen: Screen,
  { limit, ...filter }: RunFilter & { limit: number },
): Promise<void> {
  const runs: Summary[] = []
  let cursor: string | undefined
  do {
    const query = {
      ...{ ...filter, limit: Math.min(PAGE, limit - runs.length) },
      ...(cursor === undefined ? {} : { cursor }),
    }
    const page = await answerOf(client.GET('/runs', { params: { query } }))
    runs.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined && runs.length < limit)
  if (runs.length === 0 && filter.script !== undefined) await assertScript(client, filter.script)
  output.data(runs, () => (runs.length > 0 ? tableOf(runs, screen) : 'There are no such runs.'))
}

function tableOf(runs: Summary[], screen: Screen): string {
  return screen.table(
    ['RUN', 'SCRIPT', 'STATE', 'CAUSE', 'QUEUED', 'TOOK', 'WHY'],
    runs.map(({ id, script, state, cause, queuedAt, durationMs, ...run }) => [
      String(id),
      script,
      { text: RUN_STATES[state].word, tone: RUN_STATES[state].tone },
      cause,
      screen.time(queuedAt),
      durationMs === undefined ? '–' : formatDuration(durationMs),
      whyOf({ state, ...run }) ?? '–',
    ]),
  )
}

/** Why a run ended otherwise than well, in one line. */
export function whyOf({ state, summary, error }: Pick<Summary, 'state' | 'summary' | 'error'>) {
  if (state === 'succeeded') return undefined
  return error ? `${summary ?? error.type}: ${error.message}` : summary
}

/** `cancel`: ends a queued run at once, and asks a running one to end. */
export async function cancelRun(client: Client, output: Output, id: number): Promise<void> {
  const { run, text } = await runIn(
    client.POST('/runs/{id}/cancel', { params: { path: { id } }, parseAs: 'text' }),
  )
  output.text(text, () =>
    run.state === 'running'
      ? `Run ${id} of ${run.script} is asked to end; sxs logs -f ${id} shows how it does.`
      : `Run ${id} of ${run.script} is ${run.state}.`,
  )
}

/** A run, and the text that it came as, in which long integers have all their digits. */
export async function runIn(
  asked: Promise<{ data?: string | undefined }>,
): Promise<{ run: Run; text: string }> {
  const text = await answerOf(asked)
  return { run: JSON.parse(text) as Run, text }
}

/** The run with this number; throws not_found. */
export const getRun = (client: Client, id: number) =>
  runIn(client.GET('/runs/{id}', { params: { path: { id } }, parseAs: 'text' }))
