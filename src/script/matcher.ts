import { createContext, Script, type Context } from 'node:vm'

/** Whether a text has the form of a pattern (ECMA-262, Unicode); undefined where that takes too long to find out. */
export type Matches = (pattern: string, text: string) => boolean | undefined

// A pattern is written by whoever may edit a script, and may take for ever on the right text: the server does not.
const LONGEST_MS = 1000

/** For one check: once all its patterns together took too long, no more are tried. */
export function createMatcher(): Matches {
  let context: Context | undefined
  let script: Script | undefined
  let left = LONGEST_MS
  return (pattern, text) => {
    if (left < 1) return undefined
    context ??= createContext({})
    script ??= new Script('new RegExp(pattern, "u").test(text)')
    Object.assign(context, { pattern, text })
    const began = performance.now()
    try {
      return script.runInContext(context, { timeout: Math.ceil(left) }) === true
    } catch {
      left = 0
      return undefined
    } finally {
      left -= performance.now() - began
    }
  }
}
