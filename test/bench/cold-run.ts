import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { finish, inTurns, median, timed, type Comparison } from './measure.ts'
import { makeRepositoryOf } from './repository.ts'
import { startServer, type Server } from './server.ts'

const PAIRS = 60
const WARM_UP = 10
/** A run is announced when it is queued, when it starts and when its end is on disk. */
const ANNOUNCEMENTS = 3
const PROGRAM = "for line in 'one', 'two', 'three':\n    print(line)\n"
const SLUG = 'trivial'

type Run = { state: string; startedAt: string; endedAt: string; python: string; environment: string }

export type ColdRun = Comparison & {
  /** From the start to the end as the record has them, milliseconds. */
  recorded: number[]
  python: string
  isolation: string
}

/**
 * One run after another of a script that prints three lines, each from `POST /scripts/<slug>/runs` until the server
 * announces that its end is recorded; in turns with the environment's own `bin/python main.py`, without anything else.
 */
export async function compareColdRun(folder: string): Promise<ColdRun> {
  const dataDir = join(folder, 'data')
  await makeRepositoryOf(join(dataDir, 'scripts.git'), [[`scripts/${SLUG}/main.py`, PROGRAM]])
  const server = await startServer(dataDir)
  const announced = await followRuns(server)
  const recorded: number[] = []
  let last: Run | undefined

  async function ours(): Promise<number> {
    let id = 0
    const ms = await timed(async () => {
      const over = announced.times(ANNOUNCEMENTS)
      id = (await server.call<{ id: number }>('POST', `/scripts/${SLUG}/runs`, {})).id
      await over
    })
    last = await server.call<Run>('GET', `/runs/${id}`)
    if (last.state !== 'succeeded') throw new Error(`run ${id} is ${last.state}`)
    recorded.push(Date.parse(last.endedAt) - Date.parse(last.startedAt))
    return ms
  }

  try {
    await compiled(server, dataDir)
    for (let turn = 0; turn < WARM_UP; turn += 1) await ours()
    recorded.length = 0
    const python = join(dataDir, 'environments', last!.environment, 'bin/python')
    writeFileSync(join(folder, 'main.py'), PROGRAM)
    const base = () => timed(() => finish(python, ['main.py'], { cwd: folder, env: { LANG: 'C.UTF-8' } }))
    const found = await inTurns(PAIRS, ours, base)
    const { isolation } = await server.call<{ isolation: { tier: string } }>('GET', '/status')
    return { ...found, recorded, python: last!.python, isolation: isolation.tier }
  } finally {
    announced.close()
    await server.stop()
  }
}

/** What one run took in the middle, in words: the record's own times leave out the request and the announcement. */
export const describeRecorded = ({ recorded }: ColdRun): string =>
  `${median(recorded).toFixed(0)} ms from startedAt to endedAt`

async function followRuns(server: Server) {
  let count = 0
  let wanted: { count: number; resolve: () => void } | undefined
  const socket = await server.onRun(() => {
    count += 1
    if (wanted && count >= wanted.count) wanted.resolve()
  })
  return {
    /** Resolves at the so-manieth announcement from now on; one run is under way at a time. */
    times(number: number): Promise<void> {
      count = 0
      return new Promise((resolve) => (wanted = { count: number, resolve }))
    },
    close: () => socket.close(),
  }
}

/** The server compiles its harness in the background at each start, once for each Python. */
async function compiled(server: Server, dataDir: string): Promise<void> {
  const { pythons } = await server.call<{ pythons: string[] }>('GET', '/status')
  const wanted = new Set(pythons.map((version) => version.split('.').slice(0, 2).join('.'))).size
  const cache = join(dataDir, 'harness/__pycache__')
  const done = () => {
    try {
      return readdirSync(cache).filter((name) => /^sxs_serve\..*\.pyc$/.test(name)).length >= wanted
    } catch {
      return false
    }
  }
  for (let tries = 0; !done() && tries < 300; tries += 1) await wait(100)
}
