import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPlace, type Place } from './place.ts'

const MIB = 2 ** 20

let place: Place
beforeAll(async () => {
  place = await openPlace({ quotas: { stateBytes: 4 * MIB, artifactsBytes: 2 * MIB } })
})
afterAll(() => place.close())

const FILLS = `import os, time
def main(run):
    folder = os.path.join(os.environ[run.input["where"]], "deep", "er")
    os.makedirs(folder)
    for at in range(8):
        with open(os.path.join(folder, str(at)), "wb") as file:
            file.write(os.urandom(2 ** 20))
    if run.input["stays"]: time.sleep(60)
`

test('a run that keeps more than its script may is killed, and says what and how much', async () => {
  const [state, artifacts] = await Promise.all(
    ['SXS_STATE_DIR', 'SXS_ARTIFACTS_DIR'].map(async (where) => {
      const slug = where === 'SXS_STATE_DIR' ? 'fills' : 'leaves'
      place.put(slug, { 'main.py': FILLS })
      return place.run(slug, { input: { where, stays: true } })
    }),
  )
  expect([state!.summary, artifacts!.summary]).toEqual(['killed: state 4 MiB', 'killed: artifacts 2 MiB'])
  expect(state).toMatchObject({ state: 'failed', error: { type: 'Killed' } })
})

test('what was too much before a run does not end it, so that it can be cleared away', async () => {
  place.put('clears', { 'main.py': FILLS })
  await place.run('clears', { input: { where: 'SXS_STATE_DIR', stays: false } })
  place.put('clears', {
    'main.py': `import os, shutil, time
def main():
    time.sleep(1.5)
    shutil.rmtree(os.path.join(os.environ["SXS_STATE_DIR"], "deep"))
`,
  })
  expect(await place.run('clears')).toMatchObject({ state: 'succeeded' })
})
