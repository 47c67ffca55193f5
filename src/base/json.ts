// A string, a bracket or mark, or a number or word; of text that a parser has taken already.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]|[^\s"[\]{}:,]+/g
// Beyond it the spaces of what is nested deeply would be more than the text.
const DEEPEST_INDENT = 20

/**
 * JSON text laid out for people. Here and below the text is never parsed: numbers stay as they were written, and long
 * integers of Python's keep all their digits.
 */
export function indentJson(text: string): string {
  const parts: string[] = []
  let depth = 0
  let before = ''
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']'
    const opened = before === '{' || before === '['
    if (closes) depth -= 1
    // An empty object or list stays on its line.
    if (before === ',' || opened !== closes)
      parts.push(`\n${'  '.repeat(Math.max(0, Math.min(depth, DEEPEST_INDENT)))}`)
    parts.push(token === ':' ? ': ' : token)
    if (token === '{' || token === '[') depth += 1
    before = token
  }
  return parts.join('')
}

/** The text of a member of a JSON object, as it was written; of several, the last, which is a parser's too. */
export function memberText(object: string, name: string): string | undefined {
  let depth = 0
  let key = ''
  let start: number | undefined
  let found: string | undefined
  for (const { 0: token, index } of object.matchAll(TOKEN)) {
    if (depth === 1 && start === undefined && token.startsWith('"')) key = token
    if (depth === 1 && start === undefined && token === ':') start = index + 1
    if (depth === 1 && start !== undefined && (token === ',' || token === '}')) {
      if (JSON.parse(key) === name) found = object.slice(start, index).trim()
      start = undefined
    }
    if (token === '{' || token === '[') depth += 1
    if (token === '}' || token === ']') depth -= 1
  }
  return found
}

/** JSON text of the value, with these members added to it, or put in place of its own, as the texts they are. */
export function jsonWith(value: object, members: Record<string, string | undefined>): string {
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !(name in members)))
  const given = Object.entries(members).filter(
    (member): member is [string, string] => member[1] !== undefined,
  )
  const texts = given.map(([name, text]) => `${JSON.stringify(name)}:${text}`)
  const own = JSON.stringify(rest).slice(1, -1)
  return `{${[...(own ? [own] : []), ...texts].join(',')}}`
}

/** Whether lists and objects stand in each other more than `most` deep. */
export function isNestedBeyond(text: string, most: number): boolean {
  let depth = 0
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1
    if (token === '}' || token === ']') depth -= 1
    if (depth > most) return true
  }
  return false
}
