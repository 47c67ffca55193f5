import type { Readable } from 'node:stream'
import type { Alarm, Clock } from '../base/index.ts'
import type { Stream } from './log-file.ts'
import type { LogSink } from './log.ts'
import type { Masking } from './secrets.ts'

const PARTIAL_MS = 100
const LONGEST_PARTIAL = 64 * 1024
const LINE_END = 10

/**
 * Writes what the stream gives into the log by whole lines, so that two streams do not cut into each other's. A
 * line without an end waits 100 ms, then is written as it is. Resolves when the stream has ended. `mask` stands before
 * all that, so that nothing of a secret is ever written.
 */
export function pumpLines(
  from: Readable,
  stream: Stream,
  sink: LogSink,
  clock: Clock,
  mask?: ReturnType<Masking['stream']>,
): Promise<void> {
  let partial: Buffer[] = []
  let partialBytes = 0
  let alarm: Alarm | undefined

  function flush(ended = false): void {
    alarm?.cancel()
    alarm = undefined
    const bytes = Buffer.concat(partial)
    // A character that is half here waits for its other half, or it would be shown as two broken ones.
    const length = ended ? bytes.length : wholeLength(bytes)
    if (length > 0) sink.write(stream, bytes.subarray(0, length), clock.now())
    partial = length < bytes.length ? [bytes.subarray(length)] : []
    partialBytes = bytes.length - length
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
    else alarm ??= clock.at(clock.now() + PARTIAL_MS, () => guarded(() => flush()))
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
  from.on('data', (chunk: Buffer) => guarded(() => take(mask ? mask.take(chunk) : chunk)))
  from.once('error', () => undefined)
  from.once('close', () => {
    guarded(() => {
      if (mask) take(mask.end())
      flush(true)
    })
    resolve()
  })
  return promise
}

/** How many of the bytes are whole characters of UTF-8 (RFC 3629); what is no such text is taken as it is. */
function wholeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needed > back ? bytes.length - back : bytes.length
  }
  return bytes.length
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
