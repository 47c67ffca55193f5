import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { z } from 'zod'
import { AppError, messageOf } from '../base/index.ts'
import { assertCan, maySee, type Located } from '../access/index.ts'
import type { Doors } from './doors.ts'
import { isSameOrigin } from './guard.ts'
import { SESSION_COOKIE } from './identity.ts'
import { createSender, followLog, type Sender } from './live-log.ts'
import { createPlaces, type LiveLimits } from './live-places.ts'
import { createLogShare } from './live-share.ts'

const request = z.object({
  follow: z.union([z.enum(['runs', 'head']), z.string().regex(/^run:\d{1,15}$/)]),
  from: z.number().int().min(0).optional(),
  since: z.number().int().min(0).optional(),
})

const MOST_MESSAGE_BYTES = 4096
const MOST_FOLLOWED = 20
// A viewer with more than this still to take is told no news: it reads the state anew when it comes to it.
const MOST_NEWS_BYTES = 64 * 1024
// Who asks and asks and takes no answers is cut off.
const MOST_UNSENT_BYTES = 2 ** 20
const MOST_WAITING = 200
// Who is signed out is let go within five seconds.
const CHECK_EVERY_MS = 4000
const PING_EVERY_MS = 30_000
const CLOSE_GRACE_MS = 500
// In the range that RFC 6455 leaves to applications; the pages know it (`views/client/connection.ts`).
const SIGNED_OUT = 4401
// Of RFC 6455's registry, "service restart": come again, now with the rights that you have now.
const COME_AGAIN = 1012
// Of the same registry, "try again later"; the page says the reason.
const NO_PLACE = 1013

type Viewer = { client: WebSocket; actor: Located; sender: Sender }
type Every = { checkEveryMs: number; pingEveryMs: number }
type Options = Partial<Every> & { limits: LiveLimits }

/**
 * The one WebSocket, `/live`: who follows a run gets its log from an offset on,
 * who follows `runs` is told of changes, who follows `head` when main has moved and is indexed; with `since`, the time
 * (Unix milliseconds) when a page was made, at once if there has been such news from then on.
 * Every `checkEveryMs` it asks whether the viewer is still signed in, every `pingEveryMs` whether it is still there.
 */
