import {
  insertCompletionText,
  startCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import { yamlLanguage } from '@codemirror/lang-yaml'
import { syntaxTree } from '@codemirror/language'
import type { Diagnostic } from '@codemirror/lint'
import type { EditorState, Extension } from '@codemirror/state'
import { hoverTooltip } from '@codemirror/view'
import { placeAt } from './manifest-place.ts'
import {
  aboutKey,
  keysAt,
  onlyValuesAt,
  schemasAt,
  valuesAt,
  type Offer,
  type Schema,
} from './manifest-schema.ts'

/** Completion of keys and values with what they mean, and the same beside a key that is pointed at. */
export function manifest(schema: Schema): Extension {
  return [
    yamlLanguage.data.of({ autocomplete: (context: CompletionContext) => complete(schema, context) }),
    hoverTooltip((view, position) => {
      const line = view.state.doc.lineAt(position)
      const key = /^([\s-]*)([\w-]+):/.exec(line.text)
      const from = line.from + (key?.[1]?.length ?? 0)
      if (!key || position < from || position > from + key[2]!.length) return null
      const place = placeAt(view.state.doc.toString(), from)
      const about = place && aboutKey(schema, [...place.path, key[2]!])
      if (!about) return null
      return {
        pos: from,
        end: from + key[2]!.length,
        above: true,
        create: () => ({ dom: aboutElement(about) }),
      }
    }),
  ]
}

function aboutElement(about: string): HTMLElement {
  const element = document.createElement('div')
  element.className = 'cm-about'
  element.textContent = about
  return element
}

function complete(schema: Schema, { state, pos, explicit }: CompletionContext): CompletionResult | null {
  const place = placeAt(state.doc.toString(), pos)
  if (!place || (place.typed === '' && !explicit && place.kind === 'key')) return null
  const { path, kind, from, present } = place
  const keys = kind === 'value' ? [] : keysAt(schema, path).filter(({ text }) => !present.includes(text))
  const values = kind === 'key' ? [] : valuesAt(schema, path)
  const zones = path.at(-1) === 'timezone' && kind === 'value' ? Intl.supportedValuesOf('timeZone') : []
  const options = [...keys.map(keyOption), ...values.map(valueOption), ...zones.map((label) => ({ label }))]
  return options.length > 0 ? { from, options, validFor: /^[\w/-]*$/ } : null
}

const keyOption = ({ text, about }: Offer, at: number): Completion => ({
  label: text,
  // What may stand there is offered at once.
  apply: (view, _, from, to) => {
    view.dispatch(insertCompletionText(view.state, `${text}: `, from, to))
    startCompletion(view)
  },
  type: 'property',
  // In the order of the schema, which is that of use.
  boost: -at,
  ...(about && { info: about }),
})

const valueOption = ({ text, isDefault }: Offer, at: number): Completion => ({
  label: text,
  type: 'constant',
  boost: -at,
  ...(isDefault && { detail: 'default' }),
})

/** What the schema alone says against the text: keys that there are not, and words that are none of the few. */
export function schemaProblems(schema: Schema, state: EditorState): Diagnostic[] {
  const found: Diagnostic[] = []
  const path: string[] = []
  const textOf = ({ from, to }: { from: number; to: number }) => state.sliceDoc(from, to)
  syntaxTree(state).iterate({
    enter(node) {
      if (node.name === 'BlockSequence' || node.name === 'FlowSequence') path.push('[]')
      if (node.name !== 'Pair') return
      const key = node.node.getChild('Key')
      const name = key ? textOf(key).replace(/^['"]|['"]$/g, '') : ''
      if (key && isUnknown(schema, path, name))
        found.push({ ...range(key), severity: 'error', message: `unknown key '${name}'` })
      path.push(name)
      const value = node.node.lastChild
      const words = value?.name === 'Literal' ? onlyValuesAt(schema, path) : undefined
      if (value && words && !words.map(String).includes(textOf(value)))
        found.push({ ...range(value), severity: 'error', message: `it must be one of ${words.join(', ')}` })
    },
    leave({ name }) {
      if (name === 'Pair' || name === 'BlockSequence' || name === 'FlowSequence') path.pop()
    },
  })
  return found
}

const range = ({ from, to }: { from: number; to: number }) => ({ from, to })

function isUnknown(schema: Schema, path: string[], name: string): boolean {
  const schemas = schemasAt(schema, path)
  const closed = schemas.some((one) => one.properties && one.additionalProperties === false)
  const open = schemas.some((one) => one.additionalProperties !== false && one.type === 'object')
  return closed && !open && !keysAt(schema, path).some(({ text }) => text === name)
}
