import type { Manifest } from './manifest.ts'
import { pauseText } from './pause-yaml.ts'
import { blockLines } from './pep723.ts'

const TABLE = /^\s*\[\s*tool\s*\.\s*sxs\s*\]\s*(#.*)?$/
const PAUSE_TABLE = /^\s*\[\s*tool\s*\.\s*sxs\s*\.\s*paused\s*\]/
const ANY_TABLE = /^\s*\[/
const PAUSE_KEY = /^\s*paused\s*[.=]/

/**
 * The source of a Python file whose PEP 723 block has another `paused` in `[tool.sxs]` (undefined: without the key). A
 * file without a block gets one; a block that holds nothing more goes.
 */
export function writePauseBlock(source: string, paused: Manifest['paused'] | undefined): string {
  const end = source.includes('\r\n') ? '\r\n' : '\n'
  const lines = source.split('\n').map((line) => line.replace(/\r$/, ''))
  const line = paused === undefined ? undefined : `paused = ${tomlText(pauseText(paused))}`
  const found = blockLines(lines)
  if (!found) return line === undefined ? source : withBlock(lines, line).join(end)
  const toml = withPause(
    lines.slice(found.start + 1, found.end).map((text) => text.slice(2)),
    line,
  )
  const isEmpty = toml.every((text) => text.trim() === '' || TABLE.test(text))
  const block = isEmpty ? [] : ['# /// script', ...toml.map((text) => `# ${text}`.trimEnd()), '# ///']
  const after = lines.slice(found.end + 1)
  // The empty line that set the block off goes with it.
  if (isEmpty && after[0] === '') after.shift()
  return [...lines.slice(0, found.start), ...block, ...after].join(end)
}

/** The lines of TOML without what they say of a pause, and with the new line first in the table. */
function withPause(toml: string[], line: string | undefined): string[] {
  const kept: string[] = []
  let table: 'own' | 'pause' | 'other' = 'other'
  for (const text of toml) {
    if (ANY_TABLE.test(text)) table = PAUSE_TABLE.test(text) ? 'pause' : TABLE.test(text) ? 'own' : 'other'
    if (table === 'pause' || (table === 'own' && PAUSE_KEY.test(text))) continue
    kept.push(text)
  }
  if (line === undefined) return kept
  const heading = kept.findIndex((text) => TABLE.test(text))
  if (heading < 0) return [...kept, '[tool.sxs]', line]
  return [...kept.slice(0, heading + 1), line, ...kept.slice(heading + 1)]
}

/** A block at the top, after what has to stand in the first two lines. */
function withBlock(lines: string[], line: string): string[] {
  const isFirst = (text: string | undefined) => text !== undefined && /^#(!|.*coding[:=])/.test(text)
  const at = isFirst(lines[0]) ? (isFirst(lines[1]) ? 2 : 1) : 0
  const block = ['# /// script', '# [tool.sxs]', `# ${line}`, '# ///', '']
  return [...lines.slice(0, at), ...block, ...lines.slice(at)]
}

/** JSON's strings are TOML's too; a moment is a value of its own. */
function tomlText(value: ReturnType<typeof pauseText>): string {
  if (typeof value === 'boolean') return String(value)
  const { reason, until } = value
  const parts = [
    ...(reason === undefined ? [] : [`reason = ${JSON.stringify(reason)}`]),
    ...(until === undefined ? [] : [`until = ${until}`]),
  ]
  return `{ ${parts.join(', ')} }`
}
