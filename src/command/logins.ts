import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { makeFolder, messageOf } from '../base/index.ts'
import { WrongUse } from './output.ts'

const login = z.object({ url: z.string(), user: z.string(), key: z.string() })
const file = z.object({ logins: z.array(login) })

/** A server, and the key it takes from whom. */
export type Login = z.infer<typeof login>
export type Logins = ReturnType<typeof openLogins>

const OTHERS = 0o077

/** The folder of a user's own settings of `sxs`, by the XDG Base Directory Specification. */
export function settingsFolder(variables: Record<string, string | undefined>): string {
  const xdg = variables['XDG_CONFIG_HOME']
  return xdg && isAbsolute(xdg) ? join(xdg, 'sxs') : join(variables['HOME'] || homedir(), '.config', 'sxs')
}

/** The logins kept in the folder, the last one first. They hold keys, so nobody else may read them. */
export function openLogins(folder: string) {
  const path = join(folder, 'logins.json')

  function list(): Login[] {
    if (!existsSync(path)) return []
    if (statSync(path).mode & OTHERS) chmodSync(path, 0o600)
    try {
      return file.parse(JSON.parse(readFileSync(path, 'utf8'))).logins
    } catch (error) {
      // What a parser says of the text may hold a part of a key.
      const isOther = error instanceof z.ZodError || error instanceof SyntaxError
      const why = isOther ? 'it is not what sxs login writes' : messageOf(error)
      throw new WrongUse(`${path} cannot be read: ${why}; remove it and sxs login again`)
    }
  }

  // Whole or not at all: a second file takes the place of the first.
  function write(logins: Login[]): void {
    const fresh = `${path}.${process.pid}`
    try {
      makeFolder(folder, 0o700)
      chmodSync(folder, 0o700)
      writeFileSync(fresh, `${JSON.stringify({ logins }, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
      renameSync(fresh, path)
    } catch (error) {
      rmSync(fresh, { force: true })
      throw new WrongUse(`${path} cannot be written (${messageOf(error)}); name a folder in XDG_CONFIG_HOME`)
    }
  }

  return {
    path,
    list,
    /** Keeps the login as the last one. */
    keep: (kept: Login) => write([kept, ...list().filter(({ url }) => url !== kept.url)]),
    forget: (url: string) => write(list().filter((one) => one.url !== url)),
  }
}
