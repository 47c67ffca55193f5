import { EMPTY_TREE } from './objects.ts'
import { readPatch, type Hunk } from './patch.ts'
import { git, runGit } from './spawn.ts'

/** How one file differs between two trees. */
export type FileDiff = {
  path: string
  /** Of a renamed file, its path before. */
  from?: string
  status: 'added' | 'changed' | 'removed' | 'renamed'
  binary: boolean
  /** Lines; 0 for a binary file. */
  additions: number
  deletions: number
  /** Of a large difference maybe not all, and then `cut` is true. */
  hunks: Hunk[]
  cut?: true
}

/** `cut`: whether files or lines were left out. */
export type TreeDiff = { files: FileDiff[]; cut: boolean }

const FULL_ID = /^[0-9a-f]{40}$/
const MOST_FILES = 300
// What a page still shows in one piece.
const MOST_PATCH_BYTES = 2 ** 19
// Finding renames compares each file that went with each that came.
const FIND_RENAMES = ['--find-renames', '-l200']

/** What changed from one tree to another (absent: an empty one), bounded; `paths` narrows it down. */
export async function diffFiles(
  gitDir: string,
  before: string | undefined,
  after: string,
  paths: string[] = [],
): Promise<TreeDiff> {
  const trees = [before ?? EMPTY_TREE, after]
  if (!trees.every((id) => FULL_ID.test(id))) throw new Error(`no two tree ids: ${trees.join(', ')}`)
  const env = { GIT_LITERAL_PATHSPECS: '1' }
  const args = (...options: string[]) => [
    'diff-tree',
    ...['-r', ...FIND_RENAMES, ...options, '--end-of-options', ...trees, '--', ...paths],
  ]
  const [list, patch] = await Promise.all([
    git(gitDir, args('--raw', '--numstat', '-z'), { env }),
    // Without -z, so that no file name can pass for a line of the patch.
    runGit(gitDir, args('--patch', '--no-ext-diff', '--no-textconv', '--full-index'), {
      env,
      mostBytes: MOST_PATCH_BYTES,
    }),
  ])
  if (patch.code !== 0 && !patch.cut) throw new Error(`git diff-tree: ${patch.stderr.trim()}`)
  const files = readList(list)
  const sections = readPatch(patch.stdout.toString('utf8'), patch.cut ?? false)
  for (const file of files) {
    // A file that became a link has two sections: it went, and another came.
    const own = sections.splice(0, file.isTypeChange ? 2 : 1)
    file.diff.hunks = own.flatMap(({ hunks }) => hunks)
    const lines = file.diff.hunks.flatMap((hunk) => hunk.lines).filter(({ kind }) => kind !== 'same')
    if (lines.length < file.diff.additions + file.diff.deletions) file.diff.cut = true
  }
  const shown = files.slice(0, MOST_FILES).map(({ diff }) => diff)
  return { files: shown, cut: files.length > MOST_FILES || shown.some(({ cut }) => cut) }
}

type Listed = { diff: FileDiff; isTypeChange: boolean }

const STATUS: Record<string, FileDiff['status']> = { A: 'added', D: 'removed', R: 'renamed' }

/** Reads `--raw --numstat -z`: first every file with its status, then, in the same order, every file with its lines. */
function readList(output: Buffer): Listed[] {
  const fields = output.toString('utf8').split('\0')
  const files: Listed[] = []
  let at = 0
  while (fields[at]?.startsWith(':')) {
    const letter = fields[at]!.split(' ').at(-1)![0]!
    const renamed = letter === 'R'
    const from = renamed ? { from: fields[at + 1]! } : {}
    const path = fields[at + (renamed ? 2 : 1)]!
    const counts = { binary: false, additions: 0, deletions: 0, hunks: [] }
    files.push({
      diff: { path, ...from, status: STATUS[letter] ?? 'changed', ...counts },
      isTypeChange: letter === 'T',
    })
    at += renamed ? 3 : 2
  }
  for (const { diff } of files) {
    const [added, deleted, path] = (fields[at] ?? '').split('\t')
    diff.binary = added === '-'
    diff.additions = Number(added) || 0
    diff.deletions = Number(deleted) || 0
    at += path === '' ? 3 : 1
  }
  return files
}
