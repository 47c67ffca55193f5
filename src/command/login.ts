import { AppError } from '../base/index.ts'
import { answerOf, createClient } from '../client/index.ts'
import { askKey } from './ask-key.ts'
import { addressOf, isOpen, type ClientSettings } from './connect.ts'
import { warn, type Output } from './output.ts'

/** `login`: asks for a key, proves it, and keeps it for the commands against a server. */
export async function login(
  { logins }: ClientSettings,
  output: Output,
  address: string,
  options: { keyStdin?: boolean },
): Promise<void> {
  const url = addressOf('login', address)
  // What cannot be kept is told before anything is asked.
  logins.list()
  if (isOpen(url)) warn(`the key travels in the open to ${url}; use https:// where the network is not yours`)
  const key = await askKey(url, options.keyStdin ?? false)
  const { name, role, scripts } = await answerOf(createClient({ url, key }).GET('/sessions/current'))
  logins.keep({ url, user: name, key })
  const limits = scripts ? `, limited to ${scripts.join(', ') || 'no script'}` : ''
  output.data(
    { url, user: name, role, ...(scripts ? { scripts } : {}) },
    () => `Signed in to ${url} as ${name} (${role}${limits}). The key is kept in ${logins.path}.`,
  )
}

/** `logout`: forgets a key; the server goes on taking it until it is deleted there. */
export function logout({ logins }: ClientSettings, output: Output, server: string | undefined): void {
  const known = logins.list()
  const url = server === undefined ? known[0]?.url : addressOf('--server', server)
  if (!url || !known.some((login) => login.url === url))
    throw new AppError('not_found', `there is no login${url ? ` to ${url}` : ''} to forget`)
  logins.forget(url)
  const next = logins.list()[0]?.url
  output.data({ url, ...(next ? { next } : {}) }, () =>
    [
      `The key for ${url} is forgotten here; the server takes it until it is deleted there.`,
      ...(next ? [`From now on ${next} is asked.`] : []),
    ].join('\n'),
  )
}
