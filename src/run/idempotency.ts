import { hash } from 'node:crypto'
import { AppError, type Actor } from '../base/index.ts'

/** An idempotency key as it is kept: whose it is and for which script, then what was asked for with it. */
export type OnceKey = { key: string; asked: string }

const LONGEST_KEY = 200

/** The key of an actor for a script; `asked` is everything that makes a request another one. Errors: invalid. */
export function onceKeyOf(actor: Actor, slug: string, given: string, asked: unknown[]): OnceKey {
  if (given === '' || given.length > LONGEST_KEY || /\p{Cc}/u.test(given))
    throw new AppError('invalid', `an idempotency key has 1 to ${LONGEST_KEY} characters`)
  const text = JSON.stringify(asked.map((part) => part ?? null))
  return { key: `${actor.kind}:${actor.userId}:${slug}:${given}`, asked: hash('sha256', text).slice(0, 16) }
}

/** Both in one text. No key holds a line end, so that all with one key lie between it and `endOfKey`. */
export const keptKey = ({ key, asked }: OnceKey): string => `${key}\n${asked}`
export const endOfKey = ({ key }: OnceKey): string => `${key}\v`

/** Throws conflict where the run was asked for with something else. */
export function assertSameAsked(kept: string | null, once: OnceKey, id: number): void {
  // An earlier version kept the key alone.
  if (kept === once.key || kept === keptKey(once)) return
  throw new AppError(
    'conflict',
    `this idempotency key asked for run ${id} with another body; take a new key for another run`,
    { details: { runId: id } },
  )
}
