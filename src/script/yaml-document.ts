import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Alias, Node, YAMLError } from 'yaml'
import { messageOf } from '../base/index.ts'
import type { Problem } from '../base/index.ts'
import { LONGEST_MANIFEST, unplain } from './document.ts'
import type { Document, Path } from './document.ts'
import { readPlainYaml } from './plain-yaml.ts'

// An alias costs little to write and much to expand.
const MOST_ALIASES = 50

type Parsed = ReturnType<typeof parseDocument>
type Place = { line: number; column: number }

/** A YAML 1.2 (core schema) text whose top is a mapping; an empty one is an empty mapping. Never throws. */
export function readYaml(path: string, text: string): Document {
  const unread = (problem: Omit<Problem, 'path'>): Document => ({
    path,
    problems: [{ path, ...problem }],
    placeOf: () => ({ line: 1, column: 1 }),
    asWritten: () => undefined,
  })
  const refused = refuseText(text)
  if (refused) return unread(refused)
  const plain = readPlainYaml(text)
  return plain ? plainDocument(path, text, plain) : parseWhole(path, text, unread)
}

/** The places of a plain text's parts are found out when they are asked for, which is where something is wrong. */
function plainDocument(path: string, text: string, value: Record<string, unknown>): Document {
  let whole: Document | undefined
  const parsed = () => (whole ??= parseWhole(path, text, () => ({ ...document })))
  const document: Document = {
    path,
    value,
    problems: [],
    placeOf: (at, onKey) => parsed().placeOf(at, onKey),
    asWritten: (at) => parsed().asWritten(at),
  }
  return document
}

function parseWhole(
  path: string,
  text: string,
  unread: (problem: Omit<Problem, 'path'>) => Document,
): Document {
  const lines = new LineCounter()
  try {
    const parsed = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      version: '1.2',
      schema: 'core',
      stringKeys: true,
      logLevel: 'error',
    })
    return documentOf(path, text, parsed, lines)
  } catch (error) {
    const tooDeep = error instanceof RangeError
    return unread({
      line: 1,
      column: 1,
      message: tooDeep
        ? 'the YAML is nested too deeply'
        : `the YAML cannot be read: ${messageOf(error).split('\n')[0]}`,
      remedy: tooDeep ? 'make it flatter' : 'mend it, or write the keys out plainly',
    })
  }
}

/** Line and column, counted from 1, of an offset in a text. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** What makes a text unreadable whatever its language. */
function refuseText(text: string): Omit<Problem, 'path'> | undefined {
  if (text.length > LONGEST_MANIFEST)
    return {
      line: 1,
      column: 1,
      message: `it is over ${LONGEST_MANIFEST / 1024} KiB`,
      remedy: 'move what is long into a file of its own',
    }
  const replaced = text.indexOf('\ufffd')
  if (replaced < 0) return undefined
  return { ...placeAt(text, replaced), message: 'it is not valid UTF-8', remedy: 'save it as UTF-8' }
}

function documentOf(path: string, text: string, parsed: Parsed, lines: LineCounter): Document {
  const document: Document = {
    path,
    problems: [...parsed.errors, ...parsed.warnings].map((error) => syntaxProblem(path, error, lines)),
    placeOf: (at, onKey) => placeOf(parsed, lines, at, onKey),
    asWritten: (at) => {
      const node = nodeAt(parsed, at)
      return isScalar(node) ? node.source : undefined
    },
  }
  // Each later error is most often a consequence of the first on the same line.
  document.problems = document.problems.filter(
    ({ line }, i, all) => all.findIndex((other) => other.line === line) === i,
  )
  if (document.problems.length > 0) return document
  const alias = text.includes('*') ? aliasFault(parsed) : undefined
  if (alias)
    return {
      ...document,
      problems: [{ path, ...position(lines, alias.offset), message: alias.message, remedy: ALIAS_REMEDY }],
    }
  const value: unknown = parsed.contents === null ? {} : parsed.toJS({ maxAliasCount: MOST_ALIASES })
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    const message = `the top is ${Array.isArray(value) ? 'a list' : 'a single value'}, not a mapping of keys`
    return refuse(document, [], message, "write lines such as 'timeout: 30m'")
  }
  const strange = unplain(value)
  if (strange) return refuse(document, strange.path, strange.message, strange.remedy)
  return { ...document, value: (value ?? {}) as Record<string, unknown> }
}

