import { assertCan, type Audit } from '../access/index.ts'
import { AppError, notFound, type Actor, type Clock } from '../base/index.ts'
import { assertGivable, isJsonObject } from './answer.ts'
import type { ScriptSource } from './source.ts'
import type { RunStore, ScriptData } from './store.ts'
import type { Turns } from './turns.ts'

export type ScriptDataDeps = {
  store: RunStore
  source: ScriptSource
  turns: Turns
  clock: Clock
  /** Adds to the audit what was done. */
  audit: Audit['append']
}

/** The verbs over what a script keeps from run to run. It is JSON text throughout: parsing would cut long integers. */
export function createScriptData({ store, source, turns, clock, audit }: ScriptDataDeps) {
  async function assertThere(slug: string): Promise<void> {
    if (!(await source.findScript(slug))) throw notFound(`script ${slug}`)
  }

  /**
   * What a run leaves replaces the data, so nobody else may write while one is under way, nor one begin meanwhile. The
   * turn is held for no longer than the database takes, in which no timer fires: no tick is skipped for it.
   */
  async function inTurn(slug: string, write: () => Promise<void>): Promise<void> {
    const turn = turns.take(slug)
    try {
      // Under `overlap: allow` runs take no turn.
      if (!turn || (await store.isRunning(slug)))
        throw new AppError(
          'conflict',
          `a run of ${slug} is under way and will replace its data; wait for its end, or cancel it`,
        )
      await write()
    } finally {
      turn?.release()
    }
  }

  return {
    /** The data as JSON text with its version; version 0 where nothing was kept yet. */
    async data(actor: Actor, slug: string): Promise<ScriptData> {
      assertCan(actor, 'data.read', slug)
      await assertThere(slug)
      return store.data(slug)
    },

    /**
     * Replaces the data by a JSON object, given as text. Errors: conflict where it is no longer at version `ifVersion`, or
     * a run is under way; too_large over 1 MiB; invalid where no Python could read it.
     */
    async setData(
      actor: Actor,
      slug: string,
      json: string,
      { ifVersion }: { ifVersion?: number } = {},
    ): Promise<ScriptData> {
      assertCan(actor, 'data.write', slug)
      await assertThere(slug)
      assertGivable('data', json)
      if (!isJsonObject(json)) throw new AppError('invalid', 'data must be a JSON object')
      // Between JSON's tokens only; the harness is asked in one line.
      const line = json.replace(/[\r\n]+/g, ' ')
      await inTurn(slug, async () => {
        const before = (await store.data(slug)).version
        const isStill = await store.replaceData(slug, ifVersion ?? before, line, clock.now())
        if (!isStill)
          throw new AppError(
            'conflict',
            `the data of ${slug} is at version ${before}, not ${ifVersion}; read it again and decide anew`,
            { details: { version: before } },
          )
      })
      const now = await store.data(slug)
      await audit({
        ...{ actor, action: 'data.write', target: slug },
        ...{ before: `version ${now.version - 1}`, after: `version ${now.version}` },
      })
      return now
    },
  }
}
