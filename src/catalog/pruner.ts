import { HOUR, messageOf, SECOND, type Alarm, type Clock, type Log, type Service } from '../base/index.ts'
import type { Checkouts } from './checkouts.ts'

// The first time soon, for a server may be started anew more often than once an hour; but after what the start brings.
const FIRST = 30 * SECOND

/** Takes away checkouts that nothing needs any more, soon after the start and then every hour. */
export function createPruner(deps: {
  checkouts: Checkouts
  revisionsInUse: () => AsyncIterable<string>
  clock: Clock
  log: Log
}): Service {
  const { checkouts, revisionsInUse, clock, log } = deps
  let alarm: Alarm | undefined
  let busy: Promise<void> = Promise.resolve()

  async function prune(): Promise<void> {
    try {
      const checkoutsPruned = await checkouts.prune(revisionsInUse)
      if (checkoutsPruned > 0) log.info({ checkouts: checkoutsPruned }, 'pruned')
    } catch (error) {
      log.error({ error: messageOf(error) }, 'checkouts could not be pruned; it is tried again in an hour')
    }
  }

  function wait(afterMs: number): void {
    alarm = clock.at(clock.now() + afterMs, () => {
      busy = prune()
      wait(HOUR)
    })
  }

  return {
    name: 'pruner',
    start() {
      wait(FIRST)
      return Promise.resolve()
    },
    async stop() {
      alarm?.cancel()
      alarm = undefined
      await busy
    },
  }
}
