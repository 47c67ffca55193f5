import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'
import { printable } from '../base/index.ts'

/**
 * The pre-receive and post-receive hook. It asks the server over two descriptors that http-backend inherits from it,
 * so there is no socket, port or token, and `sh` starts in 2 ms where Node needs 65; it starts nothing itself, as each
 * process adds to every push. End of file refuses.
 */
export const HOOK = `#!/bin/sh
{
  echo "\${0##*/} $GIT_QUARANTINE_PATH" &&
    while IFS= read -r line; do printf '%s\\n' "$line" || exit 1; done &&
    echo
} 2>/dev/null >&3 ||
  { echo 'push over HTTP: the server checks what it is given' >&2; exit 1; }
while IFS= read -r line <&4; do
  case $line in '|'*) printf '%s\\n' "\${line#?}" >&2 ;; *) exit "$line" ;; esac
done
exit 1
`

export type RefUpdate = { ref: string; before: string | undefined; after: string | undefined }

export type HookCall = { name: 'pre-receive' | 'post-receive'; quarantine: string; updates: RefUpdate[] }
export type HookAnswer = { lines: string[]; accept: boolean }

/** Answers every question that the hooks of one push ask, until they ask no more. */
export async function answerHooks(
  questions: Readable,
  answers: Writable,
  answer: (call: HookCall) => Promise<HookAnswer>,
): Promise<void> {
  let lines: string[] = []
  for await (const line of createInterface({ input: questions, crlfDelay: Infinity })) {
    if (line !== '') {
      lines.push(line)
      continue
    }
    const { lines: said, accept } = await answer(parse(lines))
    lines = []
    answers.write([...said.map((text) => `|${printable(text)}`), accept ? '0' : '1', ''].join('\n'))
  }
}

function parse([title = '', ...updates]: string[]): HookCall {
  const [name, ...quarantine] = title.split(' ')
  return {
    name: name === 'post-receive' ? name : 'pre-receive',
    quarantine: quarantine.join(' '),
    updates: updates.map((line) => {
      const [before, after, ...ref] = line.split(' ')
      return { ref: ref.join(' '), before: idOf(before!), after: idOf(after!) }
    }),
  }
}

const idOf = (text: string) => (/^0+$/.test(text) ? undefined : text)
