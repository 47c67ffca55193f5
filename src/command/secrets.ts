import { text } from 'node:stream/consumers'
import { answerOf, type Client } from '../client/index.ts'
import { typedUnseen } from './ask-key.ts'
import type { Output } from './output.ts'
import type { Screen } from './screen.ts'

/** `secret set`: the value comes from standard input, or is typed unseen; without `scripts` the grants stay as they are. */
export async function setSecret(
  client: Client,
  output: Output,
  name: string,
  { scripts }: { scripts?: string[] },
): Promise<void> {
  const value = process.stdin.isTTY
    ? await typedUnseen(`Value of ${name}: `)
    : (await text(process.stdin)).replace(/\r?\n$/, '')
  const granted = scripts ?? (await grantsOf(client, name))
  const secret = await answerOf(
    client.PUT('/secrets/{name}', { params: { path: { name } }, body: { value, scripts: granted } }),
  )
  output.data(secret, () =>
    secret.scripts.length > 0
      ? `${name} is set, and granted to ${secret.scripts.join(', ')}.`
      : `${name} is set, and granted to no script; --scripts grants it.`,
  )
}

async function grantsOf(client: Client, name: string): Promise<string[]> {
  const { items } = await answerOf(client.GET('/secrets'))
  return items.find((secret) => secret.name === name)?.scripts ?? []
}

/** `secret list`: names, the scripts that each is granted to, and its last change. */
export async function listSecrets(client: Client, output: Output, screen: Screen): Promise<void> {
  const { items } = await answerOf(client.GET('/secrets'))
  output.data(items, () =>
    items.length === 0
      ? 'There is no secret yet; sxs secret set NAME sets one.'
      : screen.table(
          ['NAME', 'GRANTED TO', 'CHANGED', 'BY'],
          items.map(({ name, scripts, changedAt, changedBy }) => [
            name,
            scripts.join(', ') || '–',
            screen.time(changedAt),
            changedBy,
          ]),
        ),
  )
}

/** `secret delete`. */
export async function deleteSecret(client: Client, output: Output, name: string): Promise<void> {
  await client.DELETE('/secrets/{name}', { params: { path: { name } } })
  output.data({ name }, () => `${name} is deleted; runs that ask for it are refused.`)
}

/** `secret rotate-key`: all values are sealed with a new key. */
export async function rotateKey(client: Client, output: Output): Promise<void> {
  const done = await answerOf(client.POST('/secrets/rotate-key'))
  output.data(done, () => `A new key seals ${done.secrets === 1 ? '1 secret' : `${done.secrets} secrets`}.`)
}
