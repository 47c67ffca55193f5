import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { PASSWORD, startServer, type TestServer } from '../support/server.ts'
import { connect, type Follower } from './follower.ts'

let server: TestServer
const followers: Follower[] = []

beforeAll(async () => {
  server = await startServer({ SXS_VIEWERS: '3', SXS_VIEWERS_PER_USER: '2' })
})
afterEach(() => {
  for (const follower of followers) follower.close()
})
afterAll(() => server?.stop())

async function open(token = server.token): Promise<Follower> {
  const made = await connect(server.url, { authorization: `Bearer ${token}` })
  followers.push(made)
  return made
}

/** Resolves where it is served, which a question shows that is none; rejects with what it was closed with. */
async function served(one: Follower): Promise<void> {
  one.ask('no question')
  await one.until(({ type }) => type === 'error')
}

test('who finds no place is told why, and has one when another has left', async () => {
  const { users, sessions } = server.app.doors.access
  const eve = await users.create(systemActor, { name: 'eve', role: 'viewer', password: PASSWORD })
  const { token } = await sessions.issue({ kind: 'user', userId: eve.id, name: 'eve', role: 'viewer' })
  const [first, second] = [await open(), await open()]
  await Promise.all([served(first), served(second)])
  await expect(served(await open())).rejects.toThrow(
    'closed with 1013 no more than 2 of your pages and programs may follow at once; close some',
  )
  await served(await open(token))
  const noPlace = 'closed with 1013 no more than 3 pages and programs may follow at once; try again later'
  await expect(served(await open(token))).rejects.toThrow(noPlace)

  first.close()
  // The server hears of it in its own time; until then it refuses.
  const isIn = async () =>
    served(await open(token)).then(
      () => true,
      () => false,
    )
  while (!(await isIn()));
})
