import type { ChildProcess } from 'node:child_process'
import { spawnGit } from './spawn.ts'

export type GitObject = { id: string; type: 'commit' | 'tree' | 'blob' | 'tag'; content: Buffer }
export type ObjectInfo = { id: string; type: GitObject['type']; size: number }
export type TreeEntry = { mode: string; name: string; id: string }
export type Commit = {
  id: string
  tree: string
  parents: string[]
  author: { name: string; email: string }
  /** Committer's time in milliseconds. */
  at: number
  message: string
}

/** git's own name for a tree with nothing in it; the object need not exist. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** Reads objects through one resident `git cat-file`; requests are answered in order and may be pipelined. */
export type ObjectReader = {
  /** The object that `spec` (an id, a ref, `<commit>^{tree}`) names, or undefined. */
  find(spec: string): Promise<GitObject | undefined>
  info(spec: string): Promise<ObjectInfo | undefined>
  tree(id: string): Promise<TreeEntry[]>
  blob(id: string): Promise<Buffer>
  /** The blobs as UTF-8 by their ids, all asked for at once. */
  texts(ids: readonly string[]): Promise<Map<string, string>>
  commit(id: string): Promise<Commit>
  close(): void
}

type Answer = GitObject | ObjectInfo | undefined

type Request = {
  command: 'contents' | 'info'
  resolve: (answer: Answer) => void
  reject: (e: Error) => void
}

/** A reader of the repository; `env` lets it see a push's quarantined objects. It starts git at the first request. */
export function openObjects(gitDir: string, env: Record<string, string> = {}): ObjectReader {
  let child: ChildProcess | undefined
  let waiting: Request[] = []
  let unsent = ''

  function start(): ChildProcess {
    const process = spawnGit(gitDir, ['cat-file', '--batch-command', '--buffer'], { env })
    const read = createParser(() => waiting[0], answer)
    process.stdout!.on('data', read)
    process.stdin!.on('error', () => undefined)
    process.stderr!.resume()
    process.on('error', (error) => fail(process, error))
    process.on('close', (code) => fail(process, new Error(`git cat-file ended with ${code}`)))
    // A reader that nobody waits for must not keep the server's process alive.
    process.unref()
    child = process
    return process
  }

  function fail(process: ChildProcess, error: Error) {
    if (child !== process) return
    child = undefined
    const lost = waiting
    waiting = []
    for (const request of lost) request.reject(error)
  }

  function answer(result: Answer) {
    waiting.shift()!.resolve(result)
  }

  function ask(request: Request, spec: string): void {
    const process = child ?? start()
    waiting.push(request)
    if (unsent === '') queueMicrotask(() => send(process))
    unsent += `${request.command} ${spec}\n`
  }

  function askOne(command: Request['command'], spec: string): Promise<Answer> {
    if (/[\n\0]/.test(spec) || spec === '') return Promise.resolve(undefined)
    return new Promise((resolve, reject) => ask({ command, resolve, reject }, spec))
  }

  /** What was asked for in one go is written in one go, and is answered in as few as there are. */
  function send(process: ChildProcess): void {
    process.stdin!.write(`${unsent}flush\n`)
    unsent = ''
  }

  return readerOf({
    async find(spec) {
      const found = (await askOne('contents', spec)) as GitObject | undefined
      // A copy, so that who keeps it does not keep all that came with it.
      return found && { ...found, content: Buffer.from(found.content) }
    },
    info: (spec) => askOne('info', spec) as Promise<ObjectInfo | undefined>,
    // One promise for all: ten thousand scripts are twenty thousand texts.
    texts: (ids) =>
      new Promise((resolve, reject) => {
        const texts = new Map<string, string>()
        let left = ids.length
        const take = (answer: Answer) => {
          const { id, type, content } = (answer ?? {}) as Partial<GitObject>
          if (type !== 'blob') return reject(new Error(`${id ?? 'an object'} is no blob of this repository`))
          texts.set(id!, content!.toString('utf8'))
          left -= 1
          if (left === 0) resolve(texts)
        }
        if (left === 0) resolve(texts)
        for (const id of ids) ask({ command: 'contents', resolve: take, reject }, id)
      }),
    close: () => void child?.stdin!.end(),
  })
}

