import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/base/index.ts'
import { admin, openPlace, type Place } from './place.ts'

let place: Place
beforeAll(async () => {
  place = await openPlace()
})

const WAITS = 'import time\ndef main(data):\n  print("awake")\n  time.sleep(60)'
const AT = { commit: 'c0ffee', revision: 'tree-lib', scheduleId: 's', scheduledAt: 1_700_000_000_000 }

/** As the scheduler writes: the run's insert in one transaction with its own. */
async function write(
  writes: ReturnType<Extract<ReturnType<Place['ticks']['admit']>, { kind: 'run' }>['writes']>,
) {
  const [first] = writes
  await place.record.orm.batch([first!])
  const found = await place.record.client.execute('SELECT max(id) FROM runs')
  return Number(found.rows[0]![0])
}

describe('turns', () => {
  test('let runs of one script go one after another, in order, and no script waits for another', async () => {
    place.put('line', {
      'main.py': 'def main(data):\n  data.setdefault("ids", []).append(1)\n  return len(data["ids"])',
    })
    place.put('other', { 'main.py': 'def main(data):\n  pass' })
    place.put('blocker', { 'main.py': WAITS })
    const blocker = await place.enqueue('blocker')
    await place.logged(blocker.id, 'awake')
    const behind = await place.enqueue('blocker')
    const runs = await Promise.all([1, 2, 3].map(() => place.enqueue('line')))
    await place.run('other')
    const results = await Promise.all(runs.map(async ({ id }) => (await place.ended(id)).result))
    expect(results).toEqual([1, 2, 3])
    expect((await place.runs.get(admin, behind.id)).state).toBe('queued')
    await place.runs.cancel(admin, behind.id)
    await place.runs.cancel(admin, blocker.id)
    await place.ended(blocker.id)
  })

  test('are not needed under overlap: allow', async () => {
    place.put('many', { 'main.py': WAITS }, { overlap: 'allow' })
    const runs = await Promise.all([1, 2].map(() => place.enqueue('many')))
    for (const { id } of runs) await place.logged(id, 'awake')
    for (const { id } of runs) await place.runs.cancel(admin, id)
    for (const { id } of runs) expect((await place.ended(id)).state).toBe('cancelled')
  })

  test('that are held or waited for make a tick skip; else it holds the turn itself', async () => {
    place.put('tick', { 'main.py': WAITS })
    const due = { slug: 'tick', overlap: 'skip', gated: false } as const
    const admission = place.ticks.admit(due)
    if (admission.kind !== 'run') throw new Error(admission.kind)
    expect(place.ticks.admit(due)).toEqual({ kind: 'skip', reason: 'overlap' })
    const id = await write(admission.writes({ slug: 'tick', ...AT }))
    admission.begin(id)
    await place.logged(id, 'awake')
    expect(await place.runs.get(admin, id)).toMatchObject({
      cause: 'tick',
      actor: 'system',
      scheduledAt: '2023-11-14T22:13:20.000Z',
    })
    expect(place.ticks.admit(due).kind).toBe('skip')
    expect(place.ticks.admit({ ...due, overlap: 'allow' }).kind).toBe('run')
    await place.runs.cancel(admin, id)
    await place.ended(id)
    const again = place.ticks.admit(due)
    if (again.kind !== 'run') throw new Error(again.kind)
    again.drop()
    expect(place.ticks.admit(due).kind).toBe('run')
  })
})

