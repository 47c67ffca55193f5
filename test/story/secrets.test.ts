import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sxs } from '../support/process.ts'
import { clone, startServer, type Clone, type TestServer } from '../support/server.ts'

const VALUE = 'tr0ub4dor&3 "x"/é'
const FILE = '{"type": "service_account",\n "key": "s3cr3t-of-the-file"}'

let server: TestServer
let repo: Clone
beforeAll(async () => {
  server = await startServer()
  repo = await clone(server.gitUrl)
})
afterAll(() => server.stop())

const set = (name: string, value: string, scripts?: string[]) =>
  server.api('PUT', `/secrets/${name}`, { value, ...(scripts ? { scripts } : {}) })

const PRINTS = `import base64, json, os, sys, urllib.parse
def main(run):
    value = os.environ["TOKEN"]
    print("plain", value)
    print("url", urllib.parse.quote(value), urllib.parse.quote_plus(value))
    print("json", json.dumps(value))
    print("base64", base64.b64encode(("user:" + value).encode()).decode())
    for part in value:
        sys.stdout.write(part)
        sys.stdout.flush()
    print(" in parts")
    print("error", value, file=sys.stderr)
    if run.input.get("raise"):
        raise ValueError("cannot sign in with " + value)
    return {"token": value, "length": len(value)}
`

/** Every form in which the value must not be found. */
const FORMS = [
  VALUE,
  encodeURIComponent(VALUE),
  JSON.stringify(VALUE).slice(1, -1),
  Buffer.from(VALUE).toString('base64').slice(0, 20),
  Buffer.from(`user:${VALUE}`).toString('base64').slice(8, 28),
]

test('a script is told at its push, and refused at its run, that it lacks a secret', async () => {
  const { said } = await repo.ship({
    'scripts/prints/main.py': PRINTS,
    'scripts/prints/script.yaml': 'secrets: [TOKEN]\n',
  })
  expect(said).toContain(
    `secrets not granted: TOKEN; its runs are refused until an admin grants them at ${server.url}/secrets`,
  )
  const unknown = await server.execute('prints')
  expect(unknown).toMatchObject({ state: 'failed', outcome: { kind: 'refused' } })
  expect(unknown.summary).toBe('refused: the secret TOKEN is not there; an admin sets it at /secrets')
  expect((await set('TOKEN', VALUE)).body).toMatchObject({ name: 'TOKEN', scripts: [], changedBy: 'admin' })
  const ungranted = await server.execute('prints')
  expect(ungranted.summary).toBe(
    'refused: the secret TOKEN is not granted to prints; an admin grants it at /secrets',
  )
})

test('a granted secret reaches the script, and nothing that is kept of the run', async () => {
  await set('TOKEN', VALUE, ['prints'])
  const { said } = await repo.ship({ 'scripts/prints/note.txt': 'again' })
  expect(said).not.toContain('not granted')
  const run = await server.execute('prints')
  expect(run.result).toEqual({ token: '***', length: VALUE.length })
  const [log, lines, whole] = await Promise.all([
    server.log(run.id),
    server.api('GET', `/runs/${run.id}/log?format=jsonl`),
    server.api('GET', `/runs/${run.id}`),
  ])
  expect(log).toMatch(/^plain \*\*\*\nurl \*\*\* \*\*\*\njson "\*\*\*"\nbase64 /)
  expect(log).toContain('*** in parts')
  expect(log).toContain('error ***')
  for (const text of [log, lines.text, whole.text]) for (const form of FORMS) expect(text).not.toContain(form)
})

test('artifacts whose names hold a secret are kept under others', async () => {
  await repo.ship({
    'scripts/names/main.py':
      'import os\ndef main():\n    open(os.environ["SXS_ARTIFACTS_DIR"] + "/" + os.environ["NAMED"] + ".txt", "w").write("kept")\n',
    'scripts/names/script.yaml': 'secrets: [NAMED]\n',
  })
  await set('NAMED', 'folder-and-file', ['names'])
  const named = await server.execute('names')
  expect(named.artifacts).toEqual([{ name: '***.txt', bytes: 4 }])
  const kept = await server.api('GET', `/runs/${named.id}/artifacts/${encodeURIComponent('***.txt')}`)
  expect([kept.status, kept.text]).toEqual([200, 'kept'])
})

