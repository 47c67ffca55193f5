import { join } from 'node:path'
import { z } from 'zod'
import { createBus, createLog } from '../base/index.ts'
import { createCatalog, createCatalogStore } from '../catalog/index.ts'
import type { Config } from '../config.ts'
import { openIndex } from '../db/index.ts'
import { repositoryAt } from '../git/index.ts'
import { onServerOrFiles } from './local.ts'
import type { Output } from './output.ts'

const read = z.object({ head: z.string(), scripts: z.number() })

/** `reindex`: throws the catalog away and reads it from Git again. */
export async function reindex(config: Config, output: Output): Promise<void> {
  const result = await onServerOrFiles(
    config,
    async (ask) => read.parse(await ask('POST', '/reindex')),
    () => rebuild(config),
  )
  output.data(result, () => `${result.scripts} scripts at ${result.head.slice(0, 7) || 'an empty main'}`)
}

async function rebuild({ dataDir, timezone }: Config): Promise<z.infer<typeof read>> {
  const log = createLog('silent')
  const index = await openIndex(join(dataDir, 'index.db'), log)
  const repository = repositoryAt(join(dataDir, 'scripts.git'))
  try {
    const catalog = createCatalog({
      repository,
      store: createCatalogStore(index),
      server: { timezone },
      bus: createBus(() => undefined),
      log,
      synced: () => Promise.resolve(),
    })
    const synced = await catalog.rebuild()
    return { head: synced?.head ?? '', scripts: await catalog.count() }
  } finally {
    repository.close()
    index.close()
  }
}
