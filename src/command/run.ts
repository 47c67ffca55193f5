import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join, relative, resolve } from 'node:path'
import {
  ConfigError,
  createBus,
  createLog,
  messageOf,
  searchPath,
  systemActor,
  systemClock,
} from '../base/index.ts'
import { createCatalog, createCatalogStore, createCheckouts } from '../catalog/index.ts'
import type { Config } from '../config.ts'
import { lockFolder, openIndex, openRecord } from '../db/index.ts'
import { createEnvironments, createEnvironmentStore } from '../environment/index.ts'
import { openSnapshot } from '../git/index.ts'
import { endLeftovers, findPythons, openIsolation } from '../isolation/index.ts'
import {
  createRunning,
  createRunStore,
  isFinal,
  type GiveSecrets,
  type Run,
  type ScriptSource,
} from '../run/index.ts'
import { createScriptSource } from '../script-source.ts'
import { createMasking } from '../secret/index.ts'
import { slugOf } from '../script/index.ts'
import { PUSHED, rootOf } from './check.ts'
import { WrongUse } from './output.ts'

type Options = { input?: string; envFile?: string; data?: string; gate?: boolean }

/** `run`: one run of a script's folder as it is on disk, with the environment and isolation of the server. */
export async function runFolder(config: Config, folder: string, options: Options): Promise<boolean> {
  if (options.input !== undefined) parseJson('--input', options.input)
  const env = options.envFile === undefined ? {} : parseEnv(options.envFile)
  const root = rootOf(folder)
  const slug = slugOf(relative(join(root, 'scripts'), resolve(folder)).replace(/\.py$/, ''))
  if (!slug) throw new WrongUse(`${folder} is no script; name a folder below scripts/, or a .py file there`)
  const place = await openPlace()
  const snapshot = await openSnapshot(root, PUSHED)
  const log = createLog('silent')
  const bus = createBus((error) => process.stderr.write(`sxs: ${messageOf(error)}\n`))
  const found = await findPythons(log)
  if (!found[0])
    throw new ConfigError('no Python 3.9 or newer with venv was found; install python3 and python3-venv')
  endLeftovers(place.folder, log)
  const isolation = await openIsolation({
    accept: config.isolation,
    dataDir: place.folder,
    pythons: found,
    log,
  })
  const { pythons } = isolation
  const record = await openRecord(join(place.folder, 'record.db'))
  const index = await openIndex(join(place.folder, 'index.db'), log)
  const environments = createEnvironments({
    ...{ folder: join(place.folder, 'environments'), isolation, pythons, clock: systemClock, bus, log },
    ...{ store: createEnvironmentStore(record), index: config.packageIndexes.join(' ') },
    ...{ installerEnv: config.installerEnv, path: searchPath().join(delimiter) },
  })
  const catalog = createCatalog({
    ...{ repository: snapshot.repository, store: createCatalogStore(index), bus, log },
    server: { timezone: config.timezone },
    synced: () => Promise.resolve(),
  })
  const checkouts = createCheckouts({
    repository: snapshot.repository,
    root: join(place.folder, 'checkouts'),
    clock: systemClock,
  })
  const source = withEnvironment(
    createScriptSource({ catalog, checkouts, repository: snapshot.repository }),
    snapshot.commit,
    env,
  )
  const running = createRunning({
    ...{
      store: createRunStore(record),
      source,
      isolation,
      pythons,
      clock: systemClock,
      bus,
      log,
      workers: 1,
      quotas: config.quotas,
      // What is tried at home is nobody's business.
      audit: () => Promise.resolve(),
    },
    prepareEnvironment: (wanted) => environments.prepare(wanted),
    giveSecrets: secretsFrom(env),
    dataDir: place.folder,
  })
  try {
    await environments.start()
    await running.start()
    if (!(await source.findScript(slug)))
      throw new WrongUse(`${slug} is no valid script; sxs check ${root} says why`)
    if (options.data !== undefined) await running.runs.setData(systemActor, slug, readData(options.data))
    const run = await running.runs.enqueue(systemActor, {
      ...{ slug, cause: 'manual' as const, force: !options.gate },
      ...(options.input === undefined ? {} : { inputJson: options.input }),
    })
    const ended = await follow(running.runs, bus, run.id)
    if (options.data !== undefined)
      writeFileSync(options.data, `${(await running.runs.data(systemActor, slug)).json}\n`)
    return report(ended)
  } finally {
    await running.stop()
    await environments.stop()
    record.close()
    index.close()
    snapshot.discard()
    await place.close()
  }
}

