import { structuredPatch } from 'diff'
import type { FileDiff } from './diff.ts'
import type { ObjectReader } from './objects.ts'
import type { DiffLine, Hunk } from './patch.ts'
import { diffTrees, type FileChange } from './walk.ts'

type Texts = { path: string; before: Buffer | undefined; after: Buffer | undefined }

// Longer is not waited for while somebody types; the file is then said to be too different to be shown.
const LONGEST_MS = 200
const MOST_CONTEXT = 3
// So much of its lines must a file have in common with one that went, to be the same one under a new name.
const LEAST_ALIKE = 0.5

/** The difference between two trees that need not be in the repository: `diffFiles` over a reader, for small changes. */
export async function diffObjects(objects: ObjectReader, before: string, after: string): Promise<FileDiff[]> {
  const changes = await diffTrees(objects, before, after)
  const texts = await Promise.all(changes.map((change) => textsOf(objects, change)))
  const gone = texts.filter(({ after }) => !after)
  const renames = new Map<Texts, Texts>()
  for (const file of texts.filter(({ before }) => !before)) {
    const from = gone.find((one) => ![...renames.values()].includes(one) && alike(one.before!, file.after!))
    if (from) renames.set(file, from)
  }
  const renamed = new Set(renames.values())
  return texts.filter((file) => !renamed.has(file)).map((file) => fileDiff(file, renames.get(file)))
}

async function textsOf(objects: ObjectReader, { path, before, after }: FileChange): Promise<Texts> {
  const [old, now] = await Promise.all([before, after].map(async (file) => file && objects.blob(file.id)))
  return { path, before: old, after: now }
}

function alike(before: Buffer, after: Buffer): boolean {
  if (before.equals(after)) return true
  const lines = new Set(before.toString().split('\n'))
  const now = after.toString().split('\n')
  const kept = now.filter((line) => lines.has(line)).length
  return kept / Math.max(lines.size, now.length) >= LEAST_ALIKE
}

function fileDiff({ path, before, after }: Texts, from?: Texts): FileDiff {
  const old = before ?? from?.before
  const status = from ? 'renamed' : !before ? 'added' : !after ? 'removed' : 'changed'
  const head = { path, ...(from ? { from: from.path } : {}), status } as const
  if (old?.includes(0) || after?.includes(0))
    return { ...head, binary: true, additions: 0, deletions: 0, hunks: [] }
  const patch = structuredPatch(path, path, old?.toString() ?? '', after?.toString() ?? '', '', '', {
    context: MOST_CONTEXT,
    timeout: LONGEST_MS,
  })
  if (!patch) return { ...head, binary: false, additions: 0, deletions: 0, hunks: [], cut: true }
  const hunks = patch.hunks.map(hunkOf)
  const count = (kind: DiffLine['kind']) =>
    hunks.flatMap(({ lines }) => lines).filter((line) => line.kind === kind).length
  return { ...head, binary: false, additions: count('added'), deletions: count('removed'), hunks }
}

type Given = { oldStart: number; oldLines: number; newStart: number; newLines: number; lines: string[] }

function hunkOf({ oldStart, oldLines, newStart, newLines, lines: given }: Given): Hunk {
  const lines: DiffLine[] = []
  let [before, after] = [oldStart, newStart]
  for (const line of given) {
    const text = line.slice(1)
    if (line.startsWith('+')) lines.push({ kind: 'added', after: after++, text })
    else if (line.startsWith('-')) lines.push({ kind: 'removed', before: before++, text })
    else if (line.startsWith('\\')) lines.at(-1)!.noNewline = true
    else lines.push({ kind: 'same', before: before++, after: after++, text })
  }
  return { header: `@@ -${startOf(oldStart, oldLines)} +${startOf(newStart, newLines)} @@`, lines }
}

/** Where there are no lines, git counts from the line before. */
const startOf = (start: number, lines: number) => `${lines === 0 ? start - 1 : start},${lines}`
