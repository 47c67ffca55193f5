import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { createLive } from './live.ts'
import type { Env } from './identity.ts'

export type Listening = {
  /** The address as it is listened on, `http://127.0.0.1:8080`. */
  url: string
  /** Takes no more connections; those under way get `graceMs`, then are cut. */
  close(graceMs: number): Promise<void>
}

type Wanted = { host: string; port: number }

/** Serves the app and its WebSocket; throws Node's own error where the port cannot be had. */
export async function listen(
  app: Hono<Env>,
  live: ReturnType<typeof createLive>,
  wanted: Wanted,
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch as Parameters<typeof createAdaptorServer>[0]['fetch'],
    // A push may take as long as it takes; a header may not.
    serverOptions: { requestTimeout: 0, headersTimeout: 30_000 },
  }) as Server
  server.on('upgrade', (incoming, socket, head) => void live.upgrade(incoming, socket, head))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wanted.port, wanted.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = wanted.host.includes(':') ? `[${wanted.host}]` : wanted.host
  return {
    url: `http://${host}:${port}`,
    async close(graceMs) {
      live.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), graceMs)
      await closed
      clearTimeout(cut)
    },
  }
}
