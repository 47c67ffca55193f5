import { existsSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'

/** The folder of this package, from the source as well as from the built file. */
export const packageRoot: string = findRoot(import.meta.dirname)

/**
 * The folders where this process finds programs. It is the one variable that is not a setting: like any program, the
 * server finds git and Python where its own PATH says.
 */
export const searchPath = (): string[] =>
  (process.env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'repo-template'))) return folder
  const parent = dirname(folder)
  if (parent === folder)
    throw new Error(`no package.json beside a repo-template above ${import.meta.dirname}`)
  return findRoot(parent)
}
