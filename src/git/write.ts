import { randomUUID } from 'node:crypto'
import { git, runGit } from './spawn.ts'

export type Signature = { name: string; email: string }

export type NewCommit = {
  /** The commit it goes on top of; absent for the first one. */
  parent?: string | undefined
  author: Signature
  /** Milliseconds; git keeps seconds. */
  at: number
  message: string
  /** New content by path; null takes the file (or everything below the folder) away. */
  files: Map<string, Uint8Array | null>
}

const ZERO = '0'.repeat(40)
// fast-import writes to a ref; this one is hidden from every client, and gone again when it ends.
const SCRATCH = 'refs/sxs/new'

/**
 * Writes a commit by one `git fast-import` and gives its id. No ref holds it until `moveRef`, which is soon enough:
 * nothing is pruned but by our own maintenance.
 */
export async function writeCommit(gitDir: string, commit: NewCommit): Promise<string> {
  const input = streamOf(`${SCRATCH}/${randomUUID()}`, commit)
  const output = await git(gitDir, ['fast-import', '--quiet', '--force', '--date-format=raw', '--done'], {
    input,
  })
  return output.toString().trim()
}

/**
 * Moves a ref if it still is where `before` says (undefined: it must not exist), and gives whether it did. The
 * reflog's line carries `reason`; when this returns true the move is on disk.
 */
export async function moveRef(
  gitDir: string,
  ref: string,
  after: string | undefined,
  before: string | undefined,
  reason: string,
): Promise<boolean> {
  const command = after
    ? `update ${ref}\0${after}\0${before ?? ZERO}\0`
    : `delete ${ref}\0${before ?? ZERO}\0`
  const { code, stderr } = await runGit(gitDir, ['update-ref', '-z', '--stdin', '-m', reason], {
    input: command,
    env: { GIT_COMMITTER_NAME: 'ScriptExecuterServer', GIT_COMMITTER_EMAIL: 'server@localhost' },
  })
  if (code === 0) return true
  if (
    /is at [0-9a-f]+ but expected|reference already exists|unable to resolve reference|\.lock': File exists/.test(
      stderr,
    )
  )
    return false
  throw new Error(`${ref} cannot be moved to ${after}: ${stderr.trim()}`)
}

/** The fast-import stream; its format is in git-fast-import(1). */
function streamOf(ref: string, { parent, author, at, message, files }: NewCommit): Buffer {
  const parts: Uint8Array[] = []
  const line = (text: string) => parts.push(Buffer.from(`${text}\n`))
  const data = (bytes: Uint8Array) => {
    line(`data ${bytes.length}`)
    parts.push(bytes)
    line('')
  }
  const who = `${clean(author.name)} <${clean(author.email)}> ${Math.floor(at / 1000)} +0000`
  line(`commit ${ref}`)
  line('mark :1')
  line(`author ${who}`)
  line(`committer ${who}`)
  data(Buffer.from(message.endsWith('\n') ? message : `${message}\n`))
  if (parent) line(`from ${parent}`)
  // Deletions first: a file may take the place of a folder.
  const ordered = [...files].sort(([, a], [, b]) => Number(a !== null) - Number(b !== null))
  for (const [path, content] of ordered) {
    if (content === null) line(`D ${quote(path)}`)
    else {
      line(`M 100644 inline ${quote(path)}`)
      data(content)
    }
  }
  line('get-mark :1')
  line(`reset ${ref}`)
  line(`from ${ZERO}`)
  line('')
  line('done')
  return Buffer.concat(parts)
}

/** Names in a commit's header hold no brackets and no line ends. */
const clean = (text: string) => text.replace(/[<>\n\0]/g, ' ').trim() || 'unknown'

/** C-style quoting, as fast-import reads it. */
const quote = (path: string) => `"${path.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`