describe('a gate', () => {
  const RAN = 'def main(data):\n  print("main", data)\n  return data.get("seen")'
  const ask = (answer: string) =>
    `def trigger(data, run):\n  data["seen"] = run.cause\n  print("asked")\n  ${answer}`

  test('that says yes lets a manual run go on with the data that it left, and its words come first', async () => {
    place.put('yes', { 'main.py': RAN, 'trigger.py': ask('return 1') })
    const run = await place.run('yes')
    expect(run).toMatchObject({ state: 'succeeded', result: 'manual' })
    expect(await place.text(run.id)).toBe("asked\nmain {'seen': 'manual'}")
    expect(await place.text(run.id, 'note')).toBe('')
  })

  test('that says no leaves the run gated, its data kept and its words not', async () => {
    place.put('no', { 'main.py': RAN, 'trigger.py': ask('return []') })
    const run = await place.run('no')
    expect(run).toMatchObject({ state: 'gated', outcome: { kind: 'gated' }, summary: 'the gate said no' })
    expect(run.startedAt).toBeUndefined()
    expect(await place.text(run.id)).toBe('')
    expect((await place.runs.data(admin, 'no')).json).toBe('{"seen":"manual"}')
  })

  test('that raises fails the run, leaves data as it was, and its words are kept', async () => {
    place.put('bad', { 'main.py': RAN, 'trigger.py': ask('raise OSError("down")') })
    const run = await place.run('bad')
    expect(run).toMatchObject({
      state: 'failed',
      outcome: { kind: 'gate-failed', reason: 'raised OSError: down' },
      summary: 'the gate failed: raised OSError: down',
    })
    expect(await place.text(run.id)).toBe('asked')
    expect(await place.text(run.id, 'stderr')).toContain('OSError: down')
    expect((await place.runs.data(admin, 'bad')).version).toBe(0)
  })

  test('is passed over with force', async () => {
    place.put('forced', { 'main.py': RAN, 'trigger.py': ask('return False') })
    expect(await place.run('forced', { force: true })).toMatchObject({ state: 'succeeded' })
  })

  test('that is cancelled while it is asked ends the run at once', async () => {
    place.put('asks', {
      'main.py': RAN,
      'trigger.py':
        'import os, time\ndef trigger(data):\n  open(os.environ["SXS_STATE_DIR"] + "/x", "w")\n  time.sleep(60)',
    })
    const { id } = await place.enqueue('asks')
    expect((await place.runs.cancel(admin, id)).state).toBe('cancelled')
    expect(place.ticks.admit({ slug: 'asks', overlap: 'skip', gated: false }).kind).toBe('run')
  })

  async function tick(slug: string, trigger: string, more = {}) {
    place.put(slug, { 'main.py': RAN, 'trigger.py': trigger }, more)
    const due = { slug, overlap: 'skip', gated: true } as const
    const admission = place.ticks.admit(due)
    if (admission.kind !== 'gate') throw new Error(admission.kind)
    return admission.ask({ slug, ...AT })
  }

  test('is asked at a tick without a run; yes makes the run, in the same turn', async () => {
    const end = await tick('tick-yes', ask('return run.id is None and run.scheduled_at[:4] == "2023"'))
    if (end.kind !== 'yes') throw new Error(end.kind)
    const due = { slug: 'tick-yes', overlap: 'skip', gated: true } as const
    expect(place.ticks.admit(due).kind).toBe('skip')
    const id = await write(end.writes({ slug: 'tick-yes', ...AT }))
    end.begin(id)
    expect(await place.ended(id)).toMatchObject({ state: 'succeeded', result: 'tick' })
    expect(await place.text(id)).toBe("asked\nmain {'seen': 'tick'}")
  })

  test('that says no, raises or takes too long at a tick makes no run and gives the turn back', async () => {
    expect(await tick('tick-no', ask('return 0'))).toEqual({ kind: 'gated' })
    expect(await tick('tick-raises', ask('return 1 / 0'))).toEqual({
      kind: 'gate-failed',
      reason: 'raised ZeroDivisionError: division by zero',
    })
    const slow = await tick('tick-slow', 'import time\ndef trigger(data): time.sleep(60)', {
      gateTimeoutMs: 300,
    })
    expect(slow).toEqual({ kind: 'gate-failed', reason: 'timed out after 300 ms' })
    for (const slug of ['tick-no', 'tick-raises', 'tick-slow'])
      expect(place.ticks.admit({ slug, overlap: 'skip', gated: false }).kind).toBe('run')
    expect((await place.runs.list(admin, { script: 'tick-no' }, { limit: 5 })).items).toEqual([])
  })
})

