import type { Admission, DueTick, Offer } from './offer.ts'
import { planMoments, type DueMoment, type DuePlan } from './due.ts'
import type { Entry } from './roster.ts'
import type { Advance, MomentEntry, TickStore, WrittenMoment } from './store.ts'

/** An admission that holds the script's turn. */
export type Holding = Extract<Admission, { drop(): void }>

/** A tick on disk whose run or gate has its turn. */
export type Started = { due: DueTick; held: Holding; tickId: number; runId: number | undefined }

export type Accounted = {
  frontiers: { entry: Entry; frontier: number }[]
  started: Started[]
  slugs: Set<string>
}

/** `upTo` with `withoutJitter`: the moment at which the entries' rules end. */
export type Until = { now: number; upSince: number; upTo?: (entry: Entry) => number }

type Offered = { due: DueTick; admission: Admission; entry: MomentEntry }
type Step = { entry: Entry; plan: DuePlan; offered: Offered[] }

/**
 * Accounts in one transaction for all that has come of these entries, and says what to start. Throws when it could not be
 * written; then nothing has changed, and turns are given back.
 */
export async function account(
  entries: Entry[],
  until: Until,
  { store, offer }: { store: TickStore; offer: Offer },
): Promise<Accounted> {
  const held: Holding[] = []
  const hold: Offer = (script) => {
    const admission = offer(script)
    if ('drop' in admission) held.push(admission)
    return admission
  }
  try {
    const steps = entries.map((entry) => stepOf(entry, until, hold))
    const moving = steps.filter(({ entry, plan }) => plan.frontier > entry.frontier)
    return accountedOf(steps, moving, await store.advance(moving.map(advanceOf)))
  } catch (error) {
    for (const admission of held) admission.drop()
    throw error
  }
}

function stepOf(entry: Entry, { now, upSince, upTo }: Until, offer: Offer): Step {
  const { script, schedule, frontier, notBefore } = entry
  const { slug, paused, catchUp } = script
  const plan = planMoments({
    ...{ slug, schedule, frontier, upSince, notBefore, paused, catchUp },
    now: upTo ? Math.min(now, upTo(entry)) : now,
    withoutJitter: upTo !== undefined,
  })
  return { entry, plan, offered: plan.due.map((moment) => offerMoment(entry, moment, offer)) }
}

function offerMoment({ script, schedule }: Entry, { at, lateMs }: DueMoment, offer: Offer): Offered {
  const { slug, commit, revision, overlap, hasGate } = script
  const due = { slug, commit, revision, scheduleId: schedule.id, scheduledAt: at }
  const admission = offer({ slug, overlap, gated: hasGate })
  return { due, admission, entry: { at, lateMs, ...entryOf(admission, due) } }
}

function entryOf(admission: Admission, due: DueTick): Pick<MomentEntry, 'outcome' | 'reason' | 'writes'> {
  switch (admission.kind) {
    case 'run':
      return { outcome: 'ran', writes: admission.writes(due) }
    case 'gate':
      return { outcome: 'pending' }
    case 'skip':
      return { outcome: 'skipped', reason: admission.reason }
    case 'refuse':
      return { outcome: 'refused', reason: admission.reason }
    default:
      throw new Error(`not an admission: ${JSON.stringify(admission satisfies never)}`)
  }
}

function advanceOf({ entry, plan, offered }: Step): Advance {
  const { script, schedule, frontier } = entry
  return {
    ...{
      slug: script.slug,
      commit: script.commit,
      scheduleId: schedule.id,
      from: frontier,
      to: plan.frontier,
    },
    spans: plan.spans,
    moments: offered.map((moment) => moment.entry),
  }
}

function accountedOf(steps: Step[], moving: Step[], written: WrittenMoment[][]): Accounted {
  const started = moving.flatMap(({ offered }, i) =>
    offered.flatMap(({ due, admission }, j): Started[] => {
      const { tickId, runId } = written[i]![j]!
      return 'drop' in admission ? [{ due, held: admission, tickId, runId }] : []
    }),
  )
  return {
    frontiers: steps.map(({ entry, plan }) => ({ entry, frontier: plan.frontier })),
    started,
    slugs: new Set(moving.map(({ entry }) => entry.script.slug)),
  }
}
