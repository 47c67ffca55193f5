import { pythonLanguage } from '@codemirror/lang-python'
import { yamlLanguage } from '@codemirror/lang-yaml'
import { StreamLanguage, type StreamParser } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import type { Schema } from './manifest-schema.ts'
import { manifest } from './manifest.ts'

type Fences = { inFence: boolean }

// The package for Markdown brings HTML, CSS and JavaScript along, 73 kB of them; to read a README this is enough.
const markdown: StreamParser<Fences> = {
  startState: () => ({ inFence: false }),
  token(stream, state) {
    if (stream.sol() && stream.match(/\s*(```|~~~)/)) {
      state.inFence = !state.inFence
      stream.skipToEnd()
      return 'comment'
    }
    if (state.inFence) {
      stream.skipToEnd()
      return 'string'
    }
    if (stream.sol() && stream.match(/#{1,6} .*/)) return 'heading'
    if (stream.match(/`[^`]+`/)) return 'string'
    if (stream.match(/\*\*[^*\s][^*]*\*\*|__[^_\s][^_]*__/)) return 'strong'
    if (stream.match(/\*[^*\s][^*]*\*|\b_[^_\s][^_]*_/)) return 'emphasis'
    if (stream.match(/\[[^\]]*\]\([^)]*\)|https?:\/\/\S+/)) return 'link'
    stream.next()
    return null
  },
}

// requirements.txt, ini and their kin: what they share is the comment.
const plain: StreamParser<null> = {
  startState: () => null,
  token(stream) {
    if (stream.eat('#')) {
      stream.skipToEnd()
      return 'comment'
    }
    stream.match(/[^#]+/)
    return null
  },
  languageData: { commentTokens: { line: '#' } },
}

const [markdownLanguage, plainLanguage] = [StreamLanguage.define(markdown), StreamLanguage.define(plain)]

/** How a file is read, by its name: `name` is told below the editor. */
export function languageOf(path: string, schema: Schema | undefined): { name: string; extension: Extension } {
  const file = path.slice(path.lastIndexOf('/') + 1)
  const ending = file.slice(file.lastIndexOf('.') + 1).toLowerCase()
  if (path === 'script.yaml')
    return { name: 'Manifest', extension: [yamlLanguage, schema ? manifest(schema) : []] }
  if (ending === 'py' || ending === 'pyi') return { name: 'Python', extension: pythonLanguage }
  if (ending === 'yaml' || ending === 'yml') return { name: 'YAML', extension: yamlLanguage }
  if (ending === 'md') return { name: 'Markdown', extension: markdownLanguage }
  if (['txt', 'lock', 'in', 'ini', 'cfg', 'toml', 'env'].includes(ending))
    return { name: 'Plain text', extension: plainLanguage }
  return { name: 'Plain text', extension: [] }
}