describe('a request', () => {
  const viewer: Actor = { ...admin, role: 'viewer', name: 'eve' }
  const limited: Actor = { ...admin, kind: 'key', scripts: ['free'] }

  test('with a used idempotency key gives the run made before', async () => {
    place.put('free', { 'main.py': 'def main(data):\n  pass' })
    const ask = () => place.runs.enqueue(admin, { slug: 'free', cause: 'api', idempotencyKey: 'k' })
    const [first, second] = await Promise.all([ask(), ask()])
    expect(second.id).toBe(first.id)
    expect((await place.ended(first.id)).cause).toBe('api')
    expect((await ask()).id).toBe(first.id)
  })

  test('with a used idempotency key for something else conflicts, and queues nothing', async () => {
    const ask = (more: object) =>
      place.runs.enqueue(admin, { slug: 'free', cause: 'api', idempotencyKey: 'two', ...more })
    const tries = await Promise.allSettled([
      ask({ input: { a: 1 } }),
      ask({ input: { a: 2 } }),
      ask({ force: true }),
    ])
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    await expect(ask({ input: { a: 1 }, notBefore: 5 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('with another body') as string,
    })
    const longer = await ask({ idempotencyKey: 'two more', input: { a: 2 } })
    expect((await ask({ input: { a: 1 } })).id).toBe(longer.id - 1)
    await Promise.all([place.ended(longer.id), place.ended(longer.id - 1)])
  })

  test.each<[string, Actor, object, string]>([
    ['by a viewer', viewer, { slug: 'free' }, 'forbidden'],
    ['of an unknown script', admin, { slug: 'nobody' }, 'not_found'],
    ['of a script out of sight', limited, { slug: 'line' }, 'not_found'],
    ['with a list as input', admin, { slug: 'free', input: [1] }, 'invalid'],
    ['with too long an input', admin, { slug: 'free', input: { a: 'x'.repeat(2 ** 20) } }, 'too_large'],
    ['of a commit that is none', admin, { slug: 'free', commit: 'abc' }, 'invalid'],
    [
      'of another commit by a runner',
      { ...admin, role: 'runner' },
      { slug: 'free', commit: 'aside' },
      'forbidden',
    ],
  ])('%s is refused', async (_, actor, request, code) => {
    const asked = place.runs.enqueue(actor, { slug: '', cause: 'api', ...request })
    await expect(asked).rejects.toMatchObject({ code })
  })

  test('for later waits for its time without standing in the way', async () => {
    const later = await place.enqueue('free', { notBefore: place.clock.now() + 400 })
    const run = await place.run('free')
    expect(run.state).toBe('succeeded')
    const ended = await place.ended(later.id)
    expect(Date.parse(ended.startedAt!) - Date.parse(later.queuedAt)).toBeGreaterThanOrEqual(400)
  })

  test('to see runs shows what the actor may see, newest first, page by page', async () => {
    const first = await place.runs.list(limited, {}, { limit: 2 })
    expect(first.items.every(({ script }) => script === 'free')).toBe(true)
    expect(first.items[0]!.id).toBeGreaterThan(first.items[1]!.id)
    const second = await place.runs.list(limited, {}, { limit: 2, cursor: first.nextCursor! })
    expect(second.items[0]!.id).toBeLessThan(first.items[1]!.id)
    const failed = await place.runs.list(admin, { state: 'failed', cause: 'manual' }, { limit: 9 })
    expect(failed.items.map(({ script }) => script)).toEqual(['bad'])
    const hidden = failed.items[0]!.id
    await expect(place.runs.get(limited, hidden)).rejects.toMatchObject({ code: 'not_found' })
    await expect(place.runs.list(admin, {}, { limit: 2, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('to cancel ends a running run, and conflicts with one that is over', async () => {
    place.put('stays', { 'main.py': WAITS })
    const { id } = await place.enqueue('stays')
    await place.logged(id, 'awake')
    await place.runs.cancel(admin, id)
    expect(await place.ended(id)).toMatchObject({
      state: 'cancelled',
      outcome: { kind: 'cancelled', by: 'ada' },
    })
    expect(await place.text(id, 'note')).toContain('cancelled by ada')
    expect((await place.runs.cancel(admin, id)).state).toBe('cancelled')
    const { id: over } = await place.run('free')
    await expect(place.runs.cancel(admin, over)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('what cannot run', () => {
  test('for want of a secret is refused, naming it', async () => {
    place.put('secret', { 'main.py': WAITS }, { secrets: [{ name: 'SMTP_PASSWORD' }] })
    expect(await place.run('secret')).toMatchObject({
      state: 'failed',
      outcome: { kind: 'refused', reason: 'the secret SMTP_PASSWORD is not granted' },
    })
  })

  test('because its script is gone is refused', async () => {
    place.put('gone', { 'main.py': WAITS })
    const { id } = await place.enqueue('gone', { notBefore: place.clock.now() + 50 })
    place.scripts.delete('gone')
    expect(await place.ended(id)).toMatchObject({ state: 'failed', outcome: { kind: 'refused' } })
  })

  test('for want of an environment ends with the installer’s own words', async () => {
    const failure = {
      message: 'No matching distribution found for nosuch',
      log: 'Looking in indexes\nERROR: …',
    }
    const broken = await openPlace({ prepareEnvironment: () => Promise.resolve({ failure }) })
    broken.put('wants', { 'main.py': WAITS })
    const run = await broken.run('wants')
    expect(run).toMatchObject({
      state: 'failed',
      outcome: { kind: 'no-environment' },
      error: { type: 'NoEnvironment', message: failure.message },
    })
    expect(await broken.text(run.id, 'note')).toContain('Looking in indexes')
    await broken.close()
  })
})
