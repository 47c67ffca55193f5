import { once } from 'node:events'
import { WebSocket, type ClientOptions } from 'ws'

export type Line = { at: string; stream: string; text: string; offset: number; partial?: boolean }
export type Told = {
  type: string
  run?: number
  id?: number
  from?: number
  next?: number
  message?: string
  lines?: Line[]
}

export type Follower = Awaited<ReturnType<typeof connect>>

/** A WebSocket to `/live` that keeps what it is told. Rejects with the status where it is refused. */
export async function connect(
  url: string,
  headers: Record<string, string>,
  options: ClientOptions = {},
  path = '/live',
) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers, ...options })
  const told: Told[] = []
  let wake: () => void = () => undefined
  let closed: number | undefined
  let why = ''
  socket.on('message', (data: Buffer) => {
    told.push(JSON.parse(data.toString()) as Told)
    wake()
  })
  socket.on('close', (code, reason: Buffer) => {
    closed = code
    why = reason.toString()
    wake()
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(String(response.statusCode)))
      response.destroy()
    })
    socket.once('error', reject)
  })
  return {
    socket,
    told,
    ask: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    /** The first message like this, of those told already or to come; throws where the connection ends before. */
    async until(isIt: (told: Told) => boolean): Promise<Told> {
      for (let seen = 0; ;) {
        const found = told.slice(seen).find(isIt)
        if (found) return found
        seen = told.length
        if (closed !== undefined) throw new Error(`closed with ${closed} ${why}`)
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    closed: async () => closed ?? ((await once(socket, 'close')) as [number])[0],
    close: () => socket.terminate(),
  }
}

/** The log that was told from an offset on, as bytes; fails where a line does not begin where the one before ended. */
export function bytesOf(told: Told[], from: number): Buffer {
  const pieces: Buffer[] = []
  let at = from
  for (const { text, offset, partial } of told.flatMap(({ lines }) => lines ?? [])) {
    if (offset !== at) throw new Error(`a line begins at ${offset}, not at ${at}`)
    const piece = Buffer.from(partial ? text : `${text}\n`)
    pieces.push(piece)
    at += piece.length
  }
  return Buffer.concat(pieces)
}
