import openapiTS, { astToString } from 'openapi-typescript'
import { expect, test } from 'vitest'
import { startServer } from '../support/server.ts'

const HEAD = '// Generated from the document of the API by `npm run client`; not to be edited.\n\n'

// `npm run client` is this test with --update.
test('the types of the client are those of the document', async () => {
  const server = await startServer()
  try {
    const document = await (await fetch(`${server.url}/api/v1/openapi.json`)).text()
    const fresh = HEAD + astToString(await openapiTS(document))
    await expect(fresh).toMatchFileSnapshot('../../src/client/paths.ts')
  } finally {
    await server.stop()
  }
})
