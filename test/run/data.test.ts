import { beforeAll, expect, test } from 'vitest'
import { openPlace, admin, type Place } from './place.ts'

const viewer = { ...admin, role: 'viewer' as const }
const WAITS = `
import time
def main(data):
    print("awake", flush=True)
    while True: time.sleep(0.05)
`

let place: Place
beforeAll(async () => {
  place = await openPlace()
  for (const slug of ['plain', 'long', 'busy']) place.put(slug, { 'main.py': WAITS })
  place.put('many', { 'main.py': WAITS }, { overlap: 'allow' })
  place.put('adds', { 'main.py': 'def main(data):\n    data["n"] = data.get("n", 0) + 1\n' })
})

test('data is set as it was written, one version on, and the audit has it', async () => {
  expect(await place.runs.data(admin, 'plain')).toEqual({ json: '{}', version: 0 })
  const first = await place.runs.setData(admin, 'plain', '{"a":\n1}')
  expect(first).toMatchObject({ json: '{"a": 1}', version: 1, updatedAt: expect.any(Number) as number })
  expect(await place.runs.setData(admin, 'plain', '{"a":2}', { ifVersion: 1 })).toMatchObject({ version: 2 })
  expect(place.audited.at(-1)).toMatchObject({
    ...{ action: 'data.write', target: 'plain', before: 'version 1', after: 'version 2' },
  })
})

test('a version that moved is a conflict, and changes nothing', async () => {
  await place.runs.setData(admin, 'adds', '{"n":40}', { ifVersion: 0 })
  await place.run('adds')
  await expect(place.runs.setData(admin, 'adds', '{}', { ifVersion: 1 })).rejects.toMatchObject({
    code: 'conflict',
    message: 'the data of adds is at version 2, not 1; read it again and decide anew',
  })
  expect((await place.runs.data(admin, 'adds')).json).toBe('{"n":41}')
})

test('long integers keep their digits', async () => {
  const json = `{"id": ${2n ** 80n}}`
  await place.runs.setData(admin, 'long', json)
  expect((await place.runs.data(admin, 'long')).json).toBe(json)
})

test.each(['busy', 'many'])('while a run of %s is under way its data is not set', async (slug) => {
  const { id } = await place.enqueue(slug)
  await place.logged(id, 'awake')
  await expect(place.runs.setData(admin, slug, '{}')).rejects.toMatchObject({
    code: 'conflict',
    message: `a run of ${slug} is under way and will replace its data; wait for its end, or cancel it`,
  })
  await place.runs.cancel(admin, id)
  await place.ended(id)
})

test('only a JSON object of at most 1 MiB is data, and only an editor sets it', async () => {
  for (const json of ['[]', '1', 'null', '{', '{"a":NaN}', ''])
    await expect(place.runs.setData(admin, 'plain', json)).rejects.toMatchObject({ code: 'invalid' })
  const large = `{"a":"${'x'.repeat(2 ** 20)}"}`
  await expect(place.runs.setData(admin, 'plain', large)).rejects.toMatchObject({ code: 'too_large' })
  await expect(place.runs.setData(viewer, 'plain', '{}')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(place.runs.setData(admin, 'nobody', '{}')).rejects.toMatchObject({ code: 'not_found' })
})
