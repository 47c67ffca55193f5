import type { Text } from './change-set.ts'
import type { Schema } from './manifest-schema.ts'

export type Conflict = { path: string; theirs: string | null; yours: string | null }

/** What came of asking the server; `offline`: it was not reached at all. */
export type Answer<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'signed-out' }
  | { kind: 'offline' }
  | { kind: 'conflict'; head: string; conflicts: Conflict[] }
  | { kind: 'refused'; status: number; detail: string }

export type EditServer = ReturnType<typeof createServer>

/** What the editor asks of the server, over the same API that is open to every program. */
export function createServer(slug: string) {
  const script = `/api/v1/scripts/${encodeURIComponent(slug)}`
  const send = (method: string, url: string, body: unknown, signal?: AbortSignal) =>
    ask(url, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    })

  return {
    /** The text of a file at a commit; undefined where it is not text. */
    async read(path: string, base: string): Promise<Answer<string | undefined>> {
      const name = path.split('/').map(encodeURIComponent).join('/')
      const answer = await ask(`${script}/files/${name}?commit=${base}`)
      if (!(answer instanceof Response)) return answer
      const text = await answer.text()
      return { kind: 'ok', value: text.includes('\0') ? undefined : text }
    },
    /** The parts of the page that say what the edit would come to. */
    async check(edit: Edit, signal: AbortSignal): Promise<Answer<Document>> {
      const answer = await send('POST', `/scripts/${encodeURIComponent(slug)}/edit/_check`, edit, signal)
      if (!(answer instanceof Response)) return answer
      return { kind: 'ok', value: new DOMParser().parseFromString(await answer.text(), 'text/html') }
    },
    /** Both versions of what somebody else changed since. */
    async compare(edit: Edit): Promise<Answer<{ head: string; conflicts: Conflict[] }>> {
      const answer = await send('POST', `${script}/preview`, edit)
      if (!(answer instanceof Response)) return answer
      return { kind: 'ok', value: (await answer.json()) as { head: string; conflicts: Conflict[] } }
    },
    async commit(edit: Edit & { message?: string }): Promise<Answer<{ commit: string }>> {
      const answer = await send('PUT', `${script}/files`, edit)
      if (!(answer instanceof Response)) return answer
      return { kind: 'ok', value: (await answer.json()) as { commit: string } }
    },
  }
}

export type Edit = { files: Record<string, Text>; base: string }

/** The schema of manifests; without it there is no completion, and all else works. */
export const readSchema = (): Promise<Schema | undefined> =>
  fetch('/schemas/script.json')
    .then((answer) => answer.json() as Promise<Schema>)
    .catch(() => undefined)

async function ask(
  url: string,
  init?: RequestInit,
): Promise<Response | Exclude<Answer<never>, { kind: 'ok' }>> {
  let answer: Response
  try {
    answer = await fetch(url, init)
  } catch {
    return { kind: 'offline' }
  }
  if (answer.ok) return answer
  if (answer.status === 401) return { kind: 'signed-out' }
  const problem = await problemOf(answer)
  if (answer.status === 409 && problem.conflicts && problem.head)
    return { kind: 'conflict', head: problem.head, conflicts: problem.conflicts }
  const detail = problem.detail ?? `the server answered with ${answer.status}`
  return { kind: 'refused', status: answer.status, detail }
}

async function problemOf(
  answer: Response,
): Promise<{ detail?: string; head?: string; conflicts?: Conflict[] }> {
  const isJson = answer.headers.get('content-type')?.includes('json')
  return isJson ? ((await answer.json()) as { detail?: string }) : {}
}
