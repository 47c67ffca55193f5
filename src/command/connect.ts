import { createClient, type Client } from '../client/index.ts'
import { openLogins, settingsFolder, type Logins } from './logins.ts'
import { WrongUse } from './output.ts'

/** What of the environment decides which server is asked, and with which key. */
export type ClientSettings = { url: string | undefined; key: string | undefined; logins: Logins }

export function readClientSettings(variables: Record<string, string | undefined>): ClientSettings {
  const value = (name: string) => variables[name]?.trim() || undefined
  return { url: value('SXS_URL'), key: value('SXS_KEY'), logins: openLogins(settingsFolder(variables)) }
}

/** The server that `--server` names, else SXS_URL, else the last login. Throws WrongUse where there is no key for it. */
export function connect(
  settings: ClientSettings,
  server: string | undefined,
): { client: Client; url: string } {
  const { url, key } = choose(settings, server)
  return { client: createClient({ url, key }), url }
}

function choose(settings: ClientSettings, server: string | undefined): { url: string; key: string } {
  const named = server === undefined ? undefined : addressOf('--server', server)
  const preset = settings.url === undefined ? undefined : addressOf('SXS_URL', settings.url)
  const logins = settings.logins.list()
  const url = named ?? preset ?? logins[0]?.url
  if (!url)
    throw new WrongUse(
      settings.key
        ? 'SXS_KEY is set, but no server is named; set SXS_URL too'
        : 'no server is known; sxs login URL, or set SXS_URL and SXS_KEY',
    )
  // A key is told to no server but the one it is for.
  const given = preset === undefined || preset === url ? settings.key : undefined
  const key = given ?? logins.find((login) => login.url === url)?.key
  if (!key) throw new WrongUse(`there is no key for ${url}; sxs login ${url}, or set SXS_KEY with SXS_URL`)
  assertKey(given === undefined ? settings.logins.path : 'SXS_KEY', key)
  return { url, key }
}

/** Throws WrongUse for a text that no header can carry, so no key; `from` says where it came from. */
export function assertKey(from: string, key: string): void {
  if (/[^\x21-\x7e]/.test(key))
    throw new WrongUse(`${from}: a key has letters, digits, - and _ only; look how it was copied`)
}

/** The address of a server, as it is asked and kept; `name` says where it came from. Throws WrongUse. */
export function addressOf(name: string, text: string): string {
  if (!/^https?:\/\//i.test(text))
    throw new WrongUse(
      /^[\w.-]+(:\d+)?$/.test(text)
        ? `${name}: '${text}' has no scheme; write http://${text} or https://${text}`
        : `${name}: '${text}' is no address that begins with http:// or https://`,
    )
  if (!URL.canParse(text)) throw new WrongUse(`${name}: '${text}' is no address; write http://HOST:PORT`)
  const { origin, username, password, pathname, search, hash } = new URL(text)
  if (username || password)
    throw new WrongUse(
      `${name}: leave user and key out of the address, where others may read them; write ${origin}`,
    )
  if (pathname !== '/' || search || hash)
    throw new WrongUse(`${name}: '${text}' has a path; a server is its host alone: ${origin}`)
  return origin
}

/** Whether what is sent to the address can be read on its way. */
export function isOpen(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
