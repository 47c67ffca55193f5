import { clone, type TestServer } from '../support/server.ts'

/** What the house holds when its pages are looked at. */
export type House = {
  /** The commit before, and the one that the house stands at. */
  first: string
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
  editor: () => '/scripts/tools.greet/edit?path=script.yaml',
  'editor, a new file': () => '/scripts/tools.greet/edit?new=1',
  'code of another commit': ({ first }) => `/scripts/tools.greet/code?commit=${first}&path=script.yaml`,
  'code that is gone': () => '/scripts/tools.greet/code?path=old.py',
  'runs of a script': () => '/scripts/tools.greet/runs',
  ticks: () => '/scripts/tools.greet/ticks',
  'ticks, none found': () => '/scripts/tools.greet/ticks?outcome=missed&from=2026-01-01',
  changes: () => '/scripts/tools.greet/changes',
  environment: () => '/scripts/tools.greet/environment',
  'a script’s pause': () => '/scripts/tools.greet/pause',
  'a script’s end': () => '/scripts/tools.greet/delete',
  'script that was removed': () => '/scripts/tools.old',
  'new script': () => '/scripts/new',
  'new script from a template': () => '/scripts/new?template=hello',
  'new script of files': () => '/scripts/new?by=upload',
  commits: () => '/commits',
  'commits of a script': () => '/commits?script=tools.greet',
  commit: ({ commit }) => `/commits/${commit}`,
  'first commit': ({ first }) => `/commits/${first}`,
  'commit that is unknown': () => '/commits/0123456',
  'script that is gone': () => '/scripts/tools.gone',
  runs: () => '/runs',
  'runs, filtered': () => '/runs?script=tools.fails&state=failed&cause=api',
  'runs, none found': () => '/runs?script=tools.gone',
  'run that went well': ({ well }) => `/runs/${well}`,
  'run that failed': ({ failed }) => `/runs/${failed}`,
  'run that goes on': ({ running }) => `/runs/${running}`,
  'run that is gone': () => '/runs/999999',
  secrets: () => '/secrets',
  'a secret’s end': () => '/secrets/TOOLS_TOKEN/delete',
  system: () => '/system',
  'reference of the API': () => '/api/docs',
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
  const { commit: first } = await repo.ship(
    {
      'scripts/tools/greet/main.py': 'def main():\n    print("hello")\n',
      'scripts/tools/greet/script.yaml': 'description: Greets\n',
      'scripts/tools/old/main.py': 'def main(): pass\n',
    },
    'Begin with a greeting\n\nMore follows.',
  )
  const { commit } = await repo.ship(
    {
      'scripts/tools/old': null,
      'scripts/tools/greet/main.py': GREET,
      'scripts/tools/greet/script.yaml':
        'description: Greets whom the input names\ntags: [demo]\nschedule: {cron: "0 6 * * 1-5", timezone: Europe/Rome}\ninput_schema: {type: object, properties: {name: {type: string, description: Who is greeted}, loud: {type: boolean}}}\n',
      'scripts/tools/greet/README.md': '# Greet\n\nSays *hello*.\n',
      'scripts/tools/fails/main.py': FAILS,
      'scripts/tools/goes-on/main.py': GOES_ON,
      'scripts/tools/goes-on/script.yaml': 'grace: 1s\n',
      'scripts/tools/later/main.py': 'def main(): pass\n',
      'scripts/tools/later/script.yaml': 'schedule: {every: 1h}\npaused: {reason: vendor outage}\n',
    },
    'Add tools',
  )
  await server.api('PUT', '/secrets/TOOLS_TOKEN', { value: 'of the house', scripts: ['tools.fails'] })
  const well = await server.execute('tools.greet', { input: { name: 'Ada' } })
  const failed = await server.execute('tools.fails')
  const { body } = await server.api('POST', '/scripts/tools.goes-on/runs', {})
  const running = body['id'] as number
  await server.when('run', async () => {
    const { body: run } = await server.api('GET', `/runs/${running}`)
    return run['state'] === 'running' ? true : undefined
  })
  return { first, commit, well: well.id, failed: failed.id, running }
}
