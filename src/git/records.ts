import { once } from 'node:events'
import { spawnGit } from './spawn.ts'

/**
 * What git prints under `-z`, cut at each NUL, in pieces as they come: nothing large is held. Leaving the loop early
 * ends git. Throws what a failing git said.
 */
export async function* gitRecords(gitDir: string, args: string[]): AsyncGenerator<string[]> {
  const child = spawnGit(gitDir, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close') as Promise<[code: number | null]>
  // Where it cannot be started, both the loop and this say so.
  ended.catch(() => undefined)
  let complaint = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  try {
    let rest = ''
    for await (const text of child.stdout!.setEncoding('utf8') as AsyncIterable<string>) {
      const records = (rest + text).split('\0')
      rest = records.pop()!
      yield records
    }
    const [code] = await ended
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${complaint.trim()}`)
  } finally {
    child.kill()
  }
}
