/**
 * Commands that are a server, or hold a part of one, are loaded when they are called: the others start in a fraction of
 * the time.
 */
const later =
  <Given extends unknown[], Result>(load: () => Promise<(...given: Given) => Promise<Result>>) =>
  async (...given: Given): Promise<Result> =>
    (await load())(...given)

export const start = later(async () => (await import('./start.ts')).start)
export const checkFolder = later(async () => (await import('./check.ts')).checkFolder)
export const runFolder = later(async () => (await import('./run.ts')).runFolder)
export const addUser = later(async () => (await import('./accounts.ts')).addUser)
export const addKey = later(async () => (await import('./accounts.ts')).addKey)
export const reindex = later(async () => (await import('./reindex.ts')).reindex)
export const examine = later(async () => (await import('./doctor.ts')).examine)

export { completionOf } from './completion.ts'
export { createOutput, WrongUse } from './output.ts'
export { addServerCommands } from './server-commands.ts'
