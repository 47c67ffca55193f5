import { beforeAll, describe, expect, test } from 'vitest'
import { admin, openPlace, type Place } from './place.ts'

let place: Place
beforeAll(async () => {
  place = await openPlace()
})

describe('a run', () => {
  test('succeeds with result, data and a log of both streams', async () => {
    const main = [
      'import sys',
      'def main(data, run):',
      '    print("hello", run.script, run.attempt)',
      '    print("oh", file=sys.stderr)',
      '    data["count"] = data.get("count", 0) + 1',
      '    return {"cause": run.cause, "input": run.input, "big": 2 ** 70}',
    ]
    place.put('ok', { 'main.py': main.join('\n') })
    const run = await place.run('ok', { input: { a: 1 } })
    expect(run).toMatchObject({
      script: 'ok',
      commit: 'c0ffee',
      revision: 'tree-lib',
      state: 'succeeded',
      outcome: { kind: 'exited', code: 0 },
      isolation: place.isolation.tier,
      environment: 'plain',
      actor: 'ada',
      attempt: 1,
      input: { a: 1 },
      result: { cause: 'manual', input: { a: 1 } },
      artifacts: [],
    })
    expect(run.error).toBeUndefined()
    expect(run.peakMemoryBytes).toBeGreaterThan(1e6)
    expect(await place.text(run.id)).toBe('hello ok 1')
    expect(await place.text(run.id, 'stderr')).toBe('oh')
    expect(await place.text(run.id, 'note')).toBe('')
    const { bytes, end, complete } = await place.runs.readLog(admin, run.id, {})
    expect([bytes.length, end, complete]).toEqual([run.logBytes, run.logBytes, true])
    expect(await place.runs.data(admin, 'ok')).toMatchObject({ json: '{"count":1}', version: 1 })
  })

  test.each<[string, string, object]>([
    [
      'raises',
      'def main(data):\n  data["x"] = 1\n  raise ValueError("no good")',
      { outcome: { kind: 'raised', type: 'ValueError' }, error: { type: 'ValueError', message: 'no good' } },
    ],
    [
      'leaves with a code',
      'import sys\ndef main(data):\n  sys.exit(3)',
      {
        outcome: { kind: 'exited', code: 3 },
        error: { type: 'ExitCode', message: 'exited with code 3' },
      },
    ],
    [
      'leaves without a word',
      'import os\ndef main(data):\n  os._exit(4)',
      { outcome: { kind: 'exited', code: 4 } },
    ],
    [
      'leaves with code 0 before it answered',
      'import os\ndef main(data):\n  data["x"] = 1\n  os._exit(0)',
      {
        outcome: { kind: 'unanswered' },
        error: {
          type: 'NoAnswer',
          message:
            'ended without an answer: os._exit, os.exec and the like hand over neither result nor data',
        },
      },
    ],
    [
      'becomes another program before it answered',
      'import os\ndef main():\n  os.execv("/bin/true", ["true"])',
      { outcome: { kind: 'unanswered' } },
    ],
    [
      'fails after it answered',
      'import atexit, os\ndef main(data):\n  data["x"] = 1\n  atexit.register(os._exit, 5)',
      { outcome: { kind: 'exited', code: 5 } },
    ],
    [
      'is killed',
      'import os\ndef main(data):\n  os.kill(os.getpid(), 9)',
      { outcome: { kind: 'killed', reason: 'killed by SIGKILL, maybe for want of memory' } },
    ],
    [
      'returns what is not JSON',
      'def main(data):\n  return {"a": {1}}',
      { outcome: { kind: 'not-json', what: 'result' }, error: { type: 'NotJson' } },
    ],
    [
      'leaves data that is not JSON',
      'def main(data):\n  data["x"] = {1}',
      { outcome: { kind: 'not-json', what: 'data' } },
    ],
    [
      'returns more than 1 MiB',
      'def main(data):\n  return "x" * (2 ** 20 + 1)',
      { outcome: { kind: 'not-json', what: 'result' } },
    ],
    [
      'forges its answer',
      'import os\ndef main(data):\n  os.write(63, b"garbage\\n")\n  os._exit(0)',
      { outcome: { kind: 'not-json', what: 'answer' } },
    ],
    ['does not parse', 'def main(', { outcome: { kind: 'raised', type: 'SyntaxError' } }],
  ])('that %s fails, and leaves data as it was', async (name, main, expected) => {
    const slug = name.replaceAll(' ', '-').toLowerCase()
    place.put(slug, { 'main.py': main })
    const run = await place.run(slug)
    expect(run).toMatchObject({ state: 'failed', ...expected })
    expect(run.error?.message).toBeTruthy()
    expect((await place.runs.data(admin, slug)).version).toBe(0)
  })

  test('that takes more memory than its manifest lets it is killed, and says so', async () => {
    const main = 'import time\ndef main():\n  held = b"x" * 200_000_000\n  time.sleep(60)'
    place.put('greedy', { 'main.py': main }, { memoryBytes: 64 * 2 ** 20 })
    expect(await place.run('greedy')).toMatchObject({
      state: 'failed',
      summary: 'killed: memory 64 MiB',
      error: { type: 'Killed', message: 'killed: memory 64 MiB' },
    })
  })

  test('a program that leaves by os._exit(0) has succeeded, as it would outside', async () => {
    place.put('program', { 'main.py': 'import os\nprint("done", flush=True)\nos._exit(0)' })
    expect(await place.run('program')).toMatchObject({
      state: 'succeeded',
      outcome: { kind: 'exited', code: 0 },
    })
  })

  test('a gate that leaves by os._exit(0) has failed, and said neither yes nor no', async () => {
    place.put('shut', {
      'main.py': 'def main(): pass',
      'trigger.py': 'import os\ndef trigger(data): os._exit(0)',
    })
    const run = await place.run('shut')
    expect(run.summary).toMatch(/^the gate failed: ended without an answer: /)
  })

  test('shows the user’s own frames in its traceback', async () => {
    place.put('deep', {
      'main.py': 'import helper\ndef main(data):\n  helper.go()',
      'helper.py': 'def go():\n  return {}["k"]',
    })
    const { error } = await place.run('deep')
    expect(error).toMatchObject({ type: 'KeyError' })
    expect(error!.traceback).toContain('helper.py')
    expect(error!.traceback).not.toContain('harness')
  })

  test('keeps long integers whole from run to run', async () => {
    place.put('long', { 'main.py': 'def main(data):\n  data["n"] = data.get("n", 2 ** 70) + 1' })
    await place.run('long')
    await place.run('long')
    expect((await place.runs.data(admin, 'long')).json).toBe(`{"n":${2n ** 70n + 2n}}`)
  })

  test('finds its variables, and nothing of the server’s', async () => {
    process.env['SERVER_SECRET'] = 'x'
    place.put(
      'vars',
      { 'main.py': 'import os\ndef main(data):\n  return dict(os.environ)' },
      { env: { REGION: 'eu', SXS_SCRIPT: 'mine' } },
    )
    const { id, result, startedAt } = await place.run('vars')
    expect(result).toMatchObject({
      REGION: 'eu',
      SXS_RUN_ID: String(id),
      SXS_SCRIPT: 'vars',
      SXS_COMMIT: 'c0ffee',
      SXS_CAUSE: 'manual',
      SXS_ATTEMPT: '1',
      SXS_STARTED_AT: startedAt,
      LANG: 'C.UTF-8',
    })
    expect(Object.keys(result as object)).not.toContain('SERVER_SECRET')
  })

  test('keeps its artifacts, and a state folder from run to run', async () => {
    const main = [
      'import os, pathlib',
      'def main(data):',
      '    art, state = (pathlib.Path(os.environ[f"SXS_{n}_DIR"]) for n in ("ARTIFACTS", "STATE"))',
      '    (art / "deep").mkdir()',
      '    (art / "deep" / "a.csv").write_text("1,2")',
      '    (art / "link").symlink_to("/etc/passwd")',
      '    count = state / "count"',
      '    count.write_text((count.read_text() if count.exists() else "") + "x")',
      '    return count.read_text()',
    ]
    place.put('keeps', { 'main.py': main.join('\n') })
    await place.run('keeps')
    const run = await place.run('keeps')
    expect(run).toMatchObject({ result: 'xx', artifacts: [{ name: 'deep/a.csv', bytes: 3 }] })
    expect(await place.runs.artifact(admin, run.id, 'deep/a.csv')).toMatchObject({ bytes: 3 })
    for (const name of ['link', '../../record.db', 'deep'])
      await expect(place.runs.artifact(admin, run.id, name)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('runs a program with its arguments', async () => {
    const main = 'import sys\nif __name__ == "__main__":\n  print(sys.argv[1:])'
    place.put('program', { 'main.py': main }, { args: ['--day', 'today'] })
    const run = await place.run('program')
    expect(run.state).toBe('succeeded')
    expect(await place.text(run.id)).toBe("['--day', 'today']")
  })
})

describe('time', () => {
  test('that is up ends the script by SIGTERM, and what it still says is kept', async () => {
    const main = [
      'import signal, sys, time',
      'def main(data):',
      '    def bye(*_):',
      '        print("bye"); sys.exit(0)',
      '    signal.signal(signal.SIGTERM, bye)',
      '    print("ready")',
      '    time.sleep(60)',
    ]
    place.put('slow', { 'main.py': main.join('\n') }, { timeoutMs: 700 })
    const run = await place.run('slow')
    expect(run).toMatchObject({
      state: 'timed-out',
      outcome: { kind: 'timed-out', afterMs: 700 },
      error: { type: 'Timeout', message: 'timed out after 700 ms' },
    })
    expect(await place.text(run.id)).toBe('ready\nbye')
    expect(await place.text(run.id, 'note')).toContain('timed out after 700 ms')
  })

  test('and grace that are up end everything, also what forked away twice and hears no signal', async () => {
    const main = [
      'import os, signal, time',
      'def main(data):',
      '    signal.signal(signal.SIGTERM, signal.SIG_IGN)',
      '    beat = os.path.join(os.environ["SXS_STATE_DIR"], "beat")',
      '    if os.fork() == 0:',
      '        os.setsid()',
      '        if os.fork() == 0:',
      '            while True:',
      '                open(beat, "a").write("x"); time.sleep(0.01)',
      '        os._exit(0)',
      '    time.sleep(60)',
    ]
    place.put('deaf', { 'main.py': main.join('\n') }, { timeoutMs: 500, graceMs: 300 })
    const run = await place.run('deaf')
    expect(run.state).toBe('timed-out')
    expect(run.durationMs).toBeLessThan(5000)
    const reader =
      'import os, time\ndef main(data):\n  p = os.environ["SXS_STATE_DIR"] + "/beat"\n  a = os.path.getsize(p); time.sleep(0.2)\n  return [a > 0, os.path.getsize(p) - a]'
    place.put('deaf', { 'main.py': reader })
    expect((await place.run('deaf')).result).toEqual([true, 0])
  })
})

describe('output', () => {
  test('of 10 MB is kept at head and tail with a visible cut', async () => {
    const main = 'def main(data):\n  for i in range(100_000): print(f"{i:07d}", "x" * 91)'
    place.put('loud', { 'main.py': main })
    const run = await place.run('loud')
    expect(run.state).toBe('succeeded')
    expect(run.logBytes).toBe(10_000_000)
    const head = await place.runs.readLog(admin, run.id, { limit: 2 ** 23 })
    expect(head.bytes.length).toBe(4 * 2 ** 20)
    expect(head.next).toBeGreaterThan(run.logBytes - 2 ** 20 - 1)
    const tail = await place.runs.readLog(admin, run.id, { from: head.next!, limit: 2 ** 21 })
    expect(tail.bytes.toString()).toMatch(/^\d{7} x+\n/)
    expect(tail.bytes.toString().trimEnd().split('\n').at(-1)).toContain('0099999 x')
    expect(tail).toMatchObject({ end: run.logBytes, complete: true })
  })
})