export function createLive(
  doors: Doors,
  { checkEveryMs = CHECK_EVERY_MS, pingEveryMs = PING_EVERY_MS, limits }: Options,
) {
  const places = createPlaces(limits)
  const newestAt = { runs: -Infinity, head: -Infinity }
  for (const topic of ['run', 'tick', 'head', 'environment'] as const)
    doors.bus.on(topic, () => (newestAt.runs = doors.clock.now()))
  doors.bus.on('head', () => (newestAt.head = doors.clock.now()))
  const share = createLogShare((...asked) => doors.runs.logLines(...asked), doors.bus)
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
  })

  /** Takes over an upgrade of the HTTP server; anything but a signed-in viewer of our own pages is refused. */
  async function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    if (incoming.url?.split('?')[0] !== '/live') return refuse(socket, '404 Not Found')
    const actor = await identify(incoming).catch(() => undefined)
    if (!actor) return refuse(socket, '401 Unauthorized')
    server.handleUpgrade(incoming, socket, head, (client) => {
      const leave = placeFor(client, actor)
      if (!leave) return
      client.on('close', leave)
      serve({ client, actor, sender: createSender(client) }, () => identify(incoming))
    })
  }

  /** The way to leave; who finds no place is told why, which a browser hears only of a connection that was made. */
  function placeFor(client: WebSocket, actor: Located): (() => void) | undefined {
    try {
      return places.take(actor)
    } catch (error) {
      client.on('error', () => client.terminate())
      client.close(NO_PLACE, messageOf(error))
      setTimeout(() => client.terminate(), CLOSE_GRACE_MS).unref()
      return undefined
    }
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

  function serve(viewer: Viewer, identifyAgain: () => Promise<Located | undefined>): void {
    const { client, sender } = viewer
    const followed = new Map<string, () => void>()
    const leave = watch(viewer, identifyAgain, { checkEveryMs, pingEveryMs })
    client.on('error', () => client.terminate())
    client.on('close', () => {
      leave()
      for (const stop of followed.values()) stop()
      followed.clear()
    })
    client.on('message', (data: Buffer) => {
      const isBehind = client.bufferedAmount > MOST_UNSENT_BYTES || sender.waiting() > MOST_WAITING
      if (isBehind) return client.terminate()
      try {
        const { follow, from = 0, since } = parse(data.toString())
        followed.get(follow)?.()
        followed.delete(follow)
        if (followed.size >= MOST_FOLLOWED)
          throw new AppError('rate_limited', `follow at most ${MOST_FOLLOWED} things at once`)
        followed.set(follow, followOne(follow, from))
        if ((follow === 'runs' || follow === 'head') && since !== undefined && newestAt[follow] >= since)
          tell(client, { type: follow })
      } catch (error) {
        tell(client, { type: 'error', message: messageOf(error) })
      }
    })

    function followOne(topic: string, from: number): () => void {
      if (topic === 'runs') return followRuns(viewer)
      return topic === 'head' ? followHead(viewer) : followRun(topic, from)
    }

    function followRun(topic: string, from: number): () => void {
      const id = Number(topic.slice('run:'.length))
      const stopNews = doors.bus.on('run', (news) => {
        if (news.id === id && maySee(viewer.actor, news.slug)) tell(client, { type: 'run', id })
      })
      const admit = () => doors.runs.get(viewer.actor, id)
      const join = (wake: () => void) => {
        const { read, leave } = share.join(id, wake)
        return { read: (at: number) => read(viewer.actor, at), leave }
      }
      const stopLog = followLog({ run: id, from, admit, join, sender: viewer.sender }, () => {
        stopNews()
        followed.delete(topic)
      })
      return () => {
        stopNews()
        stopLog()
      }
    }
  }

  function followRuns({ client, actor }: Viewer): () => void {
    assertCan(actor, 'run.read')
    const stops = [
      doors.bus.on('run', ({ id, slug }) => {
        if (maySee(actor, slug)) tell(client, { type: 'run', id })
      }),
      doors.bus.on('tick', ({ slug }) => {
        if (maySee(actor, slug)) tell(client, { type: 'runs' })
      }),
      doors.bus.on('head', () => tell(client, { type: 'runs' })),
      doors.bus.on('environment', () => tell(client, { type: 'runs' })),
    ]
    return () => stops.forEach((stop) => stop())
  }

  function followHead({ client, actor }: Viewer): () => void {
    assertCan(actor, 'script.read')
    return doors.bus.on('head', () => tell(client, { type: 'head' }))
  }

  return {
    upgrade,
    /** Says goodbye; who does not answer is left half a second later. */
    close() {
      for (const client of server.clients) client.close(1001, 'the server stops')
      const { clients } = server
      setTimeout(() => clients.forEach((client) => client.terminate()), CLOSE_GRACE_MS).unref()
      server.close()
    },
  }
}

/** Leaves who does not answer, is not signed in any more or may see other things than before. Returns the way to stop. */
function watch(
  viewer: Viewer,
  identifyAgain: () => Promise<Located | undefined>,
  { checkEveryMs, pingEveryMs }: Every,
): () => void {
  const { client } = viewer
  let alive = true
  client.on('pong', () => (alive = true))
  const ping = () => {
    if (!alive) return client.terminate()
    alive = false
    client.ping()
  }
  const check = async () => {
    const actor = await identifyAgain().catch(() => undefined)
    if (!actor) return client.close(SIGNED_OUT, 'signed out')
    if (rightsOf(actor) !== rightsOf(viewer.actor)) client.close(COME_AGAIN, 'your rights have changed')
  }
  const timers = [setInterval(() => void check(), checkEveryMs), setInterval(ping, pingEveryMs)]
  return () => timers.forEach((timer) => clearInterval(timer))
}

const rightsOf = ({ role, scripts }: Located) => JSON.stringify([role, scripts])

function parse(text: string): z.infer<typeof request> {
  try {
    return request.parse(JSON.parse(text))
  } catch {
    throw new AppError(
      'invalid',
      'send {"follow": "runs"}, {"follow": "head"} or {"follow": "run:<id>", "from": <offset>}',
    )
  }
}

/** News, which a viewer that is behind does without. */
function tell(client: WebSocket, message: object): void {
  if (client.readyState === client.OPEN && client.bufferedAmount < MOST_NEWS_BYTES)
    client.send(JSON.stringify(message))
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
