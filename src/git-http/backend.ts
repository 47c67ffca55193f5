import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gitEnvironment } from '../git/index.ts'
import { answerHooks, type HookAnswer, type HookCall } from './hook.ts'

export type BackendRequest = {
  /** git-http-backend. */
  program: string
  gitDir: string
  /** `/info/refs`, `/git-upload-pack` or `/git-receive-pack`. */
  path: string
  query: string
  /** Who asks, for git's own messages. */
  user: string
  /** Configuration for this one request, `key → value`. */
  config?: Record<string, string>
  answer: (call: HookCall) => Promise<HookAnswer>
}

/**
 * Serves one request by `git http-backend` (its CGI interface is RFC 3875's), bodies streamed both ways, and resolves
 * when git has ended. Its hooks' questions are answered meanwhile. A client that goes away ends git.
 */
export async function serveBackend(
  request: BackendRequest,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const child = spawn(request.program, [], {
    env: environmentOf(request, incoming),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    // Of its own group, so that receive-pack and its hooks end with it.
    detached: true,
  })
  const end = () => {
    if (child.exitCode !== null || !child.pid) return
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch {
      // It was killed, and left nobody behind.
    }
  }
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) end()
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  const [, , , questions, answers] = child.stdio as unknown as Duplex[]
  const hooks = answerHooks(questions!, answers!, request.answer)
  answers!.on('error', () => undefined)
  const closed = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (_code, signal) => resolve(signal))
  })

  // git may answer before it has read everything (a refusal); the rest of the body is then of no use to anyone.
  const upload = pipeline(incoming, child.stdin).catch(() => undefined)
  const download = sendAnswer(child.stdout, outgoing)
  const results = await Promise.allSettled([closed, hooks, upload, download])
  if (outgoing.destroyed) return
  const failure = results.find((result) => result.status === 'rejected')
  const [ended] = results
  const signal = ended.status === 'fulfilled' ? ended.value : null
  if (outgoing.headersSent && !failure && !signal) return void outgoing.end()
  // What came before a sudden end must not look like a whole answer.
  if (outgoing.headersSent) outgoing.destroy()
  const how = outgoing.headersSent ? 'ended in the middle of its answer' : 'gave no answer'
  throw new Error(`git http-backend ${how}${signal ? ` (${signal})` : ''}: ${said}`, {
    cause: failure?.reason,
  })
}

function environmentOf(
  { gitDir, path, query, user, config = {} }: BackendRequest,
  incoming: IncomingMessage,
): Record<string, string> {
  const header = (name: string) => incoming.headers[name] as string | undefined
  const optional: Record<string, string | undefined> = {
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: header('content-length'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
  }
  const pairs = Object.entries(config)
  return gitEnvironment({
    GIT_PROJECT_ROOT: gitDir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    QUERY_STRING: query,
    REQUEST_METHOD: incoming.method ?? 'GET',
    REMOTE_USER: user,
    REMOTE_ADDR: incoming.socket.remoteAddress ?? '',
    GIT_COMMITTER_NAME: user,
    GIT_COMMITTER_EMAIL: `${user}@localhost`,
    GIT_CONFIG_COUNT: String(pairs.length),
    ...Object.fromEntries(
      pairs.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, key],
        [`GIT_CONFIG_VALUE_${at}`, value],
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(optional).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
  })
}

/** Turns the CGI answer (header lines, an empty line, the body) into the HTTP one, all but its end. */
async function sendAnswer(output: Readable, outgoing: ServerResponse): Promise<void> {
  let head = Buffer.alloc(0)
  let begun = false
  await pipeline(
    output,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        if (begun) {
          yield chunk
          continue
        }
        head = Buffer.concat([head, chunk])
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) continue
        begun = true
        sendHeaders(head.toString('latin1', 0, end), outgoing)
        yield head.subarray(end + 4)
      }
    },
    outgoing,
    { end: false },
  )
}

function sendHeaders(text: string, outgoing: ServerResponse): void {
  let status = 200
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()]
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10)
    else outgoing.setHeader(name, value)
  }
  outgoing.writeHead(status)
}
