import { SECOND } from '../base/index.ts'

// Whoever sends more, or more slowly, than this is cut off.
const MOST_BYTES = 256 * 2 ** 20
const LONGEST_MS = 30 * SECOND

/**
 * Reads what is still sent and throws it away. Many clients listen only after they have sent everything: to them a
 * connection that closes before is a broken one, and what was answered is never read.
 */
export async function drain({ body }: Request): Promise<void> {
  if (!body || body.locked) return
  let bytes = 0
  const nowhere = new WritableStream<Uint8Array>({
    write(chunk) {
      bytes += chunk.length
      if (bytes > MOST_BYTES) throw new Error('too much to be thrown away')
    },
  })
  await body.pipeTo(nowhere, { signal: AbortSignal.timeout(LONGEST_MS) }).catch(() => undefined)
}
