import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Actor } from '../../src/base/index.ts'
import type { Tier } from '../../src/isolation/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { admin, openPlace } from './place.ts'

const asRoot = process.getuid?.() === 0
const tiers: Tier[] = asRoot ? ['namespace', 'uid'] : ['namespace']

describe.each(tiers)('under the tier %s', (tier) => {
  test('a run leaves artifacts, also in a folder that an earlier version closed', async () => {
    const dataDir = temporaryFolder()
    chmodSync(dataDir, 0o711)
    mkdirSync(join(dataDir, 'artifacts/0'), { recursive: true, mode: 0o700 })
    const main = 'import os\ndef main(data):\n  open(os.environ["SXS_ARTIFACTS_DIR"] + "/a", "w").write("x")'
    for (const _start of ['closed', 'new']) {
      const place = await openPlace({ dataDir, tier })
      place.put('leaves', { 'main.py': main })
      const run = await place.run('leaves')
      expect(run).toMatchObject({ state: 'succeeded', isolation: tier, artifacts: [{ name: 'a', bytes: 1 }] })
      for (const name of ['state', 'artifacts', 'artifacts/0'])
        expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o711)
      await place.close()
    }
  })
})

test.runIf(asRoot)('the first artifacts of a thousand are left under the tier uid too', async () => {
  const place = await openPlace({ tier: 'uid' })
  chmodSync(place.dataDir, 0o711)
  place.put('leaves', {
    'main.py': 'import os\ndef main(data):\n  open(os.environ["SXS_ARTIFACTS_DIR"] + "/a", "w").write("x")',
  })
  expect(await place.run('leaves')).toMatchObject({
    state: 'succeeded',
    artifacts: [{ name: 'a', bytes: 1 }],
  })
})

test('a disk that is full when the environment is noted does not part a run from its script', async () => {
  const place = await openPlace()
  await place.record.client.execute(
    `CREATE TRIGGER full BEFORE UPDATE OF environment ON runs WHEN NEW.state = 'running'
     BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
  )
  place.put('works', { 'main.py': 'import time\ndef main(data):\n  time.sleep(0.2)\n  return "whole"' })
  const run = await place.run('works')
  expect(run).toMatchObject({ state: 'succeeded', result: 'whole', environment: 'plain' })
})

test('data of a script that is renamed while it runs goes to its new name', async () => {
  const place = await openPlace()
  const main = [
    'import os, time',
    'def main(data):',
    '    print("ready", flush=True)',
    '    while not os.path.exists(os.environ["SXS_STATE_DIR"] + "/go"): time.sleep(0.01)',
    '    data["kept"] = True',
  ]
  place.put('old', { 'main.py': main.join('\n') })
  place.put('new', { 'main.py': main.join('\n') })
  const { id } = await place.enqueue('old')
  await place.logged(id, 'ready')
  await place.running.rename('old', 'new')
  writeFileSync(join(place.dataDir, 'state/new/go'), '')
  expect(await place.ended(id)).toMatchObject({ script: 'new', state: 'succeeded' })
  expect((await place.runs.data(admin, 'new')).json).toBe('{"kept":true}')
  expect((await place.runs.data(admin, 'old')).version).toBe(0)
})

test('a runner may run again what was on main, and no other commit', async () => {
  const runner: Actor = { kind: 'user', userId: 2, name: 'rob', role: 'runner' }
  const known = new Set(['c0ffee'])
  const place = await openPlace({ isOnMain: (commit) => known.has(commit) })
  place.put('again', { 'main.py': 'def main(data):\n  pass' })
  const { id } = await place.run('again')
  place.moveMain('fade')
  const again = await place.runs.rerun(runner, id, 'same')
  await place.ended(again.id)
  known.clear()
  await expect(place.runs.rerun(runner, id, 'same')).rejects.toMatchObject({ code: 'forbidden' })
})
