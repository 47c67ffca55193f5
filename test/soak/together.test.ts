import { test } from 'vitest'
import { startServer } from '../support/server.ts'
import { expectTogether } from '../support/together.ts'

test('50 edits and 10 pushing clones at once: all that was acknowledged is reachable', async () => {
  const server = await startServer()
  try {
    await expectTogether(server, { edits: 50, clones: 10 })
  } finally {
    await server.stop()
  }
}, 240_000)
