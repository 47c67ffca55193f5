import { afterAll, beforeAll, expect, test } from 'vitest'
import { join } from 'node:path'
import { clone, startServer, type Clone, type TestServer } from '../support/server.ts'
import { temporaryFolder } from '../support/folder.ts'

let server: TestServer
let repo: Clone
const dataDir = join(temporaryFolder(), 'data')

beforeAll(async () => {
  server = await startServer({}, dataDir)
  repo = await clone(server.gitUrl)
})
afterAll(() => server.stop())

const CALLS: [string, Record<string, string>, unknown, string][] = [
  [
    'main(data, run)',
    { 'main.py': 'def main(data, run):\n    return [data, run.cause, run.attempt, run.input]\n' },
    [{}, 'api', 1, {}],
    '',
  ],
  ['main(run) alone', { 'main.py': 'def main(run):\n    return run.script\n' }, 'c1', ''],
  ['main(run, data)', { 'main.py': 'def main(run, data):\n    return [run.script, data]\n' }, ['c2', {}], ''],
  [
    'one parameter of another name',
    { 'main.py': 'def main(state):\n    state["x"] = 1\n    return state\n' },
    { x: 1 },
    '',
  ],
  ['no parameter', { 'main.py': 'def main():\n    return "none"\n' }, 'none', ''],
  ['a parameter with a default', { 'main.py': 'def main(x=5):\n    return x\n' }, 5, ''],
  [
    'an async main',
    { 'main.py': 'import asyncio\nasync def main(data):\n    await asyncio.sleep(0)\n    return "async"\n' },
    'async',
    '',
  ],
  [
    'a file without main',
    { 'main.py': 'import sys\nprint(__name__, sys.argv[1:])\n', 'script.yaml': 'args: [a, "b c"]\n' },
    undefined,
    "__main__ ['a', 'b c']\n",
  ],
  [
    'a main that names neither, with a guard',
    {
      'main.py':
        'import sys\ndef main(argv):\n    print("got", argv)\nif __name__ == "__main__":\n    main(sys.argv[1:])\n',
      'script.yaml': 'args: ["1"]\n',
    },
    undefined,
    "got ['1']\n",
  ],
  [
    'a main that names data, with a guard',
    { 'main.py': 'def main(data):\n    return "called"\nif __name__ == "__main__":\n    main({})\n' },
    'called',
    '',
  ],
  [
    'another entry',
    { 'job.py': 'def main():\n    return "job"\n', 'script.yaml': 'entry: job.py\n' },
    'job',
    '',
  ],
  [
    'its own modules, and lib last',
    {
      'main.py': 'import own, shared, json\ndef main():\n    return [own.x, shared.x, json.__name__]\n',
      'own.py': 'x = 1\n',
    },
    [1, 'lib', 'json'],
    '',
  ],
]

test('each calling rule of the contract holds', async () => {
  const files: Record<string, string> = {
    'lib/shared.py': 'x = "lib"\n',
    'lib/own.py': 'x = "shadow"\n',
    'lib/json.py': 'x = 1\n',
  }
  CALLS.forEach(([, own], at) => {
    for (const [path, text] of Object.entries(own)) files[`scripts/c${at === 0 ? 'all' : at}/${path}`] = text
  })
  files['scripts/single.py'] =
    '# /// script\n# [tool.sxs]\n# description = "One file"\n# ///\ndef main():\n    return "single"\n'
  await repo.ship(files)
  const results = await Promise.all(
    CALLS.map(async ([name], at) => {
      const run = await server.execute(`c${at === 0 ? 'all' : at}`)
      return [name, run.state, run.result ?? undefined, (await server.log(run.id)) as string]
    }),
  )
  expect(results).toEqual(CALLS.map(([name, , result, log]) => [name, 'succeeded', result, log]))
  expect((await server.execute('single')).result).toBe('single')
  expect((await server.api('GET', '/scripts/single')).body).toMatchObject({ description: 'One file' })
})

const FAILURES: [string, string, object][] = [
  [
    'raises',
    'def main():\n    return {}["due_date"]\n',
    { state: 'failed', error: { type: 'KeyError', message: "'due_date'" } },
  ],
  [
    'exits',
    'import sys\ndef main():\n    sys.exit(3)\n',
    { state: 'failed', outcome: { kind: 'exited', code: 3 } },
  ],
  [
    'nojson',
    'import datetime\ndef main():\n    return {"rows": [{"when": datetime.date(2026, 1, 1)}]}\n',
    { state: 'failed' },
  ],
  [
    'dies',
    'import os\ndef main():\n    os.kill(os.getpid(), 9)\n',
    { state: 'failed', outcome: { kind: 'killed' } },
  ],
]