/** Environments are worth keeping from one call to the next, so the place is in the user's cache, unless it is taken. */
async function openPlace(): Promise<{ folder: string; close(): Promise<void> }> {
  const cache = join(homedir(), '.cache', 'script-executer-server')
  mkdirSync(cache, { recursive: true, mode: 0o711 })
  const lock = await lockFolder(cache)
  if (lock) return { folder: cache, close: () => lock.release() }
  const folder = mkdtempSync(join(tmpdir(), 'sxs-run-'))
  return { folder, close: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })) }
}

function withEnvironment(source: ScriptSource, commit: string, env: Record<string, string>): ScriptSource {
  const scriptAt: ScriptSource['scriptAt'] = async (slug) => {
    const at = await source.scriptAt(slug, commit)
    return (
      at && {
        ...at,
        script: {
          ...at.script,
          manifest: { ...at.script.manifest, env: { ...at.script.manifest.env, ...env } },
        },
      }
    )
  }
  const isOnMainLine = () => Promise.resolve(true)
  return { ...source, scriptAt, isOnMainLine, findScript: (slug) => scriptAt(slug, commit) }
}

/** At home the secrets of a script are what the file of variables has under their names. */
function secretsFrom(env: Record<string, string>): GiveSecrets {
  return (_, names) => {
    const missing = names.filter((name) => env[name] === undefined)
    if (missing.length > 0)
      return Promise.resolve({ refusal: `no ${missing.join(', ')}; write NAME=value lines into --env-file` })
    const values = new Map(names.map((name) => [name, env[name]!]))
    return Promise.resolve({
      values,
      masking: createMasking([...values.values()].filter((text) => text.trim() !== '')),
    })
  }
}

type Runs = ReturnType<typeof createRunning>['runs']

/** Prints the log as it is written, each line where the script wrote it, until the run is over. */
function follow(runs: Runs, bus: ReturnType<typeof createBus>, id: number): Promise<Run> {
  let from = 0
  let busy: Promise<unknown> = Promise.resolve()
  const print = async () => {
    const { lines, next } = await runs.logLines(systemActor, id, { from })
    from = next
    for (const { stream, text } of lines)
      (stream === 'stdout' ? process.stdout : process.stderr).write(`${text}\n`)
    return lines.length
  }
  return new Promise((resolve, reject) => {
    const look = async () => {
      while ((await print()) > 0);
      const run = await runs.get(systemActor, id)
      if (!isFinal(run.state)) return
      stops.forEach((stop) => stop())
      while ((await print()) > 0);
      resolve(run)
    }
    const next = () => {
      busy = busy.then(look).catch(reject)
    }
    const stops = [bus.on('log', next), bus.on('run', next)]
    next()
  })
}

function report(run: Run): boolean {
  if (run.result !== undefined && run.result !== null) process.stdout.write(`${run.resultJson}\n`)
  const ok = run.state === 'succeeded' || run.state === 'gated'
  if (run.state !== 'succeeded') process.stderr.write(`sxs: ${run.state}: ${run.summary ?? ''}\n`)
  return ok
}

function readData(path: string): string {
  if (!existsSync(path)) return '{}'
  return JSON.stringify(parseJson(path, readFileSync(path, 'utf8')))
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new WrongUse(`${name} is not JSON: ${messageOf(error)}`)
  }
}

function parseEnv(path: string): Record<string, string> {
  if (!existsSync(path)) throw new WrongUse(`--env-file: ${path} does not exist`)
  const lines = readFileSync(path, 'utf8').split(/\r?\n/)
  return Object.fromEntries(
    lines.flatMap((line, at) => {
      if (/^\s*(#|$)/.test(line)) return []
      const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line)
      if (!match) throw new WrongUse(`${path}:${at + 1}: '${line}' is no NAME=value line`)
      return [[match[1]!, match[2]!.trim().replace(/^(["'])(.*)\1$/, '$2')]]
    }),
  )
}
