import { join } from 'node:path'
import { createBus, createLog, systemClock, type Bus, type Clock } from '../../src/base/index.ts'
import { openRecord } from '../../src/db/index.ts'
import {
  createEnvironments,
  createEnvironmentStore,
  type Environment,
  type Environments,
  type EnvironmentStore,
  type Wanted,
} from '../../src/environment/index.ts'
import { removeFolder } from '../../src/environment/folder.ts'
import { findPythons, openIsolation, type Isolation, type Python } from '../../src/isolation/index.ts'
import { atEnd } from './ends.ts'
import { temporaryFolder } from './folder.ts'
import { makeWheel } from './package-index.ts'

const log = createLog('silent')

export type Ground = { folder: string; isolation: Isolation; pythons: Python[] }

/** What environments stand on; one folder for a test file, so that pip is set up in it once. */
export async function openGround(): Promise<Ground> {
  const pythons = await findPythons(log)
  const isolation = await openIsolation({ accept: 'auto', dataDir: temporaryFolder(), pythons, log })
  return { folder: join(temporaryFolder(), 'environments'), isolation, pythons }
}

/** Environments with a record of their own, stopped when the test file ends. */
export async function openEnvironments(
  options: Ground & {
    index: string
    /** PATH where uv is looked for; absent: nowhere, for pip. */
    path?: string
    clock?: Clock
    /** The record's file, to find again after a restart. */
    record?: string
  },
): Promise<{ environments: Environments; store: EnvironmentStore; bus: Bus }> {
  const record = await openRecord(options.record ?? join(temporaryFolder(), 'record.db'))
  const store = createEnvironmentStore(record)
  const bus = createBus((error) => {
    throw error
  })
  const more = { path: '', store, bus, log, installerEnv: {}, clock: systemClock }
  const environments = createEnvironments({ ...more, ...options })
  atEnd(async () => {
    await environments.stop()
    record.close()
    // Environments are read-only, which keeps an ordinary user from removing them as they are.
    await removeFolder(options.folder)
  })
  return { environments, store, bus }
}

/** What a script wants with these requirement lines. */
export const wants = (...lines: string[]): Wanted => ({
  requirements: {
    source: 'scripts/a/requirements.txt',
    kind: lines.length > 0 ? 'requirements' : 'none',
    lines,
  },
})

/** The environment, or an error with what kept it from being made. */
export async function prepare(environments: Environments, wanted: Wanted): Promise<Environment> {
  const prepared = await environments.prepare(wanted)
  if ('failure' in prepared) throw new Error(`${prepared.failure.message}\n${prepared.failure.log}`)
  return prepared.environment
}

/** The installer's message; an error where there is an environment after all. */
export async function failToPrepare(environments: Environments, wanted: Wanted): Promise<string> {
  const prepared = await environments.prepare(wanted)
  if ('environment' in prepared) throw new Error(`${prepared.environment.key} was made`)
  return prepared.failure.message
}

/** Runs a program in the sandbox with the environment, and gives what it wrote. */
export async function runIn(isolation: Isolation, { python, bindings }: Environment, argv: string[]) {
  const sandboxed = isolation.spawn({ argv, env: {}, cwd: '/', bindings, network: true, uid: 1, python })
  const [stdout, stderr] = [textOf(sandboxed.stdout), textOf(sandboxed.stderr)]
  const { code } = await sandboxed.exited
  return { code, stdout: await stdout, stderr: await stderr }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

/** A wheel with one module and one command, `greet`. */
export const greeter = (version = '1.0') =>
  makeWheel({
    name: 'greeter',
    version,
    modules: { 'greeter.py': `def main():\n    print('hello from ${version}')\n` },
    consoleScripts: { greet: 'greeter:main' },
  })

/** A wheel that needs the greeter. */
export const polite = makeWheel({
  name: 'Polite.Greeter',
  version: '2.0',
  modules: { 'polite/__init__.py': 'import greeter\n' },
  requires: ['greeter>=1'],
})
