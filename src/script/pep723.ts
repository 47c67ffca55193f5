import { parse, TomlDate, TomlError } from 'smol-toml'
import type { Problem } from '../base/index.ts'
import { LONGEST_MANIFEST, unplain } from './document.ts'
import type { Document, Path } from './document.ts'
import { specifierFault } from './python.ts'
import { shown, unknownKey } from './shape.ts'

/** What the metadata block of a Python file says; lines are those of the file. */
export type ScriptBlock = {
  /** Where the block begins. */
  line: number
  dependencies?: { text: string; line: number }[]
  requiresPython?: string
  /** The table `[tool.sxs]`. */
  manifest?: Document
  problems: Problem[]
}

const START = '# /// script'
const END = '# ///'

type Lines = { line: number; text: string }[]

/** The `script` block of a Python file (https://peps.python.org/pep-0723/); undefined when it has none. */
export function readScriptBlock(path: string, source: string): ScriptBlock | undefined {
  if (!source.includes(START)) return undefined
  const all = source.split('\n').map((line) => line.replace(/\r$/, ''))
  const starts = all.flatMap((text, i) => (text === START ? [i] : []))
  const start = starts[0]
  if (start === undefined) return undefined
  const block: ScriptBlock = { line: start + 1, problems: [] }
  const refuse = (line: number, message: string, remedy: string, column = 1) =>
    block.problems.push({ path, line, column, message, remedy })
  const lines = contentOf(all)
  const second = starts.find((i) => i > start + (lines?.length ?? 0) + 1)
  if (lines && second !== undefined) refuse(second + 1, "a second block '# /// script'", 'keep one of them')
  if (!lines) refuse(start + 1, "the block '# /// script' has no end", "close it with a line '# ///'")
  else readContent(path, lines, block, refuse)
  return block
}

type Refuse = (line: number, message: string, remedy: string, column?: number) => void

/** Where the block begins and ends, counted from 0; undefined where there is no whole one. */
export function blockLines(all: string[]): { start: number; end: number } | undefined {
  const start = all.indexOf(START)
  if (start < 0) return undefined
  let next = start + 1
  while (next < all.length && (all[next] === '#' || all[next]!.startsWith('# '))) next += 1
  // The last one, as the PEP's expression has it.
  const end = all.lastIndexOf(END, next - 1)
  return end <= start ? undefined : { start, end }
}

/** The lines between start and end, without their `# `. */
function contentOf(all: string[]): Lines | undefined {
  const found = blockLines(all)
  if (!found) return undefined
  const { start, end } = found
  return all.slice(start + 1, end).map((text, i) => ({ line: start + 2 + i, text: text.slice(2) }))
}

function readContent(path: string, lines: Lines, block: ScriptBlock, refuse: Refuse): void {
  const toml = lines.map(({ text }) => text).join('\n')
  if (toml.length > LONGEST_MANIFEST)
    return refuse(block.line, `the block is over ${LONGEST_MANIFEST / 1024} KiB`, 'make it shorter')
  let data: Record<string, unknown>
  try {
    data = plain(parse(toml)) as Record<string, unknown>
  } catch (error) {
    const [line, column] = error instanceof TomlError ? [error.line, error.column + 2] : [1, 1]
    const reason = error instanceof TomlError ? tomlReason(error) : 'it is nested too deeply'
    return refuse(block.line + line, `the TOML cannot be read: ${reason}`, 'mend this line', column)
  }
  const strange = unplain(data)
  if (strange) return refuse(block.line, strange.message, strange.remedy)
  readTables(path, data, lines, block, refuse)
}

function readTables(
  path: string,
  data: Record<string, unknown>,
  lines: Lines,
  block: ScriptBlock,
  refuse: Refuse,
): void {
  const lineOf = (key: string) => keyPlace(lines, [key], block.line).line
  for (const key of Object.keys(data).filter((key) => !TOP_KEYS.includes(key))) {
    const { message, remedy } = unknownKey(key, TOP_KEYS)
    refuse(lineOf(key), `${message} in the script block`, remedy)
  }
  const { dependencies, tool, 'requires-python': requires } = data
  if (isTexts(dependencies))
    block.dependencies = dependencies.map((text) => ({
      text,
      line: textLine(lines, text, lineOf('dependencies')),
    }))
  else if (dependencies !== undefined)
    refuse(lineOf('dependencies'), 'dependencies must be a list of texts', 'write ["tabulate==0.9.0"]')
  const fault = typeof requires === 'string' ? specifierFault(requires) : 'it must be text'
  if (requires !== undefined && fault)
    refuse(
      lineOf('requires-python'),
      `requires-python ${shown(requires)}: ${fault}`,
      'write one such as ">=3.10"',
    )
  else if (typeof requires === 'string') block.requiresPython = requires
  const table = (tool as Record<string, unknown> | undefined)?.['sxs']
  if (table === undefined) return
  if (typeof table !== 'object' || table === null || Array.isArray(table))
    return refuse(lineOf('tool'), 'tool.sxs must be a table', 'write [tool.sxs] and the keys below it')
  block.manifest = {
    path,
    value: table as Record<string, unknown>,
    problems: [],
    placeOf: (at, onKey) => keyPlace(lines, ['sxs', ...at], block.line, onKey),
    asWritten: () => undefined,
  }
}
const TOP_KEYS = ['dependencies', 'requires-python', 'tool']

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

function textLine(lines: Lines, text: string, otherwise: number): number {
  return lines.find((line) => line.text.includes(text))?.line ?? otherwise
}

/** Where the last key of the path that can be found is written: `key = …` or in a table's heading. */
function keyPlace(
  lines: Lines,
  path: Path,
  otherwise: number,
  onKey = true,
): { line: number; column: number } {
  const from =
    path[0] === 'sxs'
      ? Math.max(
          0,
          lines.findIndex(({ text }) => /^\s*\[+tool\.sxs/.test(text)),
        )
      : 0
  for (const key of path.filter((step) => typeof step === 'string').toReversed()) {
    const name = key.replace(/[^\w-]/g, '\\$&')
    const pattern = new RegExp(
      `(?:^|[\\s{,.])["']?(${name})["']?\\s*=\\s*|^\\s*\\[+[^\\]]*\\b(${name})\\s*\\]`,
    )
    for (const { text, line } of lines.slice(from)) {
      const match = pattern.exec(text)
      if (!match) continue
      const column = match[1] && !onKey ? match.index + match[0].length : text.indexOf(key, match.index)
      return { line, column: column + 3 }
    }
  }
  return { line: otherwise, column: 1 }
}

/** TOML's dates as their text, big numbers as numbers. */
function plain(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString()
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

const tomlReason = (error: TomlError) => error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
