import { answerOf, type Client } from '../client/index.ts'
import { TIERS, type Tier } from '../../views/components/state.tsx'
import type { Output } from './output.ts'
import type { Screen } from './screen.ts'

/** `status`: what the server says of itself. */
export async function showStatus(client: Client, output: Output, screen: Screen, url: string): Promise<void> {
  const status = await answerOf(client.GET('/status'))
  output.data(status, () => {
    const { version, node, git, pythons, isolation, head, indexedCommit, scripts, queue, startedAt } = status
    const tone = TIERS[isolation.tier as Tier]?.tone ?? 'plain'
    const facts = {
      server: `${version} at ${url}, started ${screen.time(startedAt)}`,
      head: head
        ? `${head.slice(0, 7)}${indexedCommit === head ? '' : ', not indexed yet'}`
        : 'main is empty',
      scripts: String(scripts),
      runs: `${queue.running} running, ${queue.queued} queued, ${queue.workers} at once`,
      isolation: `${screen.paint(isolation.tier, tone)}: ${isolation.refusal ?? isolation.reason}`,
      machine: `Node ${node}, git ${git}, Python ${pythons.join(', ')}`,
    }
    return Object.entries(facts)
      .map(([name, fact]) => `${name.padEnd(9)}  ${fact}`)
      .join('\n')
  })
}
