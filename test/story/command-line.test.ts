import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { CLI, startSxs, sxs } from '../support/process.ts'
import { clone, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let key: string
let env: Record<string, string>

// Says so, and waits for a file in its state folder, or to be cancelled.
const WAITS = `import os, pathlib, time
def main(run):
    print("begun", flush=True)
    while not (pathlib.Path(os.environ["SXS_STATE_DIR"]) / "go").exists():
        time.sleep(0.02)
    print("went on")
    return run.input
`

beforeAll(async () => {
  server = await startServer()
  key = (await server.api('POST', '/api-keys', { user: 'admin' })).body['secret'] as string
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/finance/report/main.py': 'def main(run):\n    print("for", run.input)\n    return run.input\n',
    'scripts/finance/report/script.yaml':
      'tags: [finance]\nschedule: {cron: "0 7 * * 1-5", timezone: Europe/Rome}\n',
    'scripts/broken/main.py': 'def main():\n    raise ValueError("no rows for today")\n',
    'scripts/waits/main.py': WAITS,
  })
  env = user()
  expect((await sxs(['login', server.url, '--key-stdin'], env, `${key}\n`)).code).toBe(0)
})
afterAll(() => server.stop())

/** The variables of a user with a home of their own. */
const user = (): Record<string, string> => ({ PATH: process.env['PATH']!, HOME: temporaryFolder() })
const loginsOf = ({ HOME }: Record<string, string>) => join(HOME!, '.config/sxs/logins.json')

test('a login proves the key, and keeps it where only its user can read it', async () => {
  const own = user()
  const wrong = await sxs(['login', server.url, '--key-stdin'], own, 'sxs_wrong\n')
  expect([wrong.code, wrong.stdout]).toEqual([1, ''])
  expect(wrong.stderr).toMatch(
    /^sxs: http:\/\/\S+ does not take this key: it is not known there, or has ended; sxs login \S+ asks for another\n$/,
  )
  expect(await sxs(['login', server.url, '--key-stdin'], own, `${key}\n`)).toEqual({
    code: 0,
    stdout: `Signed in to ${server.url} as admin (admin). The key is kept in ${loginsOf(own)}.\n`,
    stderr: '',
  })
  const modes = [loginsOf(own), join(loginsOf(own), '..')].map((path) => statSync(path).mode & 0o777)
  expect(modes).toEqual([0o600, 0o700])
  expect((await sxs(['logout', '--json'], own)).stdout).toBe(`{\n  "url": "${server.url}"\n}\n`)
  expect(readFileSync(loginsOf(own), 'utf8')).not.toContain(key)
  expect((await sxs(['scripts'], own)).code).toBe(2)
})

