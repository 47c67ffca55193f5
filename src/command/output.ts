/** The command was called wrongly: exit code 2. */
export class WrongUse extends Error {
  override name = 'WrongUse'
}

/** Where a command prints what it found: JSON with `--json`, else words. */
export type Output = {
  data(value: unknown, words: () => string): void
}

export function createOutput({ json }: { json?: boolean }): Output {
  return {
    data: (value, words) => process.stdout.write(`${json ? JSON.stringify(value, null, 2) : words()}\n`),
  }
}