test('each failure is recorded with its reason', async () => {
  await repo.ship(Object.fromEntries(FAILURES.map(([slug, text]) => [`scripts/${slug}/main.py`, text])))
  for (const [slug, , expected] of FAILURES) expect(await server.execute(slug)).toMatchObject(expected)
  const raised = (await server.api('GET', '/runs?script=raises')).body['items'] as {
    error: { traceback: string }
  }[]
  expect(raised[0]!.error.traceback).toBe(
    'Traceback (most recent call last):\n  File "main.py", line 2, in main\n    return {}["due_date"]\n           ~~^^^^^^^^^^^^\nKeyError: \'due_date\'\n',
  )
  const nojson = await server.execute('nojson')
  expect(nojson.error!.message).toContain('result.rows[0].when')
})

test('data is kept from run to run, and over a restart; a failed run changes nothing', async () => {
  await repo.ship({
    'scripts/count/main.py':
      'def main(data, run):\n    data["n"] = data.get("n", 0) + 1\n    if run.input.get("fail"):\n        raise ValueError("no")\n    return data["n"]\n',
  })
  expect((await server.execute('count')).result).toBe(1)
  expect((await server.execute('count', { input: { fail: true } })).state).toBe('failed')
  expect((await server.execute('count')).result).toBe(2)
  await server.stop()
  server = await startServer({}, dataDir)
  expect((await server.execute('count')).result).toBe(3)
})

test('a gate is asked first; false, true and raising each have their outcome', async () => {
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/gated/main.py': 'def main(data):\n    return data["asked"]\n',
    'scripts/gated/trigger.py':
      'def trigger(data, run):\n    data["asked"] = data.get("asked", 0) + 1\n    if run.input.get("mode") == "raise":\n        raise RuntimeError("gate broke")\n    return run.input.get("mode") == "yes"\n',
    'scripts/gated/script.yaml': 'paused: true\n',
  })
  expect(await server.execute('gated', { input: { mode: 'no' } })).toMatchObject({ state: 'gated' })
  expect(await server.execute('gated', { input: { mode: 'yes' } })).toMatchObject({
    state: 'succeeded',
    result: 2,
  })
  const failed = await server.execute('gated', { input: { mode: 'raise' } })
  expect(failed.state).toBe('failed')
  expect(failed.summary).toContain('gate broke')
  expect(await server.execute('gated', { force: true })).toMatchObject({ state: 'succeeded', result: 2 })
})

test('what is written to /dev/stdout and /dev/stderr by name is in the log', async () => {
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/byname/main.py':
      'import subprocess\ndef main():\n    subprocess.run("echo one > /dev/stdout; echo two > /dev/stderr", shell=True, check=True)\n',
  })
  const run = await server.execute('byname')
  expect(run.state).toBe('succeeded')
  expect((await server.log(run.id)).split('\n').sort()).toEqual(['', 'one', 'two'])
})

test('timeout and grace end everything that a script started', async () => {
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/stubborn/main.py':
      'import os, signal, subprocess, sys, time\ndef main():\n    signal.signal(signal.SIGTERM, lambda *a: print("asked to end", flush=True))\n    subprocess.Popen([sys.executable, "-c", "import os,time\\nos.setsid()\\nos.fork()\\ntime.sleep(1000)"])\n    print("up", flush=True)\n    while True: time.sleep(0.05)\n',
    'scripts/stubborn/script.yaml': 'timeout: 1s\ngrace: 1s\n',
  })
  const run = await server.execute('stubborn')
  expect(run).toMatchObject({ state: 'timed-out', summary: 'timed out after 1 s' })
  expect(await server.log(run.id)).toMatch(/^up\nasked to end\n/)
  expect(run.durationMs).toBeLessThan(5000)
})

test('files in the artifacts folder are kept with the run, and state with the script', async () => {
  await (
    await clone(server.gitUrl)
  ).ship({
    'scripts/keeps/main.py':
      'import os, pathlib\ndef main():\n    a = pathlib.Path(os.environ["SXS_ARTIFACTS_DIR"])\n    (a / "sub").mkdir()\n    (a / "sub/report.txt").write_text("kept")\n    s = pathlib.Path(os.environ["SXS_STATE_DIR"]) / "n"\n    n = int(s.read_text()) + 1 if s.exists() else 1\n    s.write_text(str(n))\n    return n\n',
  })
  expect((await server.execute('keeps')).result).toBe(1)
  const run = await server.execute('keeps')
  expect(run).toMatchObject({ result: 2, artifacts: [{ name: 'sub/report.txt', bytes: 4 }] })
  const file = await server.api('GET', `/runs/${run.id}/artifacts/sub/report.txt`)
  expect([file.status, file.text]).toEqual([200, 'kept'])
  expect((await server.api('GET', `/runs/${run.id}/artifacts/..%2f..%2f..%2frecord.db`)).status).toBe(404)
})