test('a key that is typed is not shown', async () => {
  const own = user()
  const typist = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
seen = b""
while b"Key for" not in seen: seen += os.read(terminal, 1024)
os.write(terminal, os.environ["TYPED"].encode() + b"\\r")
try:
    while True:
        more = os.read(terminal, 1024)
        if not more: break
        seen += more
except OSError: pass
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`
  const args = ['-c', typist, process.execPath, CLI, 'login', server.url]
  const { stdout } = await promisify(execFile)('python3', args, { env: { ...own, TYPED: key, TERM: 'dumb' } })
  expect(stdout).toContain(`Key for ${server.url}: `)
  expect(stdout).toContain(`as admin (admin)`)
  expect(stdout).not.toContain(key)
})

test('scripts, runs and the state of the server are tables, or JSON', async () => {
  const [all, some, none, state, json, status] = await Promise.all([
    sxs(['scripts'], env),
    sxs(['scripts', 'report', '--tag', 'finance'], env),
    sxs(['scripts', '--state', 'failing', 'nothing'], env),
    sxs(['scripts', '--state', 'odd'], env),
    sxs(['scripts', 'finance', '--json'], env),
    sxs(['status', '--json'], env),
  ])
  const [title, ...rows] = all.stdout.split('\n')
  expect(title).toMatch(/^SCRIPT +STATE +NEXT +LAST RUN +SCHEDULE$/)
  expect(rows[1]).toMatch(
    /^finance\.report +Not run yet +\d{4}-\d\d-\d\dT0[56]:00:00\.000Z +– +at 07:00, Monday through Friday, Europe\/Rome$/,
  )
  // Columns stand under their titles.
  expect(rows[1]!.indexOf('Not run yet')).toBe(title!.indexOf('STATE'))
  expect(some.stdout.split('\n').slice(1)).toEqual([expect.stringMatching(/^finance\.report /), ''])
  expect(none.stdout).toBe('No script is like that; sxs scripts lists them all.\n')
  expect([state.code, state.stderr]).toEqual([
    2,
    expect.stringContaining('Allowed choices are invalid,') as string,
  ])
  expect(JSON.parse(json.stdout)).toMatchObject([{ slug: 'finance.report', tags: ['finance'] }])
  expect(JSON.parse(status.stdout)).toMatchObject({ scripts: 5, queue: { running: 0 } })
})

test('a run that is followed gives its log, its result and its exit code', async () => {
  const input = '{"day": "2026-01-31", "big": 12345678901234567890}'
  const [good, bad, lines] = await Promise.all([
    sxs(['trigger', 'finance.report', '--input', input, '--follow'], env),
    sxs(['trigger', 'broken', '--follow'], env),
    sxs(['trigger', 'finance.report', '--input', '@-', '--follow', '--json'], env, input),
  ])
  const said = "for {'day': '2026-01-31', 'big': 12345678901234567890}"
  expect(good.stdout).toBe(`${said}\n{"day":"2026-01-31","big":12345678901234567890}\n`)
  expect(good.stderr).toMatch(/^sxs: run \d+ of finance\.report: succeeded after .*\n$/)
  expect(good.code).toBe(0)
  expect(bad.code).toBe(1)
  expect(bad.stdout).toContain('ValueError: no rows for today\n')
  expect(bad.stderr).toMatch(/: failed after .*: raised ValueError: no rows for today\n$/)
  const [line, run] = lines.stdout.trim().split('\n')
  expect(JSON.parse(line!)).toMatchObject({ stream: 'stdout', text: said })
  expect(run).toContain('"result":{"day":"2026-01-31","big":12345678901234567890}')

  const { stdout } = await sxs(['runs', '--script', 'broken', '--state', 'failed', '--json'], env)
  const [failed] = JSON.parse(stdout) as { id: number; state: string }[]
  expect(failed!.state).toBe('failed')
  const [log, again, table, coloured] = await Promise.all([
    sxs(['logs', String(failed!.id)], env),
    sxs(['rerun', String(failed!.id), '-f'], env),
    sxs(['runs', '--limit', '1'], { ...env, NO_COLOR: '1' }),
    sxs(['runs', '--script', 'broken'], { ...env, FORCE_COLOR: '1' }),
  ])
  expect(log).toEqual({ code: 0, stdout: bad.stdout, stderr: '' })
  expect([again.code, again.stdout]).toEqual([1, bad.stdout])
  expect(table.stdout.trim().split('\n')).toHaveLength(2)
  expect(table.stdout).not.toContain('\u001b')
  expect(coloured.stdout).toContain('\u001b[31mFailed\u001b[39m')
})

test('a log is followed over a connection that breaks, without a gap, until the run is over', async () => {
  const sockets = new Set<Socket>()
  const { port } = new URL(server.url)
  const between = createServer((socket) => {
    const on = connect(Number(port), '127.0.0.1')
    for (const one of [socket, on]) one.on('error', () => undefined).on('close', () => sockets.delete(one))
    sockets.add(socket).add(on)
    socket.pipe(on).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(between, 'listening')
  const at = between.address() as AddressInfo
  const through = { ...env, SXS_URL: `http://127.0.0.1:${at.port}`, SXS_KEY: key }
  const { id } = (await server.api('POST', '/scripts/waits/runs', { input: { a: 1 } })).body as { id: number }
  const following = startSxs(['logs', '-f', 'waits'], through)
  await following.says('begun')
  between.close()
  sockets.forEach((socket) => socket.destroy())
  await following.says('the log goes on from here when it answers', 'stderr')
  writeFileSync(join(server.dataDir, 'state/waits/go'), '')
  await server.ended(id)
  between.listen(at.port, '127.0.0.1')
  const { code, stdout } = await following.ended
  expect([code, stdout]).toEqual([0, 'begun\nwent on\n'])
  between.close()
  sockets.forEach((socket) => socket.destroy())
})

test('a run is cancelled, and who follows it learns so', async () => {
  await server.api('PUT', '/scripts/waits/files', {
    files: { 'main.py': WAITS.replace('"go"', '"never"') },
    base: (await server.api('GET', '/scripts/waits')).body['commit'],
  })
  const following = startSxs(['trigger', 'waits', '--follow'], env)
  await following.says('begun')
  const [{ id }] = JSON.parse((await sxs(['runs', '--state', 'running', '--json'], env)).stdout) as [
    { id: number },
  ]
  const cancelled = await sxs(['cancel', String(id)], env)
  expect([cancelled.code, cancelled.stdout]).toEqual([
    0,
    expect.stringContaining(`Run ${id} of waits is `) as string,
  ])
  const { code, stderr } = await following.ended
  expect([code, stderr]).toEqual([1, expect.stringContaining(`run ${id} of waits: cancelled`) as string])
})

