import type { LogLine } from '../runs/_log.tsx'

type SentLine = Omit<LogLine, 'at'> & { at: string; offset: number }

/** What the server says over `/live`. */
export type Message =
  | { type: 'log'; run: number; next: number; lines: SentLine[] }
  | { type: 'log-cut'; run: number; from: number; next: number }
  | { type: 'log-end'; run: number }
  | { type: 'runs' }
  | { type: 'run'; id: number }
  | { type: 'head' }

export type Connection = {
  /**
   * Asks for a topic, now and after every new connection; `from` is asked each time, so that a log goes on where it
   * was broken off. Returns the way to stop asking.
   */
  follow(topic: string, from?: () => number): () => void
  onMessage(listen: (message: Message) => void): void
  /** Whether it is open, and why not where the server said so. After a gap, what was missed is to be had again. */
  onState(listen: (open: boolean, why?: string) => void): void
}

// What the server closes with when the session it was opened in has ended (`src/web/live.ts`).
const SIGNED_OUT = 4401
// And where too many follow already; the reason says so.
const NO_PLACE = 1013
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000

/**
 * One WebSocket for the page, opened when something is followed and opened again, ever more slowly, when it breaks. The
 * page was made at `since` by the server's clock; the first connection asks for news from then on.
 */
export function connect(address: URL, since: number): Connection {
  address.protocol = address.protocol.replace('http', 'ws')
  const topics = new Map<string, (() => number) | undefined>()
  const listeners: ((message: Message) => void)[] = []
  const states: ((open: boolean, why?: string) => void)[] = []
  let socket: WebSocket | undefined
  let wait = FIRST_WAIT_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  let isFirst = true

  const ask = (topic: string) => {
    const from = topics.get(topic)?.()
    const given = { ...(from !== undefined && { from }), ...(isFirst && { since }) }
    socket?.send(JSON.stringify({ follow: topic, ...given }))
  }

  const open = () => {
    clearTimeout(timer)
    if (socket || topics.size === 0) return
    const opening = new WebSocket(address)
    let opened = false
    socket = opening
    opening.onopen = () => {
      opened = true
      wait = FIRST_WAIT_MS
      for (const topic of topics.keys()) ask(topic)
      isFirst = false
      for (const listen of states) listen(true)
    }
    opening.onmessage = ({ data }) => {
      const message = parse(data)
      if (message) for (const listen of listeners) listen(message)
    }
    opening.onclose = ({ code, reason }) => {
      // The page is asked for again, which leads to signing in and back.
      if (code === SIGNED_OUT) return location.reload()
      if (!opened) void signInIfAsked()
      socket = undefined
      if (code === NO_PLACE) wait = LONGEST_WAIT_MS
      for (const listen of states) listen(false, code === NO_PLACE ? reason : undefined)
      // Spread out, so that a restarted server is not met by all viewers at once.
      timer = setTimeout(open, wait * (0.5 + Math.random() / 2))
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    }
  }

  addEventListener('online', open)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') open()
  })

  return {
    follow(topic, from) {
      topics.set(topic, from)
      if (socket?.readyState === WebSocket.OPEN) ask(topic)
      else open()
      return () => topics.delete(topic)
    },
    onMessage: (listen) => void listeners.push(listen),
    onState: (listen) => void states.push(listen),
  }
}

/** A connection that is refused does not say why; a page does: it leads to signing in. */
async function signInIfAsked(): Promise<void> {
  const answer = await fetch(location.href, { method: 'HEAD', redirect: 'manual' }).catch(() => undefined)
  if (answer?.type === 'opaqueredirect' || answer?.status === 401) location.reload()
}

function parse(data: unknown): Message | undefined {
  try {
    return JSON.parse(String(data)) as Message
  } catch {
    return undefined
  }
}
