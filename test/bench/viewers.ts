import { once } from 'node:events'
import { WebSocket } from 'ws'
import { residentBytes } from './memory.ts'
import { startServer } from './server.ts'

const VIEWERS = 100
const SHORT = 100
const LINES = 5000
// The rest only take what they are told: reading a hundred times the same JSON would be what is measured.
const READERS = 10
const SLUG = 'watched'

// 1,000 lines a second, each with the moment it was written.
const SCRIPT = `import time
def main():
    begin = time.time()
    for i in range(${LINES}):
        print(f"{time.time() * 1000:.0f} " + "x" * 60, flush=i % 10 == 0)
        if i % 10 == 0:
            time.sleep(max(0, begin + i / 1000 - time.time()))
`

/** By how much the server's memory grew at most, bytes, and how long lines were under way to their viewers, milliseconds. */
export type Viewing = { grownBytes: number; delays: number[] }

type Told = { type: string; lines?: { text: string }[] }

/** A hundred viewers follow one log while it is written, and ten of them look at when; one more is connected and takes nothing. */
export async function measureViewers(dataDir: string): Promise<Viewing> {
  const server = await startServer(dataDir)
  const sockets: WebSocket[] = []
  try {
    await server.call('POST', '/scripts', { slug: SLUG, files: { 'main.py': SCRIPT } })
    const key = await server.newKey()
    const headers = { authorization: `Bearer ${key}` }
    for (let i = 0; i <= VIEWERS; i += 1)
      sockets.push(new WebSocket(`${server.url.replace('http', 'ws')}/live`, { headers }))
    await Promise.all(sockets.map((socket) => once(socket, 'open')))
    const before = residentBytes(server.pid)
    let most = before
    const timer = setInterval(() => (most = Math.max(most, residentBytes(server.pid))), 100)
    const { id } = await server.call<{ id: number }>('POST', `/scripts/${SLUG}/runs`, {})
    const [stalled, ...viewers] = sockets
    stalled!.send(JSON.stringify({ follow: `run:${id}` }))
    stalled!.pause()
    const delays = (await Promise.all(viewers.map((socket, i) => watch(socket, id, i < READERS)))).flat()
    clearInterval(timer)
    return { grownBytes: most - before, delays }
  } finally {
    for (const socket of sockets) socket.terminate()
    await server.stop()
  }
}

/** Follows the run to its log's end; gives how long each message's last line was under way. Throws where a line is missing. */
async function watch(socket: WebSocket, run: number, isReader: boolean): Promise<number[]> {
  const delays: number[] = []
  let lines = 0
  const ended = new Promise<void>((resolve) =>
    socket.on('message', (data: Buffer) => {
      if (!isReader) return data.length < SHORT && data.includes('log-end') ? resolve() : undefined
      const told = JSON.parse(data.toString()) as Told
      const written = told.lines?.filter(({ text }) => /^\d+ x/.test(text)) ?? []
      lines += written.length
      if (written.length > 0) delays.push(Date.now() - Number(written.at(-1)!.text.split(' ')[0]))
      if (told.type === 'log-end') resolve()
    }),
  )
  socket.send(JSON.stringify({ follow: `run:${run}` }))
  await ended
  if (isReader && lines !== LINES) throw new Error(`a viewer was told ${lines} of ${LINES} lines`)
  return delays
}
