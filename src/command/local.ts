import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, ConfigError } from '../base/index.ts'
import { prepareDataDir, type Config } from '../config.ts'
import { lockFolder } from '../db/index.ts'

/** A request to the running server, as the system. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>

const localFile = z.object({ url: z.string(), token: z.string() })

/**
 * Does a local command: over the server where one runs on the data folder, on the files themselves where none does. Only
 * one process opens the databases.
 */
export async function onServerOrFiles<T>(
  config: Config,
  onServer: (ask: Ask) => Promise<T>,
  onFiles: () => Promise<T>,
): Promise<T> {
  prepareDataDir(config.dataDir)
  const lock = await lockFolder(config.dataDir)
  if (!lock) return onServer(askServer(config.dataDir))
  try {
    return await onFiles()
  } finally {
    await lock.release()
  }
}

function askServer(dataDir: string): Ask {
  const path = join(dataDir, 'keys', 'local.json')
  if (!existsSync(path))
    throw new ConfigError(`${dataDir} is in use by a server that is just starting or stopping; try again`)
  const { url, token } = localFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  return async (method, to, body) => {
    const answer = await fetch(`${url}/api/v1${to}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const json = (text === '' ? undefined : JSON.parse(text)) as
      { code?: string; detail?: string } | undefined
    if (!answer.ok) throw new AppError('invalid', json?.detail ?? `the server answered ${answer.status}`)
    return json
  }
}
