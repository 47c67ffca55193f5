import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Binding } from '../isolation/index.ts'

/** Where packages come from and how to get there, the same for whichever installer asks. */
export type Source = {
  /** Absent: the installer's own, which is the public one. */
  index?: string
  extraIndexes: string[]
  noIndex: boolean
  findLinks: string[]
  trustedHosts: string[]
  /** The text of a file of certificate authorities. */
  certificates?: string
  /** Proxies and patience. */
  env: Record<string, string>
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']
const PASSED = [...PROXIES, ...PROXIES.map((name) => name.toLowerCase()), 'UV_HTTP_TIMEOUT']
const READ = [
  ...['HOME', 'XDG_CONFIG_HOME', 'PIP_CONFIG_FILE', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX'],
  ...['PIP_FIND_LINKS', 'PIP_TRUSTED_HOST', 'PIP_CERT', 'PIP_PROXY', 'PIP_DEFAULT_TIMEOUT', 'PIP_TIMEOUT'],
  ...[
    'PIP_RETRIES',
    'UV_DEFAULT_INDEX',
    'UV_INDEX_URL',
    'UV_EXTRA_INDEX_URL',
    'UV_FIND_LINKS',
    'UV_NO_INDEX',
  ],
  ...['UV_INSECURE_HOST', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'],
]

/** Of the server's environment, the variables that say how an installer is to reach its index. */
export function pickInstallerEnv(env: Record<string, string | undefined>): Record<string, string> {
  const picked = [...PASSED, ...READ].flatMap((name) => (env[name] ? [[name, env[name]]] : []))
  return Object.fromEntries(picked) as Record<string, string>
}

/**
 * The server's own index setting (URLs with spaces or commas between), else what pip's and uv's variables and pip's
 * configuration files say. A certificate and proxies hold in both cases.
 */
export async function openSource(index: string, env: Record<string, string>): Promise<Source> {
  const network = await networkOf(env)
  if (listOf(index).length > 0)
    return { ...indexesOf(listOf(index)), noIndex: false, findLinks: [], trustedHosts: [], ...network }
  const settings = { ...(await pipConfiguration(env)), ...pipVariables(env) }
  const own = (name: string, ...uv: string[]) =>
    listOf(settings[name] ?? uv.map((v) => env[v] ?? '').join(' '))
  const main = own('index-url', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL').slice(0, 1)
  const certificates = network.certificates ?? (await findText(settings['cert']))
  return {
    ...indexesOf(main),
    extraIndexes: own('extra-index-url', 'UV_EXTRA_INDEX_URL'),
    noIndex: /^(1|true|yes|on|t|y)$/i.test(settings['no-index'] ?? env['UV_NO_INDEX'] ?? ''),
    findLinks: own('find-links', 'UV_FIND_LINKS'),
    trustedHosts: own('trusted-host', 'UV_INSECURE_HOST'),
    ...(certificates ? { certificates } : {}),
    env: { ...network.env, ...proxyOf(settings) },
  }
}

/** The folders and files of wheels that the installer needs to see for it. */
export function sourceBindings({ findLinks }: Source): Binding[] {
  return findLinks
    .map((place) => (place.startsWith('file:') ? fileURLToPath(place) : place))
    .filter((place) => isAbsolute(place) && existsSync(place))
    .map((place) => ({ from: place, to: place }))
}

const indexesOf = ([index, ...extraIndexes]: string[]) => ({ ...(index ? { index } : {}), extraIndexes })

const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '')

async function networkOf(env: Record<string, string>): Promise<Pick<Source, 'certificates' | 'env'>> {
  const certificates = await findText(env['PIP_CERT'] ?? env['SSL_CERT_FILE'] ?? env['REQUESTS_CA_BUNDLE'])
  const timeout = env['PIP_TIMEOUT'] ?? env['PIP_DEFAULT_TIMEOUT']
  return {
    ...(certificates ? { certificates } : {}),
    env: {
      ...(timeout ? { PIP_DEFAULT_TIMEOUT: timeout, UV_HTTP_TIMEOUT: timeout } : {}),
      ...(env['PIP_RETRIES'] ? { PIP_RETRIES: env['PIP_RETRIES'] } : {}),
      ...proxyOf({ proxy: env['PIP_PROXY'] }),
      ...Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.includes(name))),
    },
  }
}

const proxyOf = ({ proxy }: { proxy?: string | undefined }): Record<string, string> =>
  proxy ? { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } : {}

const findText = async (path: string | undefined): Promise<string | undefined> =>
  path === undefined ? undefined : readFile(path, 'utf8').catch(() => undefined)

type Settings = Record<string, string>

function pipVariables(env: Record<string, string>): Settings {
  const names = Object.keys(env).filter((name) => name.startsWith('PIP_'))
  return Object.fromEntries(
    names.map((name) => [name.slice(4).toLowerCase().replaceAll('_', '-'), env[name]!]),
  )
}

/** pip's files, weakest first, as its user guide lists them; `[install]` is stronger than `[global]`. */
async function pipConfiguration(env: Record<string, string>): Promise<Settings> {
  const own = env['PIP_CONFIG_FILE']
  if (own === '/dev/null') return {}
  const home = env['HOME'] ?? '/'
  const files = [
    '/etc/xdg/pip/pip.conf',
    '/etc/pip.conf',
    join(home, '.pip/pip.conf'),
    join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip/pip.conf'),
    ...(own ? [own] : []),
  ]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  const sections = texts.map(readIni)
  return Object.assign({}, ...['global', 'install'].flatMap((name) => sections.map((s) => s[name] ?? {})))
}

/** Python's configparser, as far as pip's files use it: `key = value`, lines further in continue the value. */
function readIni(text: string): Record<string, Settings> {
  const sections: Record<string, Settings> = {}
  let section: Settings = {}
  let key = ''
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(.+)\]/.exec(line)
    const [, name, value] = /^([^\s#;=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? []
    if (/^\s*([#;]|$)/.test(line)) continue
    if (header) section = sections[header[1]!] ??= {}
    else if (/^\s/.test(line)) section[key] = `${section[key] ?? ''} ${line.trim()}`
    else if (name !== undefined) section[(key = name.toLowerCase().replaceAll('_', '-'))] = value!
  }
  return sections
}
