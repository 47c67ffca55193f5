import { highlightCode, tagHighlighter, tags } from '@lezer/highlight'
import { parser as python } from '@lezer/python'
import { parser as yaml } from '@lezer/yaml'
import type { CodeLine } from '../../../views/scripts/_code.tsx'

// Measured: 100 kB take half a second, in which nobody else is answered; so what is larger stays plain.
const LARGEST_TEXT = 32 * 1024

const PARSERS: Record<string, typeof python> = { py: python, pyi: python, yaml, yml: yaml }

// Few kinds, each with a colour that is told apart by more than hue alone (`syntax.css`).
const highlighter = tagHighlighter([
  { tag: tags.comment, class: 'comment' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.self, tags.null, tags.bool], class: 'keyword' },
  { tag: [tags.string, tags.special(tags.string), tags.escape], class: 'string' },
  { tag: tags.number, class: 'number' },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName)], class: 'name' },
  { tag: [tags.className, tags.definition(tags.className), tags.typeName], class: 'name' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.attributeName], class: 'property' },
  { tag: tags.meta, class: 'comment' },
])

/** The lines of a file, cut into pieces by what they are; Python and YAML by the end of the path. */
export function highlight(path: string, text: string): CodeLine[] {
  const source = text.replace(/\r\n/g, '\n').replace(/\n$/, '')
  const parser = PARSERS[path.slice(path.lastIndexOf('.') + 1).toLowerCase()]
  if (!parser || source.length > LARGEST_TEXT) return source.split('\n').map((line) => [{ text: line }])
  const lines: CodeLine[] = [[]]
  highlightCode(
    source,
    parser.parse(source),
    highlighter,
    (piece, kind) => void lines.at(-1)!.push(kind ? { text: piece, kind } : { text: piece }),
    () => void lines.push([]),
  )
  return lines
}
