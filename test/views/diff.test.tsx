import { expect, test } from 'vitest'
import type { DiffLine, FileDiff } from '../../src/edit/index.ts'
import { changedParts } from '../../views/components/diff-parts.ts'
import { Diff } from '../../views/components/diff.tsx'

const line = (kind: DiffLine['kind'], text: string): DiffLine => ({ kind, text })

/** Each line with what changed in it in brackets. */
function marked(lines: DiffLine[]): string[] {
  const parts = changedParts(lines)
  return lines.map((one) =>
    (parts.get(one) ?? [{ text: one.text, changed: false }])
      .map(({ text, changed }) => (changed ? `[${text}]` : text))
      .join(''),
  )
}

test('of a line that was replaced, what changed within it is marked', () => {
  expect(marked([line('removed', 'schedule: {every: 15m}'), line('added', 'schedule: {every: 5m}')])).toEqual(
    ['schedule: {every: [15m]}', 'schedule: {every: [5m]}'],
  )
  expect(marked([line('removed', 'a = f(x)'), line('added', 'a = f(x, y)')])).toEqual([
    'a = f(x)',
    'a = f(x[, y])',
  ])
})

test('lines that have little in common, or are not as many, are left as they are', () => {
  const apart = [line('removed', 'import os'), line('added', 'def main(data):')]
  expect(marked(apart)).toEqual(apart.map(({ text }) => text))
  const more = [line('removed', 'one two'), line('added', 'one 2'), line('added', 'three')]
  expect(marked(more)).toEqual(more.map(({ text }) => text))
})

const file = (more: Partial<FileDiff>): FileDiff => ({
  ...{ path: 'scripts/a/main.py', status: 'changed', binary: false, additions: 1, deletions: 1 },
  hunks: [
    {
      header: '@@ -1,2 +1,2 @@',
      lines: [
        { kind: 'same', before: 1, after: 1, text: 'import os' },
        { kind: 'removed', before: 2, text: 'x = 1', noNewline: true },
        { kind: 'added', after: 2, text: 'x = 2' },
      ],
    },
  ],
  ...more,
})

test('a difference has numbers, signs and words for what has no lines', () => {
  const html = String(<Diff files={[file({})]} />)
  expect(html).toContain('One file changed')
  expect(html).toMatch(
    /class="removed"><i>2<\/i><i><\/i><b>−<\/b><code>x = <mark>1<\/mark><\/code><em>no line end/,
  )
  expect(html).toMatch(/class="added"><i><\/i><i>2<\/i><b>\+<\/b>/)
  expect(String(<Diff files={[file({ binary: true, hunks: [] })]} />)).toContain('It is no text')
  const renamed = file({
    status: 'renamed',
    from: 'scripts/b/main.py',
    hunks: [],
    additions: 0,
    deletions: 0,
  })
  expect(String(<Diff files={[renamed]} />)).toContain('not a line of it changed')
})

test('a large file is folded, others are open', () => {
  const html = String(<Diff files={[file({}), file({ path: 'b.py', additions: 4000 })]} />)
  expect(html.match(/<details open/g)).toHaveLength(1)
  expect(html).toContain('href="#file-2"')
})
