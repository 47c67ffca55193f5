import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of this package, from the source as well as from the built file. */
export const packageRoot: string = findRoot(import.meta.dirname)

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'repo-template'))) return folder
  const parent = dirname(folder)
  if (parent === folder)
    throw new Error(`no package.json beside a repo-template above ${import.meta.dirname}`)
  return findRoot(parent)
}
