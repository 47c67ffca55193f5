// The YAML that nearly every manifest is: block mappings and lists, a value to a line, which is a short scalar or a list
// or mapping of such in brackets. What is read here means the same as in a whole parser, and whatever looks otherwise is
// left to that one, by which alone a first index takes three to four times as long (measured).

/** A line: how far it is indented, whether a list's dash begins it, its key and its value. */
type Line = { indent: number; dash: boolean; key: string | undefined; value: string }

const LINE = /^( *)(?:(- )?([A-Za-z][A-Za-z0-9_]*):(?: (.+))?|- (.+))$/
const MOST_LINES = 500
const DEEPEST = 12
const NOT_PLAIN = Symbol()

/** The mapping that the text is, or undefined where it is no such plain YAML (which says nothing of its being right). */
export function readPlainYaml(text: string): Record<string, unknown> | undefined {
  const lines = linesOf(text)
  if (!lines || lines.length === 0 || lines[0]!.indent > 0) return undefined
  const reader = { lines, at: 0 }
  const value = readBlock(reader, 0, DEEPEST)
  const isWhole = value !== NOT_PLAIN && reader.at === lines.length && !Array.isArray(value)
  return isWhole ? (value as Record<string, unknown>) : undefined
}

function linesOf(text: string): Line[] | undefined {
  const lines: Line[] = []
  for (const text1 of text.split('\n')) {
    if (text1 === '' || text1.startsWith('#')) continue
    const match = LINE.exec(text1)
    if (!match || lines.length === MOST_LINES) return undefined
    const [, spaces, dash, key, value, item] = match
    lines.push({
      indent: spaces!.length,
      dash: dash !== undefined || item !== undefined,
      key,
      value: value ?? item ?? '',
    })
  }
  return lines
}

type Reader = { lines: Line[]; at: number }

/** The mapping or list whose lines begin at this indentation. */
function readBlock(reader: Reader, indent: number, depth: number): unknown {
  if (depth === 0) return NOT_PLAIN
  return reader.lines[reader.at]!.dash ? readList(reader, indent, depth) : readMapping(reader, indent, depth)
}

function readList(reader: Reader, indent: number, depth: number): unknown {
  const list: unknown[] = []
  for (let line = reader.lines[reader.at]; line && line.indent >= indent; line = reader.lines[reader.at]) {
    if (line.indent > indent || !line.dash) return NOT_PLAIN
    if (line.key !== undefined) {
      // After its dash it is the first line of a mapping.
      reader.lines[reader.at] = { ...line, dash: false, indent: indent + 2 }
      list.push(readMapping(reader, indent + 2, depth - 1))
    } else {
      list.push(readValue(line.value))
      reader.at += 1
    }
    if (list.at(-1) === NOT_PLAIN) return NOT_PLAIN
  }
  return list
}

function readMapping(reader: Reader, indent: number, depth: number): unknown {
  const mapping: Record<string, unknown> = {}
  for (let line = reader.lines[reader.at]; line && line.indent >= indent; line = reader.lines[reader.at]) {
    if (line.indent > indent || line.dash || Object.hasOwn(mapping, line.key!)) return NOT_PLAIN
    reader.at += 1
    const inner = reader.lines[reader.at]
    const value =
      line.value !== ''
        ? readValue(line.value)
        : inner && inner.indent > indent && depth > 0
          ? readBlock(reader, inner.indent, depth - 1)
          : NOT_PLAIN
    if (value === NOT_PLAIN) return NOT_PLAIN
    mapping[line.key!] = value
  }
  return mapping
}

const WORDS = /^[A-Za-z](?:[\w .,;/()+@=\u00c0-\u024f-]*[\w.,;/()+@=\u00c0-\u024f-])?$/
const RESERVED = /^(?:null|true|false)$/i
const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,14})$/
const QUANTITY = /^\d+(?:ms|s|m|h|d|w|B|kB|MB|GB|KiB|MiB|GiB)$/
const SINGLE_QUOTED = /^'([ -&(-~\u00a1-\u024f]*)'$/
const DOUBLE_QUOTED = /^"([ !#-[\]-~\u00a1-\u024f]*)"$/

/** What stands behind a key or a dash. */
function readValue(text: string): unknown {
  return text.startsWith('[') || text.startsWith('{') ? readFlow(text) : readScalar(text)
}

const FLOW_TOKEN =
  /[[\]{}]|, |'[^']*'|"[^"]*"|[A-Za-z][A-Za-z0-9_]*: |[A-Za-z0-9][\w./()+@=-]*(?: [\w./()+@=-]+)*/y

/** `[a, b]` and `{a: 1, b: [c]}`. */
function readFlow(text: string): unknown {
  FLOW_TOKEN.lastIndex = 0
  const tokens: string[] = []
  while (FLOW_TOKEN.lastIndex < text.length) {
    const token = FLOW_TOKEN.exec(text)?.[0]
    if (token === undefined) return NOT_PLAIN
    tokens.push(token)
  }
  const value = readFlowPart(tokens, DEEPEST)
  return tokens.length === 0 ? value : NOT_PLAIN
}

/** Takes the tokens of one value from the front. */
function readFlowPart(tokens: string[], depth: number): unknown {
  const first = tokens.shift()
  if (first === '[' && depth > 0) return readFlowList(tokens, depth - 1)
  if (first === '{' && depth > 0) return readFlowMapping(tokens, depth - 1)
  return first === undefined ? NOT_PLAIN : readScalar(first)
}

function readFlowList(tokens: string[], depth: number): unknown {
  const list: unknown[] = []
  while (tokens[0] !== ']') {
    if (list.length > 0 && tokens.shift() !== ', ') return NOT_PLAIN
    const item = readFlowPart(tokens, depth)
    if (item === NOT_PLAIN) return NOT_PLAIN
    list.push(item)
  }
  tokens.shift()
  return list
}

function readFlowMapping(tokens: string[], depth: number): unknown {
  const mapping: Record<string, unknown> = {}
  for (let count = 0; tokens[0] !== '}'; count += 1) {
    if (count > 0 && tokens.shift() !== ', ') return NOT_PLAIN
    const key = tokens.shift()
    if (!key?.endsWith(': ') || Object.hasOwn(mapping, key.slice(0, -2))) return NOT_PLAIN
    const value = readFlowPart(tokens, depth)
    if (value === NOT_PLAIN) return NOT_PLAIN
    mapping[key.slice(0, -2)] = value
  }
  tokens.shift()
  return mapping
}

/** A scalar of YAML's core schema. */
function readScalar(text: string): unknown {
  if (WORDS.test(text)) {
    if (!RESERVED.test(text)) return text
    return text === 'true' ? true : text === 'false' ? false : NOT_PLAIN
  }
  if (WHOLE_NUMBER.test(text)) return Number(text)
  if (QUANTITY.test(text)) return text
  return (SINGLE_QUOTED.exec(text) ?? DOUBLE_QUOTED.exec(text))?.[1] ?? NOT_PLAIN
}
