/** Where in a manifest somebody types: below which keys, at a key or at a value, and which keys stand beside it. */
export type Place = {
  /** Keys from the outside in; `[]` for an entry of a list. */
  path: string[]
  kind: 'key' | 'value' | 'entry'
  /** What is typed of it, which begins at `from`. */
  typed: string
  from: number
  present: string[]
}

type Line = { indent: number; dashes: string; rest: string }

const KEY = /^([\w-]+):(?=\s|$)/

/**
 * Reads only as much of YAML as manifests are made of, and goes by indentation, because what is being typed is seldom
 * whole: a parser makes other things of `sche` and of `schedule: {cr`. An `entry` may become a value or a key.
 */
export function placeAt(text: string, position: number): Place | undefined {
  const before = text.slice(0, position)
  const start = before.lastIndexOf('\n') + 1
  const lines = text.split('\n')
  const at = before.split('\n').length - 1
  const line = lineOf(before.slice(start))
  const above = parentsOf(lines.slice(0, at).map(lineOf), line)
  const scanned = scan(line.rest)
  if (!scanned) return undefined
  const { path, kind, typed, present } = scanned
  const isPlain = kind === 'key' && path.length === 0
  return {
    path: [...above, ...path],
    kind: isPlain && line.dashes !== '' ? 'entry' : kind,
    typed,
    from: position - typed.length,
    present: isPlain ? siblings(lines.map(lineOf), at, line) : present,
  }
}

function lineOf(text: string): Line {
  const [, spaces = '', dashes = '', rest = ''] = /^( *)((?:- +|-$)*)(.*)$/.exec(text) ?? []
  return { indent: spaces.length, dashes, rest: rest.trimEnd() === '' ? '' : rest }
}

const columnOf = ({ indent, dashes }: Line) => indent + dashes.length
const isBlank = ({ dashes, rest }: Line) => dashes === '' && (rest.trim() === '' || rest.startsWith('#'))

/** The keys, and entries of lists, that the line lies in. */
function parentsOf(above: Line[], line: Line): string[] {
  const path: string[] = []
  let limit = columnOf(line)
  let inEntry = line.dashes !== ''
  if (inEntry) {
    path.unshift('[]')
    limit = line.indent
  }
  for (const one of above.toReversed()) {
    if (isBlank(one)) continue
    const key = KEY.exec(one.rest)?.[1]
    const column = columnOf(one)
    // A list may begin in the column of its own key.
    if (key !== undefined && (column < limit || (inEntry && column === limit && one.dashes === ''))) {
      path.unshift(key)
      limit = column
      inEntry = false
    }
    if (one.dashes !== '' && one.indent < limit) {
      path.unshift('[]')
      limit = one.indent
      inEntry = true
    }
  }
  return path
}

/** The keys of the mapping that a line of block style belongs to. */
function siblings(lines: Line[], at: number, line: Line): string[] {
  const column = columnOf(line)
  const found: string[] = []
  const look = (step: number) => {
    for (let i = at + step; i >= 0 && i < lines.length; i += step) {
      const one = lines[i]!
      if (isBlank(one) || one.indent > column) continue
      const own = columnOf(one)
      if (step > 0 && one.dashes !== '' && own <= column) return
      if (own < column) return
      const key = KEY.exec(one.rest)?.[1]
      if (key !== undefined && own === column) found.push(key)
      if (one.dashes !== '') return
    }
  }
  if (line.dashes === '') look(-1)
  look(1)
  return found
}

type Scanned = Pick<Place, 'path' | 'typed' | 'present'> & { kind: 'key' | 'value' }
type Level = { kind: 'mapping' | 'list'; key: string | undefined; keys: string[] }

/** Follows one line up to its end: `schedule: {cron: x, ti`. Undefined within a comment. */
function scan(rest: string): Scanned | undefined {
  const levels: Level[] = [{ kind: 'mapping', key: undefined, keys: [] }]
  let typed = ''
  let quote = ''
  for (const [i, sign] of [...rest].entries()) {
    const top = levels.at(-1)!
    if (quote !== '') {
      typed += sign
      if (sign === quote) quote = ''
      continue
    }
    if (sign === '#' && (i === 0 || rest[i - 1] === ' ')) return undefined
    if ((sign === '"' || sign === "'") && typed === '') {
      quote = sign
      typed = sign
    } else if (sign === ':' && /[\s{[]|^$/.test(rest[i + 1] ?? '') && top.kind === 'mapping' && !top.key) {
      top.key = typed
      top.keys.push(typed)
      typed = ''
    } else if ((sign === '{' || sign === '[') && typed === '') {
      levels.push({ kind: sign === '{' ? 'mapping' : 'list', key: undefined, keys: [] })
    } else if (sign === ',' && levels.length > 1) {
      top.key = undefined
      typed = ''
    } else if ((sign === '}' || sign === ']') && levels.length > 1) {
      levels.pop()
      typed = ''
    } else if (sign !== ' ' || typed !== '') typed += sign
  }
  const top = levels.at(-1)!
  const path = levels.flatMap(({ kind, key }) => (kind === 'list' ? ['[]'] : key === undefined ? [] : [key]))
  const kind = top.kind === 'list' || top.key !== undefined ? 'value' : 'key'
  return { path, kind, typed, present: top.keys }
}
