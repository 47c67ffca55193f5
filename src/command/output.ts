import { indentJson } from '../base/index.ts'

/** The command was called wrongly: exit code 2. */
export class WrongUse extends Error {
  override name = 'WrongUse'
}

/** Where a command prints what it found: JSON with `--json`, else words. */
export type Output = {
  data(value: unknown, words: () => string): void
  /** The same of JSON that is text already, whose long integers keep their digits. */
  text(json: string, words: () => string): void
}

export function createOutput({ json }: { json?: boolean }): Output {
  const print = (text: string) => process.stdout.write(`${text}\n`)
  return {
    data: (value, words) => print(json ? JSON.stringify(value, null, 2) : words()),
    text: (text, words) => print(json ? indentJson(text) : words()),
  }
}

/** One line on standard error that is no failure. */
export const warn = (message: string): void => void process.stderr.write(`sxs: ${message}\n`)
