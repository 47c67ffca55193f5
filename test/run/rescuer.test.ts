import { expect, test } from 'vitest'
import { admin, openPlace } from './place.ts'

const WAITS = 'import time\ndef main(data):\n  print("awake", flush=True)\n  time.sleep(60)'
const QUICK = 'def main(data, run):\n  print("attempt", run.attempt)\n  return run.attempt'

test('A failed attempt is tried again in the same run and log, and keeps its turn meanwhile', async () => {
  const place = await openPlace()
  const main =
    'def main(data, run):\n  print("try", run.attempt)\n  if run.attempt < 3: raise OSError("down")'
  place.put('flaky', { 'main.py': main }, { retries: { limit: 2, delayMs: 200, backoff: 1 } })
  const { id } = await place.enqueue('flaky')
  const waiting = await place.until(id, ({ state, attempt }) => state === 'queued' && attempt === 2)
  expect(waiting).toMatchObject({ outcome: { kind: 'raised', type: 'OSError' } })
  expect(waiting.notBefore).toBeDefined()
  expect(place.ticks.admit({ slug: 'flaky', overlap: 'skip', gated: false }).kind).toBe('skip')
  const run = await place.ended(id)
  expect(run).toMatchObject({ state: 'succeeded', attempt: 3 })
  expect(run.error).toBeUndefined()
  expect(await place.text(id)).toBe('try 1\ntry 2\ntry 3')
  expect(await place.text(id, 'note')).toMatch(
    /attempt 1 of 3: raised OSError; the next one in 200 ms\nattempt 2 of 3/,
  )
  place.put(
    'hopeless',
    { 'main.py': 'def main(data):\n  1 / 0' },
    { retries: { limit: 1, delayMs: 1, backoff: 1 } },
  )
  expect(await place.run('hopeless')).toMatchObject({ state: 'failed', attempt: 2 })
})

test('A killed server leaves no run running: lost, tried again where asked, and the queue goes on', async () => {
  const before = await openPlace({ workers: 2 })
  before.put('lost', { 'main.py': WAITS })
  before.put('again', { 'main.py': WAITS }, { retries: { limit: 1, delayMs: 10, backoff: 1 } })
  before.put('queued', { 'main.py': QUICK })
  const lost = await before.enqueue('lost')
  const again = await before.enqueue('again')
  for (const { id } of [lost, again]) await before.logged(id, 'awake')
  const queued = await before.enqueue('queued')
  before.crash()
  await before.running.stopNow()

  before.put('again', { 'main.py': QUICK }, { retries: { limit: 1, delayMs: 10, backoff: 1 } })
  const after = await openPlace({ dataDir: before.dataDir, scripts: before.scripts })
  expect(await after.runs.get(admin, lost.id)).toMatchObject({
    state: 'lost',
    outcome: { kind: 'lost', reason: 'the server stopped while it ran' },
    error: { type: 'Lost' },
  })
  expect(await after.text(lost.id)).toContain('awake')
  expect(await after.text(lost.id, 'note')).toContain('lost: the server stopped while it ran')
  expect(await after.ended(again.id)).toMatchObject({ state: 'succeeded', result: 2 })
  expect(await after.ended(queued.id)).toMatchObject({ state: 'succeeded', result: 1 })
  expect((await after.runs.list(admin, { state: 'running' }, { limit: 9 })).items).toEqual([])
})

test('A server that stops lets runs end within their grace, stops the others as lost, and starts nothing', async () => {
  const place = await openPlace({ workers: 2 })
  place.put('short', { 'main.py': 'import time\ndef main(data):\n  print("awake")\n  time.sleep(0.5)' })
  place.put('endless', { 'main.py': WAITS }, { graceMs: 300 })
  place.put('queued', { 'main.py': QUICK })
  const [short, endless] = [await place.enqueue('short'), await place.enqueue('endless')]
  for (const { id } of [short, endless]) await place.logged(id, 'awake')
  const queued = await place.enqueue('queued')
  await place.running.stop()
  await place.running.stop()
  expect(await place.runs.get(admin, short.id)).toMatchObject({ state: 'succeeded' })
  expect(await place.runs.get(admin, endless.id)).toMatchObject({
    state: 'lost',
    outcome: { kind: 'lost', reason: 'the server stopped' },
  })
  expect(await place.runs.get(admin, queued.id)).toMatchObject({ state: 'queued' })
})

test('Data is kept over a restart', async () => {
  const before = await openPlace()
  before.put('counts', {
    'main.py': 'def main(data):\n  data["n"] = data.get("n", 0) + 1\n  return data["n"]',
  })
  await before.run('counts')
  await before.close()
  const after = await openPlace({ dataDir: before.dataDir, scripts: before.scripts })
  expect(await after.run('counts')).toMatchObject({ result: 2 })
})