test('what is wrong is told with its place and what to do', async () => {
  const WRONG: [string[], number, RegExp][] = [
    [
      ['trigger', 'finance.reprot'],
      1,
      /^sxs: script finance\.reprot is not found; is finance\.report meant\?\n$/,
    ],
    [['runs', '--script', 'brokn'], 1, /^sxs: script brokn is not found; is broken meant\?\n$/],
    [['logs', 'x.y.z'], 1, /^sxs: script x\.y\.z is not found; sxs scripts lists those there are\n$/],
    [['logs', '999999'], 1, /^sxs: run 999999 is not found\n$/],
    [['trigger', ''], 2, /argument 'slug'\. Write a name; sxs scripts lists those there are\./],
    [['cancel', 'x'], 2, /'x' is invalid for argument 'run'\. Write a whole number from 1 on\./],
    [['trigger', 'broken', '--input', '{'], 2, /^sxs: --input is not JSON: .*; write an object, such as /],
    [['trigger', 'broken', '--input', '[]'], 2, /^sxs: --input: write a JSON object, such as /],
    [['trigger', 'broken', '--input', '@no'], 2, /^sxs: --input: no does not exist\n$/],
    [
      ['login', '127.0.0.1:8080'],
      2,
      /^sxs: login: '127\.0\.0\.1:8080' has no scheme; write http:\/\/127\.0\.0\.1:8080 or /,
    ],
    [['login', 'http://a:b@localhost/scripts.git'], 2, /^sxs: login: leave user and key out of the address/],
    [
      ['login', 'http://localhost/login'],
      2,
      /^sxs: login: .* has a path; a server is its host alone: http:\/\/localhost\n$/,
    ],
    [
      ['login', server.url],
      2,
      /^sxs: standard input is no terminal to ask for the key on; send it with --key-stdin\n$/,
    ],
    [
      ['status', '--server', 'http://127.0.0.1:1'],
      2,
      /^sxs: there is no key for http:\/\/127\.0\.0\.1:1; sxs login /,
    ],
    [['scirpts'], 2, /Did you mean scripts\?/],
  ]
  const ended = await Promise.all(WRONG.map(([args]) => sxs(args, env)))
  ended.forEach(({ code, stdout, stderr }, at) => {
    expect(stderr).toMatch(WRONG[at]![2])
    expect([stdout, code]).toEqual(['', WRONG[at]![1]])
  })
})

test('logins that are not readable or cannot be kept are told, and no part of a key with them', async () => {
  const own = user()
  expect((await sxs(['login', server.url, '--key-stdin'], own, key)).code).toBe(0)
  chmodSync(loginsOf(own), 0o644)
  expect((await sxs(['status'], own)).code).toBe(0)
  expect(statSync(loginsOf(own)).mode & 0o777).toBe(0o600)
  writeFileSync(loginsOf(own), `{"logins": ${key}`)
  const path = loginsOf(own)
  expect(await sxs(['status'], own)).toEqual({
    code: 2,
    stdout: '',
    stderr: `sxs: ${path} cannot be read: it is not what sxs login writes; remove it and sxs login again\n`,
  })
  const nowhere = await sxs(['login', server.url, '--key-stdin'], { ...own, HOME: '/proc/none' }, key)
  expect(nowhere.code).toBe(2)
  expect(nowhere.stderr).toMatch(
    /^sxs: \/proc\S+ cannot be written \(.*\); name a folder in XDG_CONFIG_HOME\n$/,
  )
})

/** A server on any port that answers whatever it is asked with the same two bytes. */
async function answering(type: string, body: string) {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: 2\r\nConnection: close`
  const foreign = createServer((socket) => socket.once('data', () => socket.end(`${head}\r\n\r\n${body}`)))
  await once(foreign.listen(0, '127.0.0.1'), 'listening')
  return { foreign, at: `http://127.0.0.1:${(foreign.address() as AddressInfo).port}` }
}

test.each(['{}', 'no'])('a foreign server that answers %s as JSON is told by every command', async (body) => {
  const { foreign, at } = await answering('application/json', body)
  const asked = [['scripts'], ['runs'], ['logs', '1'], ['trigger', 'waits', '--follow'], ['cancel', '1']]
  const told = await Promise.all(asked.map((args) => sxs(args, { ...env, SXS_URL: at, SXS_KEY: key })))
  foreign.close()
  const stderr = `sxs: what answers at ${at} (200, application/json) is no ScriptExecuterServer; look at the address\n`
  expect(told).toEqual(asked.map(() => ({ code: 1, stdout: '', stderr })))
})

test('a server that is gone, or is another, is told apart', async () => {
  const { foreign: page, at } = await answering('text/html', 'hi')
  const ask = (SXS_URL: string) => sxs(['status'], { ...env, SXS_URL, SXS_KEY: key })
  const [other, tls] = await Promise.all([ask(at), ask(server.url.replace('http', 'https'))])
  page.close()
  await once(page, 'close')
  const gone = await ask(at)
  expect([other, tls, gone].map(({ code }) => code)).toEqual([1, 1, 1])
  expect(other.stderr).toBe(
    `sxs: what answers at ${at} (200, text/html) is no ScriptExecuterServer; look at the address\n`,
  )
  expect(tls.stderr).toMatch(/^sxs: https:\/\/\S+ speaks no TLS; if it is meant so, write http:\/\/\S+\n$/)
  expect(gone.stderr).toBe(
    `sxs: nothing answers at ${at}; is the server started there, and the port right?\n`,
  )
})
