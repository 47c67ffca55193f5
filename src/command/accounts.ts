import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { createAccessStore, openAccess, type Access } from '../access/index.ts'
import { AppError, ROLES, systemActor, systemClock, type Role } from '../base/index.ts'
import { openRecord } from '../db/index.ts'
import type { Config } from '../config.ts'
import { onServerOrFiles } from './local.ts'
import { WrongUse, type Output } from './output.ts'

/** `user add`: prints a one-time link, unless the password comes on standard input. */
export async function addUser(
  config: Config,
  output: Output,
  name: string,
  options: { role: string; passwordStdin?: boolean },
): Promise<void> {
  const role = roleOf(options.role)
  const password = options.passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined
  const request = { name, role, ...(password === undefined ? {} : { password }) }
  const made = await onServerOrFiles(
    config,
    async (ask) => madeUser.parse(await ask('POST', '/users', request)),
    () =>
      withAccess(config, async (access) => {
        const user = await access.users.create(systemActor, request)
        if (password !== undefined) return { user }
        const { token } = await access.links.create(systemActor, user.id, 'invitation')
        return {
          user,
          link: `${config.publicUrl ?? `http://${config.host}:${config.port}`}/setup?token=${token}`,
        }
      }),
  )
  output.data(made, () => made.link ?? `${name} can sign in now.`)
}

/** `key add`: prints the key alone. */
export async function addKey(
  config: Config,
  output: Output,
  options: { user: string; role?: string; name?: string },
): Promise<void> {
  const role = options.role === undefined ? {} : { role: roleOf(options.role) }
  const rest = { ...role, ...(options.name === undefined ? {} : { name: options.name }) }
  const { secret } = await onServerOrFiles(
    config,
    async (ask) => madeKey.parse(await ask('POST', '/api-keys', { user: options.user, ...rest })),
    () =>
      withAccess(config, async (access) => {
        const user = await access.users.findByName(systemActor, options.user)
        if (!user) throw new AppError('not_found', `user ${options.user} is not found`)
        return access.keys.create(systemActor, { userId: user.id, ...rest })
      }),
  )
  output.data({ secret }, () => secret)
}

const madeUser = z.object({ user: z.object({ name: z.string() }).loose(), link: z.string().optional() })
const madeKey = z.object({ secret: z.string() })

async function withAccess<T>({ dataDir }: Config, work: (access: Access) => Promise<T>): Promise<T> {
  const record = await openRecord(join(dataDir, 'record.db'))
  try {
    const store = createAccessStore(record)
    return await work(openAccess({ store, clock: systemClock, keysFolder: join(dataDir, 'keys') }))
  } finally {
    record.close()
  }
}

function roleOf(text: string): Role {
  const role = ROLES.find((one) => one === text)
  if (!role) throw new WrongUse(`--role: '${text}' is none of ${ROLES.join(', ')}`)
  return role
}
