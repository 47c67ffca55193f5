import type { Problem } from '../base/index.ts'

export type Path = (string | number)[]

/** A mapping read from YAML or TOML, with the places of its parts. */
export type Document = {
  path: string
  /** Absent where the text could not be read; then there are problems. */
  value?: Record<string, unknown>
  problems: Problem[]
  /** Where the value at a path is, or its key; the nearest known part where it is not known. */
  placeOf(path: Path, onKey?: boolean): { line: number; column: number }
  /** A scalar as the author wrote it (`3.10` is not 3.1), where that is known. */
  asWritten(path: Path): string | undefined
}

export const LONGEST_MANIFEST = 64 * 1024
const DEEPEST = 40
const MOST_VALUES = 5000

/** Why a value that was read is not plain JSON of a sane size, and where. */
export function unplain(value: unknown): { path: Path; message: string; remedy: string } | undefined {
  let count = 0
  return visit(value, [])

  function visit(part: unknown, path: Path): ReturnType<typeof unplain> {
    count += 1
    if (count > MOST_VALUES)
      return { path: [], message: `it holds over ${MOST_VALUES} values`, remedy: 'make it shorter' }
    if (path.length > DEEPEST)
      return {
        path: path.slice(0, 1),
        message: `it is nested over ${DEEPEST} levels deep`,
        remedy: 'make it flatter',
      }
    if (typeof part === 'number' && !Number.isFinite(part))
      return { path, message: `${part} is no JSON number`, remedy: 'write a finite number' }
    if (typeof part === 'string' && part.includes('\0'))
      return { path, message: 'the text holds a NUL character', remedy: 'take it out' }
    if (typeof part !== 'object' || part === null) return undefined
    const entries: [string | number, unknown][] = Array.isArray(part)
      ? part.map((item, i) => [i, item])
      : Object.entries(part)
    for (const [key, item] of entries) {
      const found = visit(item, [...path, key])
      if (found) return found
    }
    return undefined
  }
}
