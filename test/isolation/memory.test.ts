import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { isolationFrom, pythonFor, runCode, tiers } from './machine.ts'

describe.each(tiers)('the tier %s', async (tier) => {
  const isolation = await isolationFrom(tier, temporaryFolder())
  const python = await pythonFor(tier)

  test('measures the memory of the script with its children', async () => {
    const code = `
import subprocess, sys, time
hold = 'import time; held = bytearray(60_000_000); print("held", flush=True); time.sleep(60)'
children = [subprocess.Popen([sys.executable, '-I', '-c', hold], stdout=subprocess.PIPE) for _ in range(2)]
for child in children: child.stdout.readline()
time.sleep(1.2)
for child in children: child.kill()
`
    expect((await runCode(isolation, python, code)).peakMemoryBytes).toBeGreaterThan(120_000_000)
  })

  test('kills a run whose processes together hold more memory than it may', async () => {
    const code = `
import subprocess, sys, time
hold = 'held = b"x" * 60_000_000; import time; time.sleep(60)'
children = [subprocess.Popen([sys.executable, '-I', '-c', hold]) for _ in range(4)]
time.sleep(60)
`
    const memoryBytes = 150_000_000
    const done = await runCode(isolation, python, code, { memoryBytes })
    expect(done).toMatchObject({ signal: 'SIGKILL', overMemoryBytes: memoryBytes })
  })

  test('counts once what processes have in common', async () => {
    const code = `
import os
held = b'x' * 60_000_000
children = []
for _ in range(4):
    pid = os.fork()
    if pid == 0:
        import time; time.sleep(1); os._exit(0)
    children.append(pid)
for pid in children: os.waitpid(pid, 0)
`
    const done = await runCode(isolation, python, code, { memoryBytes: 150_000_000 })
    expect(done).toMatchObject({ code: 0, signal: null })
    expect(done).not.toHaveProperty('overMemoryBytes')
  })
})
