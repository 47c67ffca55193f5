import { Agent, request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createClient } from '@libsql/client'
import { makeRepository } from './repository.ts'
import { folderOf } from './script-files.ts'
import { PASSWORD, startServer } from './server.ts'
import { timed } from './measure.ts'

const SCRIPTS = 1000
const RUNS = 100_000
const VISITS = 40
const WARM_UP = 5

/** How long a page takes, and the server's own hello in turns with it; milliseconds. */
export type PageTimes = { path: string; ours: number[]; base: number[] }

export type Pages = {
  times: PageTimes[]
  /** What a browser loads at its first visit of the overview, and the editor's own script; bytes as gzip makes them. */
  firstLoadBytes: number
  editorBytes: number
}

/** Visits pages of a server that has a history: 1,000 scripts with 100 runs each. */
export async function measurePages(folder: string): Promise<Pages> {
  const dataDir = join(folder, 'data')
  await makeRepository(join(dataDir, 'scripts.git'), SCRIPTS)
  await (await startServer(dataDir)).stop()
  await seedRuns(join(dataDir, 'record.db'))
  const server = await startServer(dataDir)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    const visitor = await signIn(server.url, agent)
    const slug = folderOf(1).replace('scripts/', '').replaceAll('/', '.')
    const paths = ['/', '/scripts', `/scripts/${slug}`, '/runs', `/runs/${RUNS}`, '/commits']
    const times: PageTimes[] = []
    for (const path of paths) times.push(await compareVisits(visitor, path))
    return {
      times,
      firstLoadBytes: await loadBytes(visitor, '/'),
      editorBytes: gzipSync(await visitor.get('/assets/editor.js')).length,
    }
  } finally {
    agent.destroy()
    await server.stop()
  }
}

type Visitor = { get(path: string): Promise<Buffer> }

async function compareVisits(visitor: Visitor, path: string): Promise<PageTimes> {
  const times: PageTimes = { path, ours: [], base: [] }
  for (let visit = 0; visit < VISITS + WARM_UP; visit += 1) {
    const ours = await timed(() => visitor.get(path))
    const base = await timed(() => visitor.get('/healthz'))
    if (visit < WARM_UP) continue
    times.ours.push(ours)
    times.base.push(base)
  }
  return times
}

/** The page with the styles, scripts and icon that it names, each as gzip makes it. */
async function loadBytes(visitor: Visitor, path: string): Promise<number> {
  const html = await visitor.get(path)
  const assets = [...html.toString().matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, url]) => url!)
  const parts = [html, ...(await Promise.all([...new Set(assets)].map((url) => visitor.get(url))))]
  return parts.reduce((sum, part) => sum + gzipSync(part).length, 0)
}

async function signIn(url: string, agent: Agent): Promise<Visitor> {
  const form = new URLSearchParams({ username: 'admin', password: PASSWORD, next: '/' }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: url }
  const { answer } = await send(new URL('/login', url), { agent, method: 'POST', headers }, form)
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0]
  if (!cookie) throw new Error(`signing in answered ${answer.statusCode}`)
  return {
    async get(path) {
      const { answer, body } = await send(new URL(path, url), { agent, headers: { cookie } })
      if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}`)
      return body
    },
  }
}

function send(
  url: URL,
  options: { agent: Agent; method?: string; headers: Record<string, string> },
  body?: string,
): Promise<{ answer: IncomingMessage; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve({ answer, body: Buffer.concat(chunks) }))
      answer.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Runs as the server records them, one a minute; every tenth failed. The server is not running meanwhile. */
async function seedRuns(file: string): Promise<void> {
  const client = createClient({ url: `file:${file}` })
  const start = Date.now() - RUNS * 60_000
  const commit = 'a'.repeat(40)
  await client.execute({
    sql: `
      WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
      INSERT INTO runs (id, slug, "commit", revision, python, cause, actor, state, outcome, error, isolation,
        queued_at, started_at, ended_at, attempt, force, log_bytes, artifacts)
      SELECT n, printf('team-%02d.report-%04d', (n % ?) / 100, n % ?), ?, ?, '3.11.0', 'tick', 'system',
        CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'succeeded' END,
        CASE WHEN n % 10 = 0 THEN '{"kind":"raised","type":"ValueError"}' ELSE '{"kind":"exited","code":0}' END,
        CASE WHEN n % 10 = 0 THEN '{"type":"ValueError","message":"no rows","traceback":""}' END,
        'namespace', ? + n * 60000, ? + n * 60000 + 5, ? + n * 60000 + 900, 1, 0, 0, '[]'
      FROM numbers`,
    args: [RUNS, SCRIPTS, SCRIPTS, commit, `${commit}-${commit}`, start, start, start],
  })
  client.close()
}
