import { existsSync, readFileSync } from 'node:fs'
import { text as allOf } from 'node:stream/consumers'
import { formatDuration, jsonWith, memberText, messageOf, printable } from '../base/index.ts'
import type { Client } from '../client/index.ts'
import { piecesOf, writeAll } from './logs.ts'
import { warn, WrongUse, type Output } from './output.ts'
import { getRun, runIn, whyOf, type Run } from './runs.ts'
import { withNearest } from './scripts.ts'

type Asked = { run: Run; text: string }
type Follow = { follow?: boolean; json?: boolean }

/** `trigger`: asks for a run; with `follow` writes its log and gives whether it went well. */
export async function trigger(
  client: Client,
  output: Output,
  slug: string,
  { input, force, ...follow }: Follow & { input?: string; force?: boolean },
): Promise<boolean> {
  const text = input === undefined ? undefined : await inputText(input)
  const asked = await runIn(
    client.POST('/scripts/{slug}/runs', {
      params: { path: { slug } },
      body: force ? { force } : {},
      // As it was given, so that long integers keep their digits.
      bodySerializer: (body) => jsonWith(body ?? {}, { input: text }),
      parseAs: 'text',
    }),
  ).catch((error: unknown) => withNearest(client, slug, error))
  return see(client, output, asked, follow)
}

/** `rerun`: asks for a new run with the input of this one; `follow` as above. */
export async function rerun(
  client: Client,
  output: Output,
  id: number,
  { at, ...follow }: Follow & { at: 'same' | 'head' },
): Promise<boolean> {
  const params = { path: { id } }
  const body = { at, data: 'current' as const }
  const asked = await runIn(client.POST('/runs/{id}/rerun', { params, body, parseAs: 'text' }))
  return see(client, output, asked, follow)
}

async function see(client: Client, output: Output, { run, text }: Asked, { follow, json }: Follow) {
  if (!follow) {
    output.text(
      text,
      () => `Run ${run.id} of ${run.script} is ${run.state}; sxs logs -f ${run.id} follows it.`,
    )
    return true
  }
  const left = () => {
    warn(`run ${run.id} goes on; sxs cancel ${run.id} ends it, sxs logs -f ${run.id} follows it again`)
    process.exit(INTERRUPTED)
  }
  process.once('SIGINT', left)
  await writeAll(piecesOf(client, run.id, { follow: true, json: json ?? false }))
  const ended = await getRun(client, run.id)
  process.off('SIGINT', left)
  return report(ended, json ?? false)
}

// What a shell expects of a program that SIGINT ended.
const INTERRUPTED = 130

/** The result on standard output, as `run` has it, and on standard error how it ended. */
function report({ run, text }: Asked, json: boolean): boolean {
  const result = memberText(text, 'result')
  if (json) process.stdout.write(`${text.trim()}\n`)
  else if (result !== undefined && result !== 'null') process.stdout.write(`${result}\n`)
  const took = run.durationMs === undefined ? '' : ` after ${formatDuration(run.durationMs)}`
  const why = whyOf(run)
  warn(printable(`run ${run.id} of ${run.script}: ${run.state}${took}${why ? `: ${why}` : ''}`))
  return run.state === 'succeeded' || run.state === 'gated'
}

/** JSON as it stands, of a file (`@FILE`), or of standard input (`@-`). Throws WrongUse unless it is an object. */
async function inputText(given: string): Promise<string> {
  const name = given.startsWith('@') ? given.slice(1) : undefined
  if (name !== undefined && name !== '-' && !existsSync(name))
    throw new WrongUse(`--input: ${name || 'a file without a name'} does not exist`)
  const text = name === undefined ? given : name === '-' ? await allOf(process.stdin) : readFile(name)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new WrongUse(
      `--input is not JSON: ${messageOf(error)}; write an object, such as '{"day": "2026-01-31"}'`,
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WrongUse(`--input: write a JSON object, such as '{"day": "2026-01-31"}'`)
  return text
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new WrongUse(`--input: ${path} cannot be read: ${messageOf(error)}`)
  }
}
