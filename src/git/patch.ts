/** A line of a patch; `before` and `after` are its numbers, from 1, in the file as it was and as it is. */
export type DiffLine = {
  kind: 'same' | 'added' | 'removed'
  before?: number
  after?: number
  text: string
  /** The file ends with this line, without a line end. */
  noNewline?: true
}

/** Lines in a row that changed, with those around them; `header` is `@@ -1,3 +1,4 @@` and what git adds to it. */
export type Hunk = { header: string; lines: DiffLine[] }

type Section = { hunks: Hunk[] }

const LONGEST_LINE = 2000

/** The sections of a patch, one for each `diff --git`; of one that was cut the last line is left out. */
export function readPatch(patch: string, cut: boolean): Section[] {
  const lines = patch.split('\n')
  if (cut || lines.at(-1) === '') lines.pop()
  const sections: Section[] = []
  let hunk: Reading | undefined
  for (const line of lines) {
    // Within a hunk each line has a mark before it, so this begins a file whatever the files hold.
    if (line.startsWith('diff --git ')) {
      sections.push({ hunks: [] })
      hunk = undefined
    } else if (line.startsWith('@@ ')) {
      hunk = beginHunk(line)
      if (hunk) sections.at(-1)?.hunks.push(hunk.hunk)
    } else if (hunk) addLine(hunk, line)
  }
  return sections
}

type Reading = { hunk: Hunk; before: number; after: number }

function beginHunk(header: string): Reading | undefined {
  const [, before, after] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(header) ?? []
  if (after === undefined) return undefined
  return { hunk: { header: shortened(header), lines: [] }, before: Number(before), after: Number(after) }
}

function addLine(reading: Reading, line: string): void {
  const { lines } = reading.hunk
  const text = shortened(line.slice(1))
  switch (line.charAt(0)) {
    case ' ':
      lines.push({ kind: 'same', before: reading.before++, after: reading.after++, text })
      break
    case '+':
      lines.push({ kind: 'added', after: reading.after++, text })
      break
    case '-':
      lines.push({ kind: 'removed', before: reading.before++, text })
      break
    // "\ No newline at end of file", of the line before.
    case '\\':
      if (lines.length > 0) lines.at(-1)!.noNewline = true
  }
}

const shortened = (text: string) => (text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text)
