import { isIPv6 } from 'node:net'
import { AppError, formatDuration, MINUTE, SECOND, type Clock } from '../base/index.ts'

// So many wrong tries are free; then each further one costs twice the wait of the one before.
const ACCOUNT = { free: 10, longestMs: 15 * MINUTE }
// Many share an address, so it is allowed more; it holds off one that tries all names in turn.
const ADDRESS = { free: 100, longestMs: MINUTE }
const FIRST_WAIT_MS = SECOND
const FORGET_AFTER_MS = 30 * MINUTE
const MOST_REMEMBERED = 10_000

export type Throttle = {
  /** Counts a try to sign in; throws `rate_limited` with `retryAfterSeconds` when there were too many. */
  enter(name: string, address: string): void
  /** The try was right: its account starts anew at this address, and it does not count for the address. */
  clear(name: string, address: string): void
}

type Tries = { count: number; lastAt: number; waitUntil: number }
type Limit = { free: number; longestMs: number }

/** Slows down who guesses passwords, in memory. A try counts when it begins, so that many at once gain nothing. */
export function createThrottle(clock: Clock): Throttle {
  const remembered = new Map<string, Tries>()
  return {
    enter(name, address) {
      const now = clock.now()
      const pairs: [string, Limit][] = [
        [addressKey(address), ADDRESS],
        [accountKey(name, address), ACCOUNT],
      ]
      const waitUntil = Math.max(...pairs.map(([key]) => find(key, now)?.waitUntil ?? 0))
      if (waitUntil > now) throw tooMany(waitUntil - now)
      for (const [key, limit] of pairs) remember(key, afterTry(find(key, now), limit, now))
    },
    clear(name, address) {
      remembered.delete(accountKey(name, address))
      const tries = remembered.get(addressKey(address))
      if (tries) remembered.set(addressKey(address), { ...tries, count: tries.count - 1, waitUntil: 0 })
    },
  }

  function find(key: string, now: number): Tries | undefined {
    const tries = remembered.get(key)
    return tries && now - tries.lastAt < FORGET_AFTER_MS ? tries : undefined
  }

  function remember(key: string, tries: Tries): void {
    // The Map keeps its order, so the first one is the one not tried for the longest time.
    remembered.delete(key)
    remembered.set(key, tries)
    if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value!)
  }
}

function afterTry(before: Tries | undefined, { free, longestMs }: Limit, now: number): Tries {
  const count = (before?.count ?? 0) + 1
  const waitMs = count < free ? 0 : Math.min(longestMs, FIRST_WAIT_MS * 2 ** Math.min(count - free, 30))
  return { count, lastAt: now, waitUntil: now + waitMs }
}

function tooMany(waitMs: number): AppError {
  const retryAfterSeconds = Math.ceil(waitMs / SECOND)
  return new AppError(
    'rate_limited',
    `too many wrong sign-ins; try again in ${formatDuration(retryAfterSeconds * SECOND)}`,
    { details: { retryAfterSeconds } },
  )
}

const addressKey = (address: string) => `address ${networkOf(address)}`
const accountKey = (name: string, address: string) => `account ${networkOf(address)} ${name.slice(0, 64)}`

/** An IPv6 user has 2^64 addresses of a network: its /64 counts as one. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    // A dotted end stands for two groups.
    const after =
      tail === '' ? [] : tail.split(':').flatMap((part) => (part.includes('.') ? [part, ''] : [part]))
    while (groups.length + after.length < 8) groups.push('0')
    groups.push(...after)
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
