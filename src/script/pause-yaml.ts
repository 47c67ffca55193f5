import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml'
import { timeText } from '../base/index.ts'
import type { Manifest } from './manifest.ts'
import { flowText } from './shape.ts'

/** The value of the key as a manifest has it. */
export function pauseText(paused: Manifest['paused']): boolean | { reason?: string; until?: string } {
  if (paused === false) return false
  const { reason, until } = paused
  if (reason === undefined && until === undefined) return true
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(until === undefined ? {} : { until: timeText(until).replace('.000Z', 'Z') }),
  }
}

/**
 * Texts of a script.yaml with another `paused` (undefined: without the key), the best first: it touches that key's own
 * text only, so that comments and spelling stay. Whether one means what it should is for the caller to see, by reading it.
 */
export function writePauseYaml(text: string, paused: Manifest['paused'] | undefined): string[] {
  const document = parseDocument(text, { version: '1.2', schema: 'core', logLevel: 'error' })
  const { contents } = document
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const line = paused === undefined ? undefined : `paused: ${flowText(pauseText(paused))}`
  if (contents === null) return line === undefined ? [text] : [appended(text, line, end)]
  if (!isMap(contents)) return []
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === 'paused')
  const spliced = splice(text, contents, pair, line, end)
  // For an unusual spelling: the library writes the document anew, with its comments.
  if (paused === undefined) document.delete('paused')
  else document.set('paused', document.createNode(pauseText(paused), { flow: true }))
  const anew = document.toString({ lineWidth: 0, flowCollectionPadding: false })
  return spliced === undefined ? [anew] : [spliced, anew]
}

function splice(
  text: string,
  map: YAMLMap,
  pair: Pair | undefined,
  line: string | undefined,
  end: string,
): string | undefined {
  if (!pair) return line === undefined ? text : appended(text, line, end)
  const keyStart = (pair.key as { range?: [number, number, number] }).range?.[0]
  const valueEnd = (pair.value as { range?: [number, number, number] } | null)?.range?.[1]
  if (keyStart === undefined || valueEnd === undefined) return undefined
  const before = text.slice(0, keyStart)
  // The text of a mapping over several lines reaches to where the next key begins.
  const written = text.slice(0, valueEnd).trimEnd()
  const after = text.slice(written.length)
  if (line !== undefined) return before + line + after
  return before + after.slice(/^[^\n]*\n?/.exec(after)![0].length)
}

function appended(text: string, line: string, end: string): string {
  const gap = text === '' || text.endsWith('\n') ? '' : end
  return `${text}${gap}${line}${end}`
}
