import { AppError, LONGEST_PAGE, pageOf, type Actor, type Clock } from '../base/index.ts'
import type { Page, PageRequest } from '../base/index.ts'
import { assertCan } from './policy.ts'
import type { AccessStore, AuditRow, NewAudit } from './store.ts'

/** `refused`: somebody asked who might not; `failed`: it was allowed and did not come about. */
export type AuditOutcome = 'done' | 'refused' | 'failed'

/** A recorded fact, as other stations give it: who did what, to what, on which commit. */
export type AuditInput = {
  actor: Located
  /** An action of the policy, or a more exact word of its kind: `user.create`. */
  action: string
  /** A slug, a user's name, `run:12`, a ref. */
  target?: string
  /** From where; absent: from where the actor was authenticated. */
  address?: string
  /** Commit or value before and after. */
  before?: string
  after?: string
  /** Absent: `done`. */
  outcome?: AuditOutcome
}

/** An actor with the address that it came from, as `authenticate` gives it. */
export type Located = Actor & { address?: string }

export type AuditEvent = {
  id: number
  at: number
  actor: string
  action: string
  target?: string
  address?: string
  keyId?: number
  before?: string
  after?: string
  outcome: string
}

export type Audit = {
  /** Adds one event; there is no way to change or remove one. */
  append(event: AuditInput): Promise<void>
  /** Newest first; needs `audit.read`. */
  list(actor: Actor, request: PageRequest): Promise<Page<AuditEvent>>
}

export function createAudit({ store, clock }: { store: AccessStore; clock: Clock }): Audit {
  return {
    append: (event) => store.insertAudit(auditRowOf(event, clock.now())),
    async list(actor, { limit, cursor }) {
      assertCan(actor, 'audit.read')
      if (!Number.isInteger(limit) || limit < 1 || limit > LONGEST_PAGE)
        throw new AppError('invalid', `limit must be a whole number from 1 to ${LONGEST_PAGE}`)
      if (cursor !== undefined && !/^[1-9]\d{0,14}$/.test(cursor))
        throw new AppError('invalid', 'cursor must be one that a list gave')
      const rows = await store.listAudit(limit + 1, cursor === undefined ? undefined : Number(cursor))
      return pageOf(rows.map(eventOf), limit, (event) => event.id)
    },
  }
}

// No user can have this name, so that nobody can be taken for nobody.
export const NOBODY = '-'

/** The row of an event, for the stores of access that write it beside what it tells of. */
export function auditRowOf(event: AuditInput, at: number): NewAudit {
  const { actor, action, target, before, after, outcome = 'done' } = event
  return {
    at,
    actor: actor.name,
    action,
    target: target ?? null,
    address: event.address ?? actor.address ?? null,
    keyId: actor.keyId ?? null,
    before: before ?? null,
    after: after ?? null,
    outcome,
  }
}

function eventOf(row: AuditRow): AuditEvent {
  return {
    id: row.id,
    at: row.at,
    actor: row.actor,
    action: row.action,
    ...(row.target !== null && { target: row.target }),
    ...(row.address !== null && { address: row.address }),
    ...(row.keyId !== null && { keyId: row.keyId }),
    ...(row.before !== null && { before: row.before }),
    ...(row.after !== null && { after: row.after }),
    outcome: row.outcome,
  }
}