test('an exception is masked in message, traceback and log', async () => {
  const run = await server.execute('prints', { input: { raise: true } })
  expect(run.error).toMatchObject({ type: 'ValueError', message: 'cannot sign in with ***' })
  expect(run.error!.traceback).toContain('cannot sign in with ***')
  const text = JSON.stringify(run) + (await server.log(run.id))
  for (const form of FORMS) expect(text).not.toContain(form)
})

test('a gate has the secrets too, and its output is masked', async () => {
  await repo.ship({
    'scripts/gated/main.py': 'def main(): return "ran"\n',
    'scripts/gated/trigger.py':
      'import os\ndef trigger():\n    print("gate", os.environ["TOKEN"])\n    raise KeyError(os.environ["TOKEN"])\n',
    'scripts/gated/script.yaml': 'secrets: [TOKEN]\nschedule: []\n',
  })
  await set('TOKEN', VALUE, ['prints', 'gated'])
  const run = await server.execute('gated')
  expect(run.outcome).toMatchObject({ kind: 'gate-failed' })
  const text = JSON.stringify(run) + (await server.log(run.id))
  expect(text).toContain('gate ***')
  for (const form of FORMS) expect(text).not.toContain(form)
})

const LOOKS = `import os, resource, stat
def main():
    path = os.environ["GCP_KEY"]
    mode = stat.S_IMODE(os.stat(path).st_mode)
    argv = open("/proc/self/cmdline").read() + open("/proc/1/cmdline").read()
    first = open("/proc/1/environ").read() if os.access("/proc/1/environ", os.R_OK) else ""
    return {
        "path": path, "mode": mode, "argv": "s3cr3t" in argv, "first": "tr0ub4dor" in first,
        "same": "s3cr3t-of-the-file" in open(path).read(), "core": list(resource.getrlimit(resource.RLIMIT_CORE)),
    }
`

test('a secret as a file is for the script alone, and in no argument, first process or core file', async () => {
  await repo.ship({
    'scripts/looks/main.py': LOOKS,
    'scripts/looks/script.yaml': 'secrets: [TOKEN, {name: GCP_KEY, file: sa.json}]\n',
  })
  await set('GCP_KEY', FILE, ['looks'])
  await set('TOKEN', VALUE, ['prints', 'gated', 'looks'])
  const run = await server.execute('looks')
  if (run.isolation === 'namespace')
    expect(run.result).toEqual({
      ...{ path: '/tmp/.secrets/GCP_KEY/sa.json', mode: 0o400, argv: false, first: false, same: true },
      core: [0, 0],
    })
  else expect(run.summary).toContain('needs the isolation tier namespace')
})

test('only commits that main was at are given secrets', async () => {
  await repo.git('checkout', '--quiet', '-b', 'side')
  const side = await repo.commit({ 'scripts/prints/main.py': `${PRINTS}# aside\n` })
  await repo.push('origin', 'side')
  const aside = await server.execute('prints', { commit: side })
  expect(aside.summary).toBe(
    `refused: TOKEN: secrets are given only to commits that main was at, and ${side.slice(0, 10)} is none; merge it first`,
  )
  await repo.git('checkout', '--quiet', 'main')
  const earlier = await repo.git('rev-parse', 'HEAD')
  await repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side')
  await repo.push()
  // It is part of main's history now, and yet main was never at it.
  expect((await server.execute('prints', { commit: side })).outcome).toMatchObject({ kind: 'refused' })
  expect((await server.execute('prints', { commit: earlier })).state).toBe('succeeded')
  expect((await server.execute('prints')).state).toBe('succeeded')
})

