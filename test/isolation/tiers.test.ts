import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { openIsolation } from '../../src/isolation/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import {
  asRoot,
  isolationFrom,
  log,
  pythonFor,
  pythonsHere,
  runCode,
  startCode,
  tiers,
  listen,
} from './machine.ts'

// Where the value shows beside the script's own environment, from within.
const LOOK = `
import glob, json, os
word = b'hunter' + b'2'
read = lambda path: open(path, 'rb').read()
others = [p for p in glob.glob('/proc/[0-9]*') if p != f'/proc/{os.getpid()}']
print(json.dumps({
    'odd': os.environ['ODD'],
    'elsewhere': [p for p in others if word in read(p + '/environ')],
    'commands': [p for p in glob.glob('/proc/[0-9]*') if word in read(p + '/cmdline')],
}))
`

describe.each(tiers)('the tier %s', async (tier) => {
  const dataDir = temporaryFolder()
  const isolation = await isolationFrom(tier, dataDir)
  const python = await pythonFor(tier)

  test('holds on this machine, and says by what', () => {
    expect(isolation.tier, isolation.reason).toBe(tier)
    expect(isolation.reason).toMatch(/bubblewrap \d|a uid for each script|nothing holds/)
    expect(isolation.proofs.find(({ claim }) => claim === 'can write its own folder')?.held).toBe(true)
    expect(isolation.refusal).toBeUndefined()
    const lost = isolation.proofs.filter(({ held }) => !held).map(({ claim }) => claim)
    if (tier === 'namespace') expect(lost).toEqual([])
  })

  test('gives the environment that was asked for, and none of the server', async () => {
    process.env.SXS_OF_THE_SERVER = 'secret'
    const { stdout } = await runCode(isolation, python, 'import os; print(dict(os.environ))', {
      env: { REGION: 'eu' },
    })
    expect(stdout).toContain("'REGION': 'eu'")
    expect(stdout).not.toContain('SXS_OF_THE_SERVER')
    delete process.env.SXS_OF_THE_SERVER
  })

  test('runs nothing that the environment names before the script itself', async () => {
    const told = join(temporaryFolder(), 'told')
    // The loader writes a file of that name for each program that is started with it.
    const env = { LD_DEBUG: 'libs', LD_DEBUG_OUTPUT: told, SECRET: 'hunter2', ODD: "a'b\n$c" }
    const done = await runCode(isolation, python, LOOK, { env })
    expect(readdirSync(dirname(told))).toEqual([])
    if (tier !== 'namespace') return expect(done.failure).toMatch(/^LD_DEBUG bears on what starts the script/)
    // Inside, the loader finds no place for its file, and prints beside the script.
    expect(JSON.parse(done.stdout.split('\n').find((line) => line.startsWith('{'))!)).toEqual({
      odd: env.ODD,
      elsewhere: [],
      commands: [],
    })
  })

  test('keeps the two outputs apart, and tells the exit code', async () => {
    const code = 'import sys; print("out"); print("err", file=sys.stderr); sys.exit(3)'
    expect(await runCode(isolation, python, code)).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
      code: 3,
      signal: null,
    })
  })

  test('tells the signal that ended the script', async () => {
    const code = 'import os, signal; os.kill(os.getpid(), signal.SIGSEGV)'
    expect(await runCode(isolation, python, code)).toMatchObject({ code: null, signal: 'SIGSEGV' })
  })

  test('opens a duplex pipe on descriptor 3', async () => {
    const child = startCode(isolation, python, 'import os; os.write(3, os.read(3, 9).upper())', {
      control: true,
    })
    child.control!.write('question\n')
    expect(await text(child.control!)).toBe('QUESTION\n')
    expect(await child.exited).toEqual({ code: 0, signal: null })
  })

  test('shows bound folders, read-only or writable, and hands a writable one to the script', async () => {
    const [code, state] = [join(dataDir, 'code'), join(dataDir, 'state')]
    for (const folder of [code, state]) mkdirSync(folder)
    writeFileSync(join(code, 'main.py'), 'import sys; open(sys.argv[1] + "/kept", "w").write("kept")')
    await isolation.hand(state, 7)
    const bindings = [
      { from: code, to: '/script' },
      { from: state, to: '/state', writable: true },
    ]
    const [script, own] = bindings.map((binding) => isolation.at(binding))
    const done = await runCode(isolation, python, '', {
      argv: [python.path, join(script!, 'main.py'), own!],
      bindings,
      uid: 7,
    })
    expect(done).toMatchObject({ stderr: '', code: 0 })
    expect(readFileSync(join(state, 'kept'), 'utf8')).toBe('kept')
    if (tier === 'none') return
    const write = await runCode(isolation, python, `open(${JSON.stringify(`${script}/new`)}, "w")`, {
      bindings,
      uid: 7,
    })
    expect(write.stderr).toMatch(/Read-only file system|Permission denied/)
  })

  test('ends a process that forked twice and left its session', async () => {
    const marker = `stray-${tier}-${process.pid}`
    const code = `
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (0, 1, 2): os.close(number)
        os.execv(sys.executable, [sys.executable, '-I', '-c', 'import time; time.sleep(60)', '${marker}'])
    os._exit(0)
os.wait()
print('left one')
`
    expect(await runCode(isolation, python, code)).toMatchObject({ stdout: 'left one\n', code: 0 })
    expect(running(marker)).toEqual([])
  })

  test('terminate reaches the script itself, which may still speak', async () => {
    const code = `
import os, signal, sys, time
def stop(*_):
    os.write(1, b'asked to stop')
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print('ready', flush=True)
time.sleep(60)
`
    const child = startCode(isolation, python, code)
    const said = listen(child)
    await said.until('ready')
    child.terminate()
    await said.until('asked to stop')
    expect(await child.exited).toEqual({ code: 0, signal: null })
  })

  test('kill ends a script that ignores signals, and its children', async () => {
    const marker = `stubborn-${tier}-${process.pid}`
    const code = `
import signal, subprocess, sys, time
for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(each, signal.SIG_IGN)
subprocess.Popen([sys.executable, '-I', '-c', 'import time; time.sleep(60)', '${marker}'], start_new_session=True, env={})
print('ready', flush=True)
time.sleep(60)
`
    const child = startCode(isolation, python, code)
    await listen(child).until('ready')
    child.terminate()
    child.kill()
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(running(marker)).toEqual([])
  })

  test.skipIf(tier === 'none')('a fork bomb meets a limit, and is gone with the run', async () => {
    const code = `
import os, signal
made = 0
try:
    while made < 3000:
        if os.fork() == 0: signal.pause()
        made += 1
except OSError:
    print('stopped after', made)
`
    const { stdout } = await runCode(isolation, python, code, { uid: 11 })
    expect(stdout).toMatch(/^stopped after \d{2,4}\n$/)
  })

  test('keeps to the limits of the request', async () => {
    const code =
      'import resource as r; print([r.getrlimit(n)[1] for n in (r.RLIMIT_NOFILE, r.RLIMIT_AS, r.RLIMIT_CORE)])'
    const limits = { openFiles: 99, addressBytes: 800_000_000 }
    expect((await runCode(isolation, python, code, { limits })).stdout).toBe('[99, 800000000, 0]\n')
  })

  test('a program that is missing ends with a message', async () => {
    const done = await runCode(isolation, python, '', { argv: ['/no/such/program'] })
    expect(`${done.failure} ${done.stderr}`).toContain('/no/such/program')
    expect(done.code).not.toBe(0)
  })

  test('gives a /tmp that is gone afterwards', async () => {
    const { stdout } = await runCode(isolation, python, 'import tempfile; print(tempfile.mkdtemp())')
    expect(stdout).toMatch(/^\/tmp\//)
    expect(existsSync(stdout.trim())).toBe(false)
  })
})

