export const ROLES = ['viewer', 'runner', 'editor', 'admin'] as const
/** Ordered: each may all that the one before may. */
export type Role = (typeof ROLES)[number]

/** Who does this now. */
export type Actor = {
  kind: 'user' | 'key' | 'system'
  /** The user's id; for a key its user's; 0 for the system. */
  userId: number
  /** The user's name, which also names the author of commits. */
  name: string
  role: Role
  /** The only scripts that the key may touch, by slug; absent: all. */
  scripts?: string[]
  /** Of a key or a session, so that it can be told apart in the audit. */
  keyId?: number
  sessionId?: string
}

export const systemActor: Actor = { kind: 'system', userId: 0, name: 'system', role: 'admin' }
