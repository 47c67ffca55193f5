import { assertCan } from '../access/index.ts'
import { AppError, notFound, type Actor, type Clock } from '../base/index.ts'
import { isJsonObject, LONGEST_JSON } from './answer.ts'
import type { ScriptSource } from './source.ts'
import type { RunStore, ScriptData } from './store.ts'

export type ScriptDataVerbs = ReturnType<typeof createScriptData>

/** The verbs over what a script keeps from run to run. */
export function createScriptData({
  store,
  source,
  clock,
}: {
  store: RunStore
  source: ScriptSource
  clock: Clock
}) {
  async function assertThere(slug: string): Promise<void> {
    if (!(await source.findScript(slug))) throw notFound(`script ${slug}`)
  }

  return {
    /** The data as JSON text with its version; version 0 where nothing was kept yet. */
    async get(actor: Actor, slug: string): Promise<ScriptData> {
      assertCan(actor, 'data.read', slug)
      await assertThere(slug)
      return store.data(slug)
    },

    /** Replaces the data if it is at this version still, else conflict; without a version whatever it is. */
    async put(actor: Actor, slug: string, json: string, version?: number): Promise<ScriptData> {
      assertCan(actor, 'data.write', slug)
      await assertThere(slug)
      if (Buffer.byteLength(json) > LONGEST_JSON)
        throw new AppError('too_large', `data takes more than ${LONGEST_JSON} bytes (1 MiB)`)
      if (!isJsonObject(json)) throw new AppError('invalid', 'data must be a JSON object')
      // Between JSON's tokens only; the harness is asked in one line.
      const line = json.replace(/[\r\n]+/g, ' ')
      if (version === undefined) await store.dataWrite(slug, line, clock.now())
      else if (!(await store.replaceData(slug, version, line, clock.now())))
        throw new AppError('conflict', `the data of ${slug} is no longer at version ${version}`)
      return store.data(slug)
    },
  }
}