test.runIf(asRoot)('the tier uid does not hold where a database may be read by all', async () => {
  const dataDir = temporaryFolder()
  writeFileSync(join(dataDir, 'record.db'), 'x', { mode: 0o600 })
  writeFileSync(join(dataDir, 'record.db-wal'), 'x')
  chmodSync(join(dataDir, 'record.db-wal'), 0o644)
  const open = await isolationFrom('uid', dataDir)
  expect(open).toMatchObject({ tier: 'none' })
  expect(open.reason).toContain(`uid does not hold: read ${dataDir}/record.db-wal`)
  chmodSync(join(dataDir, 'record.db-wal'), 0o600)
  expect(await isolationFrom('uid', dataDir)).toMatchObject({ tier: 'uid' })
})

test('opening isolation leaves alone what a server beside it runs in the same folder', async () => {
  const dataDir = temporaryFolder()
  const isolation = await isolationFrom('none', dataDir)
  const child = startCode(
    isolation,
    await pythonFor('none'),
    'import os; print("ready", flush=True); os.read(3, 1)',
    {
      control: true,
    },
  )
  await listen(child).until('ready')
  await isolationFrom('none', dataDir)
  child.control!.write('x')
  expect(await child.exited).toEqual({ code: 0, signal: null })
})

test('a tier weaker than the one asked for refuses runs, and says why', async () => {
  const isolation = await openIsolation({
    ...{ accept: 'namespace', dataDir: temporaryFolder(), pythons: await pythonsHere(), log },
    from: 'none',
  })
  expect(isolation.refusal).toMatch(/^isolation namespace is asked for, and only none holds on this machine/)
})

test('no network is refused where it cannot be held', async () => {
  const isolation = await isolationFrom('none', temporaryFolder())
  const done = await runCode(isolation, await pythonFor('none'), 'print(1)', { network: false })
  expect(done.failure).toMatch(/no network/)
})

test.runIf(asRoot)('a data folder and a Python that only root may enter are shown all the same', async () => {
  const dataDir = temporaryFolder()
  chmodSync(dataDir, 0o700)
  const isolation = await isolationFrom('namespace', dataDir)
  expect(isolation.tier).toBe('namespace')
  mkdirSync(join(dataDir, 'code'))
  writeFileSync(join(dataDir, 'code/main.py'), 'print("found")')
  const bindings = [{ from: join(dataDir, 'code'), to: '/script' }]
  for (const python of await pythonsHere()) {
    const done = await runCode(isolation, python, '', {
      argv: [python.path, '/script/main.py'],
      bindings,
      python,
    })
    expect(done).toMatchObject({ stdout: 'found\n', code: 0 })
  }
})

function running(marker: string): string[] {
  return readProcesses().filter((line) => line.includes(marker))
}

function readProcesses(): string[] {
  return numbersIn('/proc').map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
    } catch {
      return ''
    }
  })
}

function numbersIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => /^\d+$/.test(name))
}
