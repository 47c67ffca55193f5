import { createBus, createLog } from '../../src/base/index.ts'
import { createCatalog, createCatalogStore } from '../../src/catalog/index.ts'
import { openIndex } from '../../src/db/index.ts'
import { openRepository } from '../../src/git/index.ts'
import { timed } from './measure.ts'

// A process that indexes one repository once, into a new file, and tells its parent how long that took.
const [gitDir, index] = process.argv.slice(2) as [string, string]
const log = createLog('error')
const repository = await openRepository(gitDir, '')
const database = await openIndex(index, log)
const catalog = createCatalog({
  repository,
  store: createCatalogStore(database),
  server: { timezone: 'UTC' },
  bus: createBus((error) => log.error(error)),
  log,
  synced: () => Promise.resolve(),
})
const ms = await timed(() => catalog.rebuild())
process.send!({ ms, scripts: await catalog.count() })
repository.close()
database.close()
process.disconnect()
