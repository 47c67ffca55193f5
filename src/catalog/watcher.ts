import { basename } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { messageOf, SECOND, type Alarm, type Clock, type Log, type Service } from '../base/index.ts'

// chokidar on a bare repository misses and merges changes (measured), so it only hints, and this is the promise.
const EVERY = 30 * SECOND

/** Calls `moved` when something happened to the refs, and every 30 s in any case; one call at a time. */
export function createWatcher(deps: {
  gitDir: string
  clock: Clock
  log: Log
  moved: () => Promise<unknown>
}): Service {
  const { gitDir, clock, log, moved } = deps
  let files: FSWatcher | undefined
  let alarm: Alarm | undefined
  let busy: Promise<void> | undefined
  let again = false

  async function look(): Promise<void> {
    again = true
    busy ??= (async () => {
      while (again) {
        again = false
        await moved().catch((error: unknown) =>
          log.error({ error: messageOf(error) }, 'sync failed; it is tried again'),
        )
      }
      busy = undefined
    })()
    await busy
  }

  function wait(): void {
    alarm = clock.at(clock.now() + EVERY, () => {
      void look()
      wait()
    })
  }

  return {
    name: 'watcher',
    async start() {
      const watched = watch(['refs', 'packed-refs', 'HEAD'], {
        cwd: gitDir,
        ignoreInitial: true,
        ignored: (path) => basename(path).endsWith('.lock'),
      })
      files = watched
      watched.on('all', () => void look())
      watched.on('error', (error) =>
        log.warn({ error: messageOf(error) }, 'the refs cannot be watched; they are read every 30 s'),
      )
      await new Promise<void>((resolve) => watched.once('ready', () => resolve()))
      wait()
    },
    async stop() {
      alarm?.cancel()
      alarm = undefined
      await files?.close()
      files = undefined
      await busy
    },
  }
}
