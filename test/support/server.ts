import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { openApp, type App } from '../../src/app.ts'
import { createLog, systemClock } from '../../src/base/index.ts'
import { readConfig } from '../../src/config.ts'
import { isFinal, type Run } from '../../src/run/index.ts'
import { temporaryFolder } from './folder.ts'

const run = promisify(execFile)

export const PASSWORD = 'correct horse battery'

export type Answer = { status: number; headers: Headers; body: Record<string, unknown>; text: string }

/** A whole server on a port of its own, with what a user does to it. */
export type TestServer = Awaited<ReturnType<typeof startServer>>

export async function startServer(
  variables: Record<string, string> = {},
  dataDir = join(temporaryFolder(), 'data'),
) {
  const config = readConfig({
    PATH: process.env['PATH'],
    SXS_DATA_DIR: dataDir,
    SXS_PORT: '0',
    SXS_ADMIN_PASSWORD: PASSWORD,
    SXS_DISK_RESERVE: '1MiB',
    SXS_LOG_LEVEL: 'error',
    ...variables,
  })
  const app = await openApp(config, { clock: systemClock, log: createLog(config.logLevel) })
  const token = await signIn(app)

  async function api(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await fetch(`${app.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson =
      answer.headers.get('content-type')?.includes('json') &&
      !answer.headers.get('content-type')?.includes('jsonl')
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    }
  }

  /** Resolves with the first value that `look` finds, asked again whenever the topic is announced. */
  function when<T>(topic: 'run' | 'tick' | 'head', look: () => Promise<T | undefined>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = app.doors.bus.on(topic, () => void check())
      const check = async () => {
        try {
          const found = await look()
          if (found === undefined) return
          stop()
          resolve(found)
        } catch (error) {
          stop()
          reject(error as Error)
        }
      }
      void check()
    })
  }

  /** The run when it is over. */
  const ended = (id: number) =>
    when('run', async () => {
      const { body } = await api('GET', `/runs/${id}`)
      const found = body as unknown as Run
      return isFinal(found.state) ? found : undefined
    })

  return {
    app,
    dataDir,
    url: app.url,
    gitUrl: app.url.replace('http://', `http://admin:${encodeURIComponent(PASSWORD)}@`) + '/scripts.git',
    token,
    api,
    when,
    ended,
    /** Asks for a run and gives it when it is over. */
    async execute(slug: string, body: Record<string, unknown> = {}): Promise<Run> {
      const { status, body: queued, text } = await api('POST', `/scripts/${slug}/runs`, body)
      if (status !== 202) throw new Error(`${status} ${text}`)
      return ended(queued['id'] as number)
    },
    /** The cookie of who signs in by the form of the dashboard. */
    async cookieOf(username: string): Promise<string> {
      const answer = await fetch(`${app.url}/login`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ username, password: PASSWORD }),
      })
      return answer.headers.get('set-cookie')!.split(';')[0]!
    },
    log: async (id: number) => (await api('GET', `/runs/${id}/log`)).text,
    stop: () => app.stop({ now: true }),
  }
}

async function signIn(app: App): Promise<string> {
  const answer = await fetch(`${app.url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  })
  return ((await answer.json()) as { token: string }).token
}

export type Clone = ReturnType<typeof cloneAt>

/** A clone of the server's repository, as a user has it. */
export async function clone(gitUrl: string): Promise<Clone> {
  const folder = join(temporaryFolder(), 'clone')
  await run('git', ['clone', '--quiet', gitUrl, folder], { env: GIT_ENV })
  return cloneAt(folder)
}

/** A new repository with no history of the server's. */
export async function newRepository(gitUrl: string): Promise<Clone> {
  const folder = join(temporaryFolder(), 'own')
  await run('git', ['init', '--quiet', '--initial-branch=main', folder], { env: GIT_ENV })
  await run('git', ['-C', folder, 'remote', 'add', 'origin', gitUrl], { env: GIT_ENV })
  return cloneAt(folder)
}

export const GIT_ENV = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
}

function cloneAt(folder: string) {
  const git = async (...args: string[]) => {
    const { stdout } = await run('git', ['-C', folder, ...args], { env: GIT_ENV, maxBuffer: 2 ** 26 })
    return stdout.trim()
  }
  /** Writes files (null takes one away) and commits them; gives the commit. */
  async function commit(files: Record<string, string | null>, message = 'Change'): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      const full = join(folder, path)
      if (text === null) rmSync(full, { recursive: true })
      else {
        mkdirSync(dirname(full), { recursive: true })
        writeFileSync(full, text)
      }
    }
    await git('add', '--all')
    await git('commit', '--quiet', '--allow-empty', '-m', message)
    return git('rev-parse', 'HEAD')
  }
  /** Pushes; gives whether it was accepted and what the server said, without `remote: `. */
  async function push(...args: string[]): Promise<{ ok: boolean; said: string }> {
    const { ok, stderr } = await run(
      'git',
      ['-C', folder, 'push', ...(args.length > 0 ? args : ['origin', 'main'])],
      {
        env: GIT_ENV,
      },
    ).then(
      ({ stderr }) => ({ ok: true, stderr }),
      (error: { stderr: string }) => ({ ok: false, stderr: error.stderr }),
    )
    const said = stderr
      .split('\n')
      .filter((line) => line.startsWith('remote: '))
      .map((line) => line.slice('remote: '.length).trimEnd())
    return { ok, said: said.join('\n').trim() || stderr.trim() }
  }
  return {
    folder,
    git,
    commit,
    push,
    /** Commits and pushes; throws where it is refused. */
    async ship(
      files: Record<string, string | null>,
      message?: string,
    ): Promise<{ commit: string; said: string }> {
      const id = await commit(files, message)
      const { ok, said } = await push()
      if (!ok) throw new Error(said)
      return { commit: id, said }
    },
  }
}
