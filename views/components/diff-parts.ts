import type { DiffLine } from '../../src/edit/index.ts'

/** A piece of a line; `changed`: it is not in the line that it stands for. */
export type Part = { text: string; changed: boolean }

// With less in common two lines are no longer one that was changed, and marks would only be noise.
const LEAST_COMMON = 0.3

/** Of lines that were replaced one by one, what changed within them. */
export function changedParts(lines: DiffLine[]): Map<DiffLine, Part[]> {
  const found = new Map<DiffLine, Part[]>()
  for (let at = 0; at < lines.length;) {
    const removed = rowOf(lines, at, 'removed')
    const added = rowOf(lines, at + removed.length, 'added')
    at += Math.max(1, removed.length + added.length)
    if (removed.length !== added.length) continue
    removed.forEach((before, i) => {
      const parts = compare(before.text, added[i]!.text)
      if (!parts) return
      found.set(before, parts[0])
      found.set(added[i]!, parts[1])
    })
  }
  return found
}

function rowOf(lines: DiffLine[], from: number, kind: DiffLine['kind']): DiffLine[] {
  const end = lines.findIndex((line, i) => i >= from && line.kind !== kind)
  return lines.slice(from, end < 0 ? lines.length : end)
}

/** The two lines, each as what both begin with, what differs, and what both end with. */
function compare(before: string, after: string): [Part[], Part[]] | undefined {
  const [old, now] = [wordsOf(before), wordsOf(after)]
  const shortest = Math.min(old.length, now.length)
  let start = 0
  while (start < shortest && old[start] === now[start]) start += 1
  let end = 0
  while (end < shortest - start && old.at(-1 - end) === now.at(-1 - end)) end += 1
  const common = [...old.slice(0, start), ...old.slice(old.length - end)].join('').trim().length
  if (common < LEAST_COMMON * Math.max(before.trim().length, after.trim().length)) return undefined
  return [partsOf(old, start, end), partsOf(now, start, end)]
}

const wordsOf = (text: string): string[] => text.match(/\w+|\s+|[^\w\s]/gu) ?? []

function partsOf(words: string[], start: number, end: number): Part[] {
  const parts = [
    { text: words.slice(0, start).join(''), changed: false },
    { text: words.slice(start, words.length - end).join(''), changed: true },
    { text: words.slice(words.length - end).join(''), changed: false },
  ]
  return parts.filter(({ text }) => text !== '')
}
