import { memo } from '../base/index.ts'
import type { Problem } from '../base/index.ts'
import { readRequirement } from './requirement.ts'
import type { Requirement } from './requirement.ts'

/** What a script needs installed: one PEP 508 line each, without comments, names as in PEP 503. */
export type Requirements = {
  /** The file it came from, or ''. */
  source: string
  kind: 'lock' | 'requirements' | 'pep723' | 'none'
  lines: string[]
}

type Line = { text: string; line: number; column: number }

const MOST_LINES = 2000

/** Reads requirements.txt or requirements.lock. */
export function readRequirementsFile(
  path: string,
  kind: 'lock' | 'requirements',
  text: string,
): { requirements: Requirements; problems: Problem[] } {
  const key = `${kind} ${text}`
  const { requirements, problems } = text.length <= LONGEST_KNOWN ? knownFile(key) : readFile(key)
  return {
    requirements: { ...requirements, source: path },
    problems: problems.map((problem) => ({ ...problem, path })),
  }
}

// Thousands of scripts share a few short files. A long one is a lock, and each its own.
const knownFile = memo(500, readFile)
const LONGEST_KNOWN = 2000

/** Of a file without its path: `<kind> <text>`. */
function readFile(key: string): ReturnType<typeof readDependencies> {
  const space = key.indexOf(' ')
  return readLines('', key.slice(0, space) as Requirements['kind'], logicalLines(key.slice(space + 1)))
}

/** Reads the `dependencies` of a PEP 723 block. */
export function readDependencies(
  path: string,
  dependencies: { text: string; line: number }[],
): { requirements: Requirements; problems: Problem[] } {
  const lines = dependencies.map(({ text, line }) => ({ text: text.trim(), line, column: 1 }))
  return readLines(path, 'pep723', lines)
}

function readLines(
  source: string,
  kind: Requirements['kind'],
  lines: Line[],
): ReturnType<typeof readDependencies> {
  const problems: Problem[] = []
  const found: { place: Line; read: Requirement }[] = []
  if (lines.length > MOST_LINES)
    problems.push({ path: source, message: `it has over ${MOST_LINES} requirements`, remedy: 'name fewer' })
  for (const place of lines.slice(0, MOST_LINES)) {
    const read = readRequirement(place.text)
    if ('message' in read) problems.push(problemAt(source, place, read.message, read.remedy))
    else found.push({ place, read })
  }
  const someHashed = found.some(({ read }) => read.hashed)
  for (const { place, read } of found) {
    const { name, exact, hashed } = read
    if (kind === 'lock' && !exact)
      problems.push(problemAt(source, place, `${name}: a lock names exact versions`, `write ${name}==1.2`))
    else if (someHashed && !hashed)
      problems.push(
        problemAt(source, place, `${name} has no hash, and others have`, 'give every line a --hash, or none'),
      )
  }
  // One name may stand there twice under different markers, but not in the same words.
  const texts = [...new Set(found.map(({ read }) => read.line))]
  return { requirements: { source, kind, lines: texts }, problems }
}

function problemAt(path: string, { line, column }: Line, message: string, remedy: string): Problem {
  return { path, line, column, message, remedy }
}

/** Lines with their continuations, without comments and empty ones. */
function logicalLines(text: string): Line[] {
  const lines: Line[] = []
  let open: Line | undefined
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .forEach((raw, i) => {
      const isComment = /^\s*#/.test(raw)
      const continues = !isComment && raw.endsWith('\\')
      const part = (continues ? raw.slice(0, -1) : raw).replace(/(^|\s)#.*$/, '')
      if (!open) open = { text: part, line: i + 1, column: part.length - part.trimStart().length + 1 }
      else open.text += ` ${part.trim()}`
      if (continues) return
      lines.push(open)
      open = undefined
    })
  if (open) lines.push(open)
  return lines.map((line) => ({ ...line, text: line.text.trim() })).filter((line) => line.text !== '')
}
