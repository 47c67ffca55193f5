import type { Text } from './change-set.ts'
import type { Schema } from './manifest-schema.ts'

export type Conflict = { path: string; theirs: string | null; yours: string | null }

/** What came of asking the server; `offline`: it was not reached at all; `gone`: the script is not on main any more. */
export type Answer<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'signed-out' }
  | { kind: 'offline' }
  | { kind: 'gone' }
  | { kind: 'conflict'; head: string; conflicts: Conflict[] }
  | { kind: 'refused'; status: number; detail: string }

export type EditServer = ReturnType<typeof createServer>

/** What the editor asks of the server, over the same API that is open to every program. */
export function createServer(slug: string) {
  const script = `/api/v1/scripts/${encodeURIComponent(slug)}`
  const send = (method: string, url: string, body: unknown, signal?: AbortSignal) =>
    ask(
      url,
      {
        ...{ method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) },
        ...(signal ? { signal } : {}),
      },
      (answer) => answer.text(),
    )

  return {
    /** The text of a file at a commit; undefined where it is not text. */
    read(path: string, base: string): Promise<Answer<string | undefined>> {
      const name = path.split('/').map(encodeURIComponent).join('/')
      return ask(`${script}/files/${name}?commit=${base}`, {}, async (answer) =>
        textOf(await answer.arrayBuffer()),
      )
    },
    /** The parts of the page that say what the edit would come to. */
    async check(edit: Edit, signal: AbortSignal): Promise<Answer<Document>> {
      const answer = await send('POST', `/scripts/${encodeURIComponent(slug)}/edit/_check`, edit, signal)
      if (answer.kind !== 'ok') return answer
      return { kind: 'ok', value: new DOMParser().parseFromString(answer.value, 'text/html') }
    },
    /** Both versions of what somebody else changed since. */
    async compare(edit: Edit): Promise<Answer<{ head: string; conflicts: Conflict[] }>> {
      const answer = await send('POST', `${script}/preview`, edit)
      if (answer.kind !== 'ok') return answer
      return { kind: 'ok', value: JSON.parse(answer.value) as { head: string; conflicts: Conflict[] } }
    },
    async commit(edit: Edit & { message?: string }): Promise<Answer<{ commit: string }>> {
      const answer = await send('PUT', `${script}/files`, edit)
      if (answer.kind !== 'ok') return answer
      return { kind: 'ok', value: JSON.parse(answer.value) as { commit: string } }
    },
  }
}

export type Edit = { files: Record<string, Text>; base: string }

/** The schema of manifests; without it there is no completion, and all else works. */
export const readSchema = (): Promise<Schema | undefined> =>
  fetch('/schemas/script.json')
    .then((answer) => answer.json() as Promise<Schema>)
    .catch(() => undefined)

/** What `take` makes of an answer; a line that breaks, or a question taken back, may do so in its midst. */
async function ask<T>(
  url: string,
  init: RequestInit,
  take: (answer: Response) => Promise<T>,
): Promise<Answer<T>> {
  try {
    const answer = await fetch(url, init)
    if (answer.ok) return { kind: 'ok', value: await take(answer) }
    const text = await answer.text()
    if (answer.status === 404) return { kind: 'gone' }
    return answer.status === 401 ? { kind: 'signed-out' } : refusalOf(answer, text)
  } catch {
    return { kind: 'offline' }
  }
}

/** The text of a file; undefined where the bytes are no UTF-8, for what is read otherwise is written back otherwise. */
function textOf(bytes: ArrayBuffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function refusalOf({ status, headers }: Response, text: string): Answer<never> {
  type Problem = { detail?: string; head?: string; conflicts?: Conflict[] }
  const isJson = headers.get('content-type')?.includes('json')
  const { detail, head, conflicts } = isJson ? (JSON.parse(text) as Problem) : {}
  if (status === 409 && conflicts && head) return { kind: 'conflict', head, conflicts }
  return { kind: 'refused', status, detail: detail ?? `the server answered with ${status}` }
}
