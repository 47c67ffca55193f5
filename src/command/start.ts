import { setFlagsFromString } from 'node:v8'
import { createLog, messageOf, systemClock } from '../base/index.ts'
import { openApp } from '../app.ts'
import type { Config } from '../config.ts'

/** `start`: serves until SIGTERM or SIGINT, which drain; a second one ends it at once. Gives the exit code. */
export async function start(config: Config): Promise<number> {
  // What the server makes is read by scripts' own uids where that is meant, so the mask is not left to chance.
  process.umask(0o022)
  keepHeapSmall()
  const log = createLog(config.logLevel)
  for (const name of config.unknown)
    log.warn({ variable: name }, 'this variable is no setting; is it misspelt?')
  const app = await openApp(config, { clock: systemClock, log })
  process.stdout.write(`ScriptExecuterServer ready at ${app.url}\n`)
  if (app.setUpLink) process.stdout.write(`Choose the first admin's password at ${app.setUpLink}\n`)

  return new Promise((resolve) => {
    let signals = 0
    const stop = (signal: NodeJS.Signals) => {
      signals += 1
      log.info({ signal }, signals === 1 ? 'draining; a second signal stops at once' : 'stopping at once')
      app.stop({ now: signals > 1 }).then(
        () => resolve(0),
        (error: unknown) => {
          log.error({ error: messageOf(error) }, 'the server did not stop cleanly')
          resolve(1)
        },
      )
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}

/**
 * V8 looks for garbage when the heap is four times what was in use, and makes the space of new things larger the more
 * of them there are. Both are for throughput; here each spawn of a process holds up everything in proportion to the
 * resident set. What `npm start` and the image say to node, to begin with a small space, only works there.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30')
  setFlagsFromString('--semi-space-growth-factor=1')
}
