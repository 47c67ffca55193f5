import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ConfigError, LOG_LEVELS, makeFolder, messageOf, parseSize, type LogLevel } from './base/index.ts'
import { pickInstallerEnv } from './environment/index.ts'
import { findGitVersion } from './git/index.ts'

/** Everything that the environment decides, read once; nothing else reads it. */
export type Config = {
  host: string
  port: number
  dataDir: string
  publicUrl: string | undefined
  trustedProxies: string[]
  adminUser: string
  adminPassword: string | undefined
  workers: number
  /** How many pages and programs follow over `/live` at once: all together, and of one user. */
  viewers: number
  viewersPerUser: number
  isolation: 'auto' | 'namespace' | 'landlock' | 'uid' | 'none'
  packageIndexes: string[]
  timezone: string
  diskReserveBytes: number
  /** What a script may keep in its state, and a run among its artifacts. */
  quotas: { stateBytes: number; artifactsBytes: number }
  logLevel: LogLevel
  /** Variables that look like settings and are none: most often misspelt. They are told, not refused. */
  unknown: string[]
  /** What an installer of packages may know of the machine's own configuration. */
  installerEnv: Record<string, string>
}

type Variables = Record<string, string | undefined>

const TIERS = ['auto', 'namespace', 'landlock', 'uid', 'none'] as const
/** The configuration in the variables; throws ConfigError for the first one that is wrong. */
export function readConfig(variables: Variables): Config {
  const value = (name: string) => variables[name]?.trim() || undefined
  return {
    host: value('SXS_HOST') ?? '127.0.0.1',
    port: wholeNumber('SXS_PORT', value('SXS_PORT') ?? '8080', 0, 65535),
    dataDir: resolve(value('SXS_DATA_DIR') ?? './data'),
    publicUrl: url('SXS_PUBLIC_URL', value('SXS_PUBLIC_URL')),
    trustedProxies: list(value('SXS_TRUSTED_PROXIES')),
    adminUser: value('SXS_ADMIN_USER') ?? 'admin',
    adminPassword: value('SXS_ADMIN_PASSWORD'),
    workers: wholeNumber(
      'SXS_WORKERS',
      value('SXS_WORKERS') ?? String(Math.max(4, 2 * availableParallelism())),
      1,
      1000,
    ),
    viewers: wholeNumber('SXS_VIEWERS', value('SXS_VIEWERS') ?? '1000', 1, 100_000),
    viewersPerUser: wholeNumber('SXS_VIEWERS_PER_USER', value('SXS_VIEWERS_PER_USER') ?? '200', 1, 100_000),
    isolation: oneOf('SXS_ISOLATION', value('SXS_ISOLATION') ?? 'auto', TIERS),
    packageIndexes: list(value('SXS_PACKAGE_INDEX')).map((text) => url('SXS_PACKAGE_INDEX', text)!),
    timezone: timezone('SXS_TIMEZONE', value('SXS_TIMEZONE') ?? 'UTC'),
    diskReserveBytes: size('SXS_DISK_RESERVE', value('SXS_DISK_RESERVE') ?? '2GiB'),
    quotas: {
      stateBytes: size('SXS_STATE_LIMIT', value('SXS_STATE_LIMIT') ?? '1GiB'),
      artifactsBytes: size('SXS_ARTIFACTS_LIMIT', value('SXS_ARTIFACTS_LIMIT') ?? '1GiB'),
    },
    logLevel: oneOf('SXS_LOG_LEVEL', value('SXS_LOG_LEVEL') ?? 'info', LOG_LEVELS),
    unknown: Object.keys(variables).filter((name) => name.startsWith('SXS_') && !KNOWN.has(name)),
    installerEnv: pickInstallerEnv(variables),
  }
}

/** Makes the data folder if it is not there; throws ConfigError where nothing can be kept in it. */
export function prepareDataDir(dataDir: string): void {
  try {
    // Scripts' own uids pass through it to what is theirs; everything else in it is closed to them.
    makeFolder(dataDir, 0o711)
    // Only a try tells: root may write by the modes where nothing can be kept, as in /proc.
    const trial = join(mkdtempSync(join(dataDir, '.trial-')), 'file')
    try {
      writeFileSync(trial, 'x', { flush: true })
    } finally {
      rmSync(dirname(trial), { recursive: true, force: true })
    }
  } catch (error) {
    throw new ConfigError(
      `SXS_DATA_DIR: ${dataDir} cannot be written (${messageOf(error)}); name a folder that can`,
    )
  }
}

const KNOWN = new Set([
  // What commands against a server go by (`src/command/connect.ts`).
  'SXS_URL',
  'SXS_KEY',
  'SXS_HOST',
  'SXS_PORT',
  'SXS_DATA_DIR',
  'SXS_PUBLIC_URL',
  'SXS_TRUSTED_PROXIES',
  'SXS_ADMIN_USER',
  'SXS_ADMIN_PASSWORD',
  'SXS_WORKERS',
  'SXS_VIEWERS',
  'SXS_VIEWERS_PER_USER',
  'SXS_ISOLATION',
  'SXS_PACKAGE_INDEX',
  'SXS_TIMEZONE',
  'SXS_DISK_RESERVE',
  'SXS_STATE_LIMIT',
  'SXS_ARTIFACTS_LIMIT',
  'SXS_LOG_LEVEL',
])

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new ConfigError(`${name}: '${text}' is no whole number from ${least} to ${most}`)
  return number
}

function oneOf<T extends string>(name: string, text: string, values: readonly T[]): T {
  const found = values.find((one) => one === text)
  if (!found) throw new ConfigError(`${name}: '${text}' is none of ${values.join(', ')}`)
  return found
}

function url(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol))
    throw new ConfigError(`${name}: '${text}' is no address that begins with http:// or https://`)
  return text.replace(/\/+$/, '')
}

function timezone(name: string, text: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return text
  } catch {
    throw new ConfigError(`${name}: '${text}' is no time zone; write one such as Europe/Rome`)
  }
}

function size(name: string, text: string): number {
  const bytes = parseSize(text)
  if (bytes === undefined) throw new ConfigError(`${name}: '${text}' is no size; write one such as 2GiB`)
  return bytes
}

const list = (text: string | undefined) => (text ? text.split(/[\s,]+/).filter(Boolean) : [])

const OLDEST_GIT = [2, 39] as const

/** The version of the git that is there; throws where there is none that is new enough. */
export async function assertGit(): Promise<string> {
  const found = await findGitVersion()
  const wanted = OLDEST_GIT.join('.')
  if (!found) throw new ConfigError(`git was not found; install git ${wanted} or newer`)
  if (found[0] < OLDEST_GIT[0] || (found[0] === OLDEST_GIT[0] && found[1] < OLDEST_GIT[1]))
    throw new ConfigError(`git ${found.join('.')} is too old; install git ${wanted} or newer`)
  return found.join('.')
}

/** What the system says of the address, in the words of the settings. */
export function asConfigError(error: unknown, { host, port }: Config): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE')
    return new ConfigError(`SXS_PORT: ${host}:${port} is in use; name another port, or 0 for any`)
  if (code === 'EACCES')
    return new ConfigError(`SXS_PORT: ${host}:${port} may not be listened on; name a port above 1023`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ConfigError(`SXS_HOST: '${host}' is no address of this machine`)
  return error
}