/** A reader of typed objects made from one that finds any. */
export function readerOf(
  source: Pick<ObjectReader, 'find' | 'info' | 'close'> & Partial<Pick<ObjectReader, 'texts'>>,
): ObjectReader {
  async function get(id: string, type: GitObject['type']): Promise<GitObject> {
    const found = await source.find(id)
    if (found?.type !== type) throw new Error(`${id} is no ${type} of this repository`)
    return found
  }
  return {
    texts: async (ids) =>
      new Map(
        await Promise.all(
          ids.map(async (id) => [id, (await get(id, 'blob')).content.toString('utf8')] as const),
        ),
      ),
    ...source,
    tree: async (id) => parseTree((await get(id, 'tree')).content),
    blob: async (id) => (await get(id, 'blob')).content,
    commit: async (id) => parseCommit(id, (await get(id, 'commit')).content),
  }
}

/**
 * Splits cat-file's answers: `<id> <type> <size>\n`, after `contents` then the bytes and `\n`; or `<spec> missing\n`.
 * Contents are parts of what was read, to be copied by who keeps them.
 */
function createParser(
  current: () => Request | undefined,
  answer: (result: Answer) => void,
): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  let body: { info: ObjectInfo; parts: Buffer[]; left: number } | undefined

  return (chunk) => {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    rest = Buffer.alloc(0)
    while (data.length > 0) {
      if (!body) {
        const end = data.indexOf(10)
        if (end < 0) break
        const [id, type, size] = data.toString('latin1', 0, end).split(' ')
        data = data.subarray(end + 1)
        if (size === undefined || !/^\d+$/.test(size)) {
          answer(undefined)
          continue
        }
        const info = { id: id!, type: type as GitObject['type'], size: Number(size) }
        if (current()?.command === 'info') answer(info)
        else body = { info, parts: [], left: info.size + 1 }
      } else {
        const part = data.subarray(0, body.left)
        body.parts.push(part)
        body.left -= part.length
        data = data.subarray(part.length)
        if (body.left === 0) {
          const { info, parts } = body
          body = undefined
          const content = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
          answer({ id: info.id, type: info.type, content: content.subarray(0, info.size) })
        }
      }
    }
    // A copy, so that a few bytes do not keep the whole chunk in memory.
    if (data.length > 0) rest = Buffer.from(data)
  }
}

/** Entries of a raw tree object: `<mode> <name>\0<20 bytes>` each. Bytes that are no UTF-8 become U+FFFD. */
function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = []
  let at = 0
  while (at < content.length) {
    const space = content.indexOf(32, at)
    const zero = content.indexOf(0, space)
    entries.push({
      mode: content.toString('latin1', at, space).padStart(6, '0'),
      name: content.toString('utf8', space + 1, zero),
      id: content.toString('hex', zero + 1, zero + 21),
    })
    at = zero + 21
  }
  return entries
}

function parseCommit(id: string, content: Buffer): Commit {
  const text = content.toString('utf8')
  const end = text.indexOf('\n\n')
  const headers = text.slice(0, end < 0 ? text.length : end).split('\n')
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
  const [, name = '', email = ''] = /^(.*?) ?<(.*?)>/.exec(values('author')[0] ?? '') ?? []
  const seconds = Number(/> (-?\d+)/.exec(values('committer')[0] ?? '')?.[1] ?? 0)
  return {
    id,
    tree: values('tree')[0]!,
    parents: values('parent'),
    author: { name, email },
    at: seconds * 1000,
    message: end < 0 ? '' : text.slice(end + 2),
  }
}
