import { AppError } from '../base/index.ts'
import { answerOf, type Client, type Schemas } from '../client/index.ts'
import { STANDINGS } from '../../views/components/state.tsx'
import type { Output } from './output.ts'
import type { Screen } from './screen.ts'

// A hold is not told yet.
type Script = Omit<Schemas['Script'], 'hold'>
export type ScriptFilter = { q?: string; tag?: string; state?: Script['state'] }

const PAGE = 200

/** `scripts`: all scripts that fit, with how they stand and when they are due. */
export async function listScripts(client: Client, output: Output, screen: Screen, filter: ScriptFilter) {
  const scripts: Script[] = []
  let cursor: string | undefined
  do {
    const query = { limit: PAGE, ...filter, ...(cursor === undefined ? {} : { cursor }) }
    const page = await answerOf(client.GET('/scripts', { params: { query } }))
    scripts.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  output.data(scripts, () => (scripts.length > 0 ? tableOf(scripts, screen) : noneOf(filter)))
}

function tableOf(scripts: Script[], screen: Screen): string {
  return screen.table(
    ['SCRIPT', 'STATE', 'NEXT', 'LAST RUN', 'SCHEDULE'],
    scripts.map(({ slug, state, nextTickAt, lastRun, schedule, manifest }) => [
      slug,
      { text: STANDINGS[state].word, tone: STANDINGS[state].tone },
      screen.time(nextTickAt),
      lastRun ? `${lastRun.state}, ${screen.time(lastRun.endedAt ?? lastRun.queuedAt)}` : '–',
      schedule.map(({ words }) => words).join('; ') || (manifest ? 'when asked' : '–'),
    ]),
  )
}

function noneOf(filter: ScriptFilter): string {
  return Object.keys(filter).length > 0
    ? 'No script is like that; sxs scripts lists them all.'
    : 'There are no scripts yet; push a folder with a main.py below scripts/.'
}

/** Throws not_found for a script that is not there, with the name that is most like it. */
export async function assertScript(client: Client, slug: string): Promise<void> {
  await client
    .GET('/scripts/{slug}', { params: { path: { slug } } })
    .catch((error: unknown) => withNearest(client, slug, error))
}

/** Throws what was thrown; where a script was not found, with the name that is most like it. */
export async function withNearest(client: Client, slug: string, error: unknown): Promise<never> {
  if (!(error instanceof AppError) || error.code !== 'not_found') throw error
  const query = { limit: PAGE }
  const { items } = await answerOf(client.GET('/scripts', { params: { query } }))
  const { nearest } = await import('../script/index.ts')
  const meant = nearest(
    slug,
    items.map((script) => script.slug),
  )
  throw new AppError(
    'not_found',
    `${error.message}; ${meant ? `is ${meant} meant?` : 'sxs scripts lists those there are'}`,
  )
}
