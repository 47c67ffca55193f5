import { clone, type TestServer } from '../support/server.ts'

/** What the house holds when its pages are looked at. */
export type House = {
  commit: string
  /** Runs: one that went well and left things, one that failed, one that still goes on. */
  well: number
  failed: number
  running: number
}

/** Every page of the dashboard: add a line for a new one, and it is looked at as all others are. */
export const EVERY_PAGE: Record<string, (house: House) => string> = {
  overview: () => '/',
  scripts: () => '/scripts',
  'scripts, filtered': () => '/scripts?q=tools&tag=demo&state=healthy',
  'scripts, none found': () => '/scripts?q=nothing-like-this',
  script: () => '/scripts/tools.greet',
  'script that fails': () => '/scripts/tools.fails',
  'script that is paused': () => '/scripts/tools.later',
  code: () => '/scripts/tools.greet/code',
  'script that is gone': () => '/scripts/tools.gone',
  runs: () => '/runs',
  'runs, filtered': () => '/runs?script=tools.fails&state=failed&cause=api',
  'runs, none found': () => '/runs?script=tools.gone',
  'run that went well': ({ well }) => `/runs/${well}`,
  'run that failed': ({ failed }) => `/runs/${failed}`,
  'run that goes on': ({ running }) => `/runs/${running}`,
  'run that is gone': () => '/runs/999999',
  system: () => '/system',
  'address without a page': () => '/nothing',
}

const GREET = `import os
def main(data, run):
    data["n"] = data.get("n", 0) + 1
    print("hello", run.input.get("name"))
    with open(os.environ["SXS_ARTIFACTS_DIR"] + "/greeting.txt", "w") as file:
        file.write("hello")
    return {"greeted": data["n"]}
`
const FAILS = `def main():
    raise KeyError("due_date")
`
const GOES_ON = `import time
def main():
    print("waiting", flush=True)
    time.sleep(600)
`

/** Brings scripts and runs of every kind; the run that goes on is for the test's end to take along. */
export async function furnish(server: TestServer): Promise<House> {
  const repo = await clone(server.gitUrl)
  const { commit } = await repo.ship(
    {
      'scripts/tools/greet/main.py': GREET,
      'scripts/tools/greet/script.yaml':
        'description: Greets whom the input names\ntags: [demo]\nschedule: {cron: "0 6 * * 1-5", timezone: Europe/Rome}\ninput_schema: {type: object}\n',
      'scripts/tools/greet/README.md': '# Greet\n\nSays *hello*.\n',
      'scripts/tools/fails/main.py': FAILS,
      'scripts/tools/goes-on/main.py': GOES_ON,
      'scripts/tools/goes-on/script.yaml': 'grace: 1s\n',
      'scripts/tools/later/main.py': 'def main(): pass\n',
      'scripts/tools/later/script.yaml': 'schedule: {every: 1h}\npaused: {reason: vendor outage}\n',
    },
    'Add tools',
  )
  const well = await server.execute('tools.greet', { input: { name: 'Ada' } })
  const failed = await server.execute('tools.fails')
  const { body } = await server.api('POST', '/scripts/tools.goes-on/runs', {})
  const running = body['id'] as number
  await server.when('run', async () => {
    const { body: run } = await server.api('GET', `/runs/${running}`)
    return run['state'] === 'running' ? true : undefined
  })
  return { commit, well: well.id, failed: failed.id, running }
}
