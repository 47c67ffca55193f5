import type { Problem } from '../base/index.ts'
import { readKeys } from './manifest.ts'
import type { GivenKeys } from './manifest.ts'
import { unknownKey } from './shape.ts'
import { readYaml } from './yaml-document.ts'

/** Where the defaults of all manifests stand. */
export const DEFAULTS_FILE = 'sxs.yaml'

/** What is wrong with the text of `sxs.yaml`; `timezone` is the server's. */
export function readDefaultsFile(text: string, timezone = 'UTC'): { problems: Problem[] } {
  return { problems: readDefaults(text, timezone).problems }
}

type Read = { given: GivenKeys; problems: Problem[] }

let last: { text: string; timezone: string; read: Read } | undefined

/** The valid keys of `defaults:`. Every script of a tree asks with the same text, so the last answer is kept. */
export function readDefaults(text: string | undefined, timezone: string): Read {
  if (text === undefined) return { given: {}, problems: [] }
  if (last?.text !== text || last.timezone !== timezone)
    last = { text, timezone, read: parseDefaults(text, timezone) }
  return last.read
}

function parseDefaults(text: string, timezone: string): Read {
  const document = readYaml(DEFAULTS_FILE, text)
  const problems = [...document.problems]
  const { defaults, ...others } = document.value ?? {}
  const refuse = (key: string, onKey: boolean, message: string, remedy: string) =>
    problems.push({ path: DEFAULTS_FILE, ...document.placeOf([key], onKey), message, remedy })
  for (const key of Object.keys(others)) {
    const { message } = unknownKey(key, [])
    refuse(key, true, `${message} in ${DEFAULTS_FILE}`, 'write keys of manifests below defaults:')
  }
  if (defaults === undefined) return { given: {}, problems }
  if (typeof defaults !== 'object' || defaults === null || Array.isArray(defaults)) {
    refuse('defaults', false, 'defaults: it must be a mapping', 'write {timeout: 10m}')
    return { given: {}, problems }
  }
  const { entry, ...given } = defaults as Record<string, unknown>
  if (entry !== undefined)
    problems.push({
      path: DEFAULTS_FILE,
      ...document.placeOf(['defaults', 'entry'], true),
      message: 'entry: each script has its own',
      remedy: 'write it in its script.yaml',
    })
  const read = readKeys(document, given, timezone, ['defaults'])
  return { given: read.given, problems: [...problems, ...read.problems] }
}
