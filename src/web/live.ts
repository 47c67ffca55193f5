import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { z } from 'zod'
import { AppError, messageOf, timeText } from '../base/index.ts'
import { assertCan, maySee, type Located } from '../access/index.ts'
import type { Doors } from './doors.ts'
import type { LogLine } from '../run/index.ts'
import { isSameOrigin } from './guard.ts'
import { SESSION_COOKIE } from './identity.ts'

const request = z.object({
  follow: z.union([z.literal('runs'), z.string().regex(/^run:\d{1,15}$/)]),
  from: z.number().int().min(0).optional(),
})

// A viewer that reads slower than this gets no more until it has caught up: the log is on disk, and it goes on by offset.
const MOST_UNSENT_BYTES = 256 * 1024
const MOST_MESSAGE_BYTES = 4096
const MOST_FOLLOWED = 20
const PIECE_BYTES = 64 * 1024
const PING_EVERY_MS = 30_000
const STREAMS = { stdout: 'out', stderr: 'err', note: 'note' } as const

/** The one WebSocket, `/live`: who follows a run gets its log from an offset on, who follows `runs` is told of changes. */
export function createLive(doors: Doors) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
  })

  /** Takes over an upgrade of the HTTP server; anything but a signed-in viewer of our own pages is refused. */
  async function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    const url = new URL(incoming.url ?? '/', 'http://localhost')
    if (url.pathname !== '/live') return refuse(socket, '404 Not Found')
    const actor = await identify(incoming).catch(() => undefined)
    if (!actor) return refuse(socket, '401 Unauthorized')
    server.handleUpgrade(incoming, socket, head, (client) => serve(client, actor))
  }

  async function identify(incoming: IncomingMessage): Promise<Located | undefined> {
    const address = incoming.socket.remoteAddress ?? ''
    const bearer = /^bearer +(\S+)$/i.exec(incoming.headers.authorization ?? '')?.[1]
    if (bearer) return doors.access.authenticate.byBearer(bearer, address)
    const headers = new Headers({ host: incoming.headers.host ?? '' })
    for (const name of ['origin', 'sec-fetch-site']) {
      const value = incoming.headers[name]
      if (typeof value === 'string') headers.set(name, value)
    }
    // The browser sends the cookie from any page, so the page must be ours; and it always names its origin.
    if (!headers.has('origin') || !isSameOrigin(new Request('http://localhost', { headers })))
      return undefined
    const cookie = incoming.headers.cookie?.split(/; */).find((part) => part.startsWith(`${SESSION_COOKIE}=`))
    return cookie === undefined
      ? undefined
      : doors.access.authenticate.byCookie(cookie.slice(SESSION_COOKIE.length + 1), address)
  }

  function serve(client: WebSocket, actor: Located): void {
    const followed = new Map<string, () => void>()
    let alive = true
    const ping = setInterval(() => {
      if (!alive) return client.terminate()
      alive = false
      client.ping()
    }, PING_EVERY_MS)
    client.on('pong', () => (alive = true))
    client.on('error', () => client.terminate())
    client.on('close', () => {
      clearInterval(ping)
      for (const stop of followed.values()) stop()
      followed.clear()
    })
    client.on('message', (data) => {
      try {
        const { follow, from = 0 } = parse(data.toString())
        if (followed.size >= MOST_FOLLOWED)
          throw new AppError('rate_limited', `follow at most ${MOST_FOLLOWED} things at once`)
        followed.get(follow)?.()
        followed.set(
          follow,
          follow === 'runs'
            ? followRuns(client, actor)
            : followLog(client, actor, Number(follow.slice(4)), from),
        )
      } catch (error) {
        send(client, { type: 'error', message: messageOf(error) })
      }
    })
  }

  function followRuns(client: WebSocket, actor: Located): () => void {
    assertCan(actor, 'run.read')
    const stops = [
      doors.bus.on('run', ({ id, slug }) => {
        if (maySee(actor, slug)) tell(client, { type: 'run', id })
      }),
      doors.bus.on('tick', () => tell(client, { type: 'runs' })),
      doors.bus.on('head', () => tell(client, { type: 'runs' })),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Sends the log from the offset on, a piece at a time; waits while the viewer has not taken what was sent. */
  function followLog(client: WebSocket, actor: Located, run: number, from: number): () => void {
    let at = from
    let stopped = false
    let busy = false
    let again = false

    async function pump(): Promise<void> {
      again = true
      if (busy) return
      busy = true
      try {
        while (again && !stopped) {
          again = false
          if (client.bufferedAmount > MOST_UNSENT_BYTES) {
            setTimeout(() => void pump(), 100).unref()
            return
          }
          const { lines, next, complete } = await doors.runs.logLines(actor, run, {
            from: at,
            limit: PIECE_BYTES,
          })
          at = next
          if (lines.length > 0) {
            again = true
            for (const message of messagesOf(run, lines, next)) send(client, message)
          } else if (complete) {
            send(client, { type: 'log-end', run })
            stop()
          }
        }
      } catch (error) {
        send(client, { type: 'error', message: messageOf(error) })
        stop()
      } finally {
        busy = false
      }
    }

    const stops = [
      doors.bus.on('log', ({ id }) => void (id === run && pump())),
      doors.bus.on('run', ({ id }) => void (id === run && pump())),
    ]
    const stop = () => {
      stopped = true
      stops.forEach((one) => one())
    }
    void pump()
    return stop
  }

  return {
    upgrade,
    close() {
      for (const client of server.clients) client.close(1001, 'the server stops')
      server.close()
    },
  }
}

/** Lines as messages; where the log was cut, a message of its own says between which offsets. */
function messagesOf(run: number, lines: LogLine[], end: number): object[] {
  const messages: object[] = []
  let batch: object[] = []
  const flush = (next: number) => {
    if (batch.length > 0) messages.push({ type: 'log', run, next, lines: batch })
    batch = []
  }
  lines.forEach(({ at, stream, text, offset, cut }, index) => {
    if (cut) {
      flush(offset)
      messages.push({ type: 'log-cut', run, from: offset, next: lines[index + 1]?.offset ?? end })
    } else batch.push({ at: timeText(at), stream: STREAMS[stream], text, offset })
  })
  flush(end)
  return messages
}

function parse(text: string): z.infer<typeof request> {
  try {
    return request.parse(JSON.parse(text))
  } catch {
    throw new AppError('invalid', 'send {"follow": "runs"} or {"follow": "run:<id>", "from": <offset>}')
  }
}

/** A hint, which a viewer that is behind does not need: it will read the state anew. */
function tell(client: WebSocket, message: object): void {
  if (client.bufferedAmount < MOST_UNSENT_BYTES) send(client, message)
}

function send(client: WebSocket, message: object): void {
  if (client.readyState === client.OPEN) client.send(JSON.stringify(message))
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
