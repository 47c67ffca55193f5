import type { Readable } from 'node:stream'
import type { Alarm, Clock } from '../base/index.ts'
import type { Stream } from './log-file.ts'
import type { LogSink } from './log.ts'

const PARTIAL_MS = 100
const LONGEST_PARTIAL = 64 * 1024
const LINE_END = 10

/**
 * Writes what the stream gives into the log by whole lines, so that two streams do not cut into each other's. A
 * line without an end waits 100 ms, then is written as it is. Resolves when the stream has ended.
 */
export function pumpLines(from: Readable, stream: Stream, sink: LogSink, clock: Clock): Promise<void> {
  let partial: Buffer[] = []
  let partialBytes = 0
  let alarm: Alarm | undefined

  function flush(): void {
    alarm?.cancel()
    alarm = undefined
    if (partialBytes > 0) sink.write(stream, Buffer.concat(partial), clock.now())
    partial = []
    partialBytes = 0
  }

  function take(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LINE_END) + 1
    if (end > 0) {
      const whole = chunk.subarray(0, end)
      const bytes = partialBytes > 0 ? Buffer.concat([...partial, whole]) : whole
      partial = []
      partialBytes = 0
      alarm?.cancel()
      alarm = undefined
      sink.write(stream, bytes, clock.now())
    }
    if (end === chunk.length) return
    partial.push(chunk.subarray(end))
    partialBytes += chunk.length - end
    if (partialBytes >= LONGEST_PARTIAL) flush()
    else alarm ??= clock.at(clock.now() + PARTIAL_MS, () => guarded(flush))
  }

  // A full disk must end the run, not the server.
  const { promise, resolve, reject } = withResolvers()
  const guarded = (work: () => void) => {
    try {
      work()
    } catch (error) {
      from.destroy()
      reject(error)
    }
  }
  from.on('data', (chunk: Buffer) => guarded(() => take(chunk)))
  from.once('error', () => undefined)
  from.once('close', () => {
    guarded(flush)
    resolve()
  })
  return promise
}

// Promise.withResolvers, which Node 20 has not.
function withResolvers() {
  let resolve!: () => void
  let reject!: (error: unknown) => void
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
