import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import { assertKey } from './connect.ts'
import { WrongUse } from './output.ts'

/** The key from standard input: typed unseen on a terminal, else only where `--key-stdin` says so. Throws WrongUse. */
export async function askKey(url: string, fromInput: boolean): Promise<string> {
  if (!fromInput && !process.stdin.isTTY)
    throw new WrongUse('standard input is no terminal to ask for the key on; send it with --key-stdin')
  const given = (fromInput ? await text(process.stdin) : await typedUnseen(`Key for ${url}: `)).trim()
  if (given === '')
    throw new WrongUse("no key was given; sxs key add --user NAME prints one, on the server's machine")
  assertKey(fromInput ? '--key-stdin' : 'login', given)
  return given
}

/** A line that is typed on the terminal, which does not show it. Throws WrongUse where it is broken off. */
export function typedUnseen(prompt: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 })
  // Not before the terminal has stopped to show what is typed.
  process.stderr.write(prompt)
  return new Promise((resolve, reject) => {
    lines.once('line', resolve)
    lines.once('SIGINT', () => reject(new WrongUse('broken off; nothing was kept')))
    // Control-D.
    lines.once('close', () => resolve(''))
  }).finally(() => {
    lines.close()
    process.stderr.write('\n')
  }) as Promise<string>
}
