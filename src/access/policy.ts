import { AppError, notFound, ROLES, type Actor, type Role } from '../base/index.ts'

/**
 * How a key that is limited to scripts stands to an action. `script`: only with a slug of its own. `list`: also without
 * a slug, and then the verb shows only what `maySee` lets through. `server`: never, it reaches beyond scripts.
 */
type Scope = 'script' | 'list' | 'server'

type Rule = {
  /** The least role. */
  role: Role
  scope: Scope
  /** The least role of a key limited to scripts, where it is higher. */
  limitedRole?: Role
}

const rules = {
  'script.read': { role: 'viewer', scope: 'list' },
  'script.edit': { role: 'editor', scope: 'script' },
  'script.pause': { role: 'editor', scope: 'script' },
  'script.hold': { role: 'runner', scope: 'script' },
  'run.read': { role: 'viewer', scope: 'list' },
  'run.enqueue': { role: 'runner', scope: 'script' },
  'run.enqueue-other-commit': { role: 'editor', scope: 'script' },
  'run.cancel': { role: 'runner', scope: 'script' },
  'run.rerun': { role: 'runner', scope: 'script' },
  'log.read': { role: 'viewer', scope: 'list' },
  'tick.read': { role: 'viewer', scope: 'list' },
  'data.read': { role: 'viewer', scope: 'script' },
  'data.write': { role: 'editor', scope: 'script' },
  'environment.read': { role: 'viewer', scope: 'server' },
  'environment.resolve': { role: 'editor', scope: 'script' },
  // A clone holds every script, so a limited key gets one only where it needs it: to push. What a push touches is
  // then asked of `mayTouch`.
  'repository.read': { role: 'viewer', scope: 'list', limitedRole: 'editor' },
  'repository.push': { role: 'editor', scope: 'list' },
  'status.read': { role: 'viewer', scope: 'list' },
  'user.read': { role: 'viewer', scope: 'server' },
  'user.manage': { role: 'admin', scope: 'server' },
  'session.manage-own': { role: 'viewer', scope: 'server' },
  'session.manage-others': { role: 'admin', scope: 'server' },
  // A limited key may make no keys: a new one could be unlimited.
  'key.manage-own': { role: 'viewer', scope: 'server' },
  'key.manage-others': { role: 'admin', scope: 'server' },
  'secret.read': { role: 'viewer', scope: 'server' },
  'secret.write': { role: 'admin', scope: 'server' },
  'settings.read': { role: 'viewer', scope: 'server' },
  'settings.write': { role: 'admin', scope: 'server' },
  'audit.read': { role: 'viewer', scope: 'server' },
  reindex: { role: 'admin', scope: 'server' },
} as const satisfies Record<string, Rule>

/** What an actor may be asked about. */
export type Action = keyof typeof rules

export const ACTIONS = Object.keys(rules) as Action[]

/** Whether the actor may do this, to the script where one is named. Pure; what has no rule is not allowed. */
export function can(actor: Actor, action: Action, slug?: string): boolean {
  return refusalOf(actor, action, slug) === undefined
}

/** Returns if the actor may; else throws `forbidden`, naming the role needed, or `not_found` for a script out of sight. */
export function assertCan(actor: Actor, action: Action, slug?: string): void {
  const refusal = refusalOf(actor, action, slug)
  if (refusal) throw refusal
}

/** Whether the actor may know of the script: all but keys that are limited to others. */
export function maySee(actor: Actor, slug: string): boolean {
  return actor.scripts === undefined || actor.scripts.includes(slug)
}

/** Whether the actor may change all of these scripts; `everything` stands for `lib/`, `sxs.yaml` and files of no script. */
export function mayTouch(actor: Actor, slugs: readonly string[] | 'everything'): boolean {
  if (!can(actor, 'repository.push')) return false
  if (slugs === 'everything') return actor.scripts === undefined
  return slugs.every((slug) => maySee(actor, slug))
}

/** Whether the first role may all that the second may. */
export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/** The one of the two that may less. */
export function lesserRole(a: Role, b: Role): Role {
  return atLeast(a, b) ? b : a
}

function refusalOf(actor: Actor, action: Action, slug: string | undefined): AppError | undefined {
  // Out of sight comes first: a refusal for want of a role would say that the script exists.
  if (slug !== undefined && !maySee(actor, slug)) return notFound(`script ${slug}`)
  const rule: Rule | undefined = Object.hasOwn(rules, action) ? rules[action] : undefined
  if (!rule) return new AppError('forbidden', `${action} is not allowed to anybody`)
  const limited = actor.scripts !== undefined
  if (limited && (rule.scope === 'server' || (rule.scope === 'script' && slug === undefined)))
    return new AppError('forbidden', `a key limited to scripts may not do this (${action})`)
  const needed = limited ? (rule.limitedRole ?? rule.role) : rule.role
  if (atLeast(actor.role, needed)) return undefined
  const who = actor.kind === 'key' ? `this key of ${actor.name}` : actor.name
  return new AppError('forbidden', `this needs the role ${needed}; ${who} has ${actor.role} (${action})`, {
    details: { action, role: needed },
  })
}