const ALIAS_REMEDY = 'write the value out'

function aliasFault(parsed: Parsed): { offset: number; message: string } | undefined {
  const aliases: Alias[] = []
  visit(parsed, { Alias: (_, alias) => void aliases.push(alias) })
  const unknown = aliases.find((alias) => alias.resolve(parsed) === undefined)
  const wrong = unknown ?? (aliases.length > MOST_ALIASES ? aliases[MOST_ALIASES] : undefined)
  if (!wrong) return undefined
  const message = unknown
    ? `the alias *${unknown.source} has no anchor before it`
    : `there are over ${MOST_ALIASES} aliases`
  return { offset: wrong.range?.[0] ?? 0, message }
}

function refuse(document: Document, at: Path, message: string, remedy: string): Document {
  return { ...document, problems: [{ path: document.path, ...document.placeOf(at), message, remedy }] }
}

function placeOf(parsed: Parsed, lines: LineCounter, path: Path, onKey = false): Place {
  for (let length = path.length; length > 0; length--) {
    const at = path.slice(0, length)
    const key = keyAt(parsed, at)
    const value = nodeAt(parsed, at)
    const empty = !value || (isScalar(value) && value.value === null && !value.source)
    const node = (onKey || empty) && key ? key : (value ?? key)
    if (node?.range) return position(lines, node.range[0])
  }
  return position(lines, parsed.contents?.range?.[0] ?? 0)
}

function position(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

function nodeAt(parsed: Parsed, path: Path): Node | undefined {
  let node: unknown = parsed.contents
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(parsed)
    if (isMap(node)) node = node.items.find(({ key }) => keyText(key) === String(step))?.value
    else if (isSeq(node)) node = node.items[Number(step)]
    else return undefined
  }
  return (node ?? undefined) as Node | undefined
}

function keyAt(parsed: Parsed, path: Path): Node | undefined {
  let parent: unknown = nodeAt(parsed, path.slice(0, -1))
  if (isAlias(parent)) parent = parent.resolve(parsed)
  if (!isMap(parent)) return undefined
  return parent.items.find(({ key }) => keyText(key) === String(path.at(-1)))?.key as Node | undefined
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key)
}

// The library's codes in our words; what is not here keeps the library's own sentence.
const SYNTAX: Record<string, [message: string, remedy: string]> = {
  DUPLICATE_KEY: ['this key is there twice', 'keep one of the two'],
  MULTIPLE_DOCS: ['a second document begins here', "keep one, and delete the line '---'"],
  TAB_AS_INDENT: ['the line is indented with a tab', 'indent with spaces'],
  TAG_RESOLVE_FAILED: ['YAML tags are not known here', 'take the tag away'],
  NON_STRING_KEY: ['a key must be plain text', 'write the key as one word'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a mapping cannot begin here',
    "put text that holds ': ' in quotes, or begin a new line",
  ],
  MULTILINE_IMPLICIT_KEY: ['a key must end with a colon and a space', "write 'key: value'"],
  BAD_SCALAR_START: ['a value cannot begin with this character', 'put the value in quotes'],
  BAD_INDENT: ['the indentation or a closing bracket is wrong', 'indent alike, and close what is opened'],
  BAD_ALIAS: ['this alias is wrong', 'write the value out'],
}

function syntaxProblem(path: string, error: YAMLError, lines: LineCounter): Problem {
  const [message, remedy] = SYNTAX[error.code] ?? [
    `the YAML is wrong: ${error.message.split('\n')[0]}`,
    'mend this line',
  ]
  return { path, ...position(lines, error.pos[0]), message, remedy }
}