test('the key can be rotated, also after a crash in the middle, and the database holds no value', async () => {
  const path = join(server.dataDir, 'keys', 'secrets.key')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const before = readFileSync(path, 'utf8')
  expect((await server.api('POST', '/secrets/rotate-key')).body).toEqual({ secrets: 3 })
  const after = readFileSync(path, 'utf8')
  expect(after).not.toBe(before)
  expect(after.trim().split('\n')).toHaveLength(1)
  expect((await server.execute('prints')).state).toBe('succeeded')

  // As a server that was killed when it had made the new key and not yet used it.
  const port = new URL(server.url).port
  await server.stop()
  writeFileSync(path, `${after}${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 })
  server = await startServer({ SXS_PORT: port }, server.dataDir)
  expect((await server.execute('prints')).state).toBe('succeeded')
  expect(readFileSync(path, 'utf8')).toBe(`${Buffer.alloc(32, 7).toString('base64')}\n`)
  for (const name of ['record.db', 'record.db-wal'])
    expect(readFileSync(join(server.dataDir, name)).includes('tr0ub4dor')).toBe(false)
})

test('the command line sets, lists and deletes secrets', async () => {
  const key = (await server.api('POST', '/api-keys', {})).body['secret'] as string
  const env = { PATH: process.env['PATH']!, HOME: server.dataDir, SXS_URL: server.url, SXS_KEY: key }
  const made = await sxs(['secret', 'set', 'SMTP', '--scripts', 'mail,news'], env, 'of the command line\n')
  expect(made).toEqual({ code: 0, stdout: 'SMTP is set, and granted to mail, news.\n', stderr: '' })
  // The grants stay as they were where nothing is said of them.
  await sxs(['secret', 'set', 'SMTP'], env, 'another value\n')
  const { stdout } = await sxs(['secret', 'list'], env)
  expect(stdout).toMatch(/^NAME +GRANTED TO +CHANGED +BY\n[^]*SMTP +mail, news +\S.* +admin\n/)
  const refused = await sxs(['secret', 'set', 'SMTP'], env, 'short\n')
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('less than 6 characters')])
  expect((await sxs(['secret', 'rotate-key'], env)).stdout).toBe('A new key seals 4 secrets.\n')
  expect((await sxs(['secret', 'delete', 'SMTP'], env)).stdout).toContain('SMTP is deleted')
})

test('a renamed script takes its grants along', async () => {
  await repo.git('mv', 'scripts/prints', 'scripts/shows')
  const { said } = await repo.ship({})
  expect(said).not.toContain('not granted')
  expect((await server.execute('shows')).state).toBe('succeeded')
  const { items } = (await server.api('GET', '/secrets')).body as { items: { scripts: string[] }[] }
  expect(items.at(-1)).toMatchObject({ name: 'TOKEN', scripts: ['gated', 'looks', 'shows'] })
})

test('a deleted secret is refused again', async () => {
  expect((await server.api('DELETE', '/secrets/TOKEN')).status).toBe(204)
  expect((await server.execute('shows')).summary).toContain('the secret TOKEN is not there')
  expect((await server.api('DELETE', '/secrets/TOKEN')).status).toBe(404)
  const events = await server.api('GET', '/audit-events')
  expect(events.text).toContain('secret.delete')
  for (const form of FORMS) expect(events.text).not.toContain(form)
})

test.each([
  ['TOKEN', 'short', 'value: it has less than 6 characters'],
  ['TOKEN', '     a     ', 'value: it has less than 6 characters'],
  ['TOKEN', 'a'.repeat(64 * 1024 + 1), 'value: it is longer than 64 KiB'],
  ['TOKEN', 'a\0bcdefgh', 'value: it is no text'],
  ['1TOKEN', 'long enough', 'is not the name of a variable'],
  ['SXS_TOKEN', 'long enough', "as only the server's own may"],
  ['LD_PRELOAD', 'long enough', 'acts on what starts the script'],
])('a secret %s of a bad name or value is refused: %#', async (name, value, words) => {
  const { status, body } = await set(name, value)
  expect([status, body['detail']]).toEqual([400, expect.stringContaining(words)])
})

test('only admins set secrets, and limited keys do not even see them', async () => {
  const asked = async (key: Record<string, unknown>, method: string, path: string, body?: unknown) => {
    const made = await server.api('POST', '/api-keys', key)
    const authorization = `Bearer ${String(made.body['secret'])}`
    return (await server.api(method, path, body, { authorization })).status
  }
  const one = { value: 'long enough' }
  expect(await asked({ role: 'editor' }, 'PUT', '/secrets/OTHER', one)).toBe(403)
  expect(await asked({ role: 'editor' }, 'DELETE', '/secrets/GCP_KEY')).toBe(403)
  expect(await asked({ role: 'editor' }, 'POST', '/secrets/rotate-key')).toBe(403)
  expect(await asked({ role: 'viewer' }, 'GET', '/secrets')).toBe(200)
  expect(await asked({ scripts: ['looks'] }, 'GET', '/secrets')).toBe(403)
  expect(await asked({ scripts: ['looks'] }, 'PUT', '/secrets/OTHER', one)).toBe(403)
})
