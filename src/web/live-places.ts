import { AppError, type Actor } from '../base/index.ts'

/** How many may follow at once: all together, and each user with all their pages, keys and programs. */
export type LiveLimits = { viewers: number; viewersPerUser: number }

/**
 * Counts who follows, so that what they may leave unread stays bounded. `take` gives the way to leave; it throws
 * rate_limited, in words short enough for a WebSocket's close frame (RFC 6455: 123 bytes), where there is no place.
 */
export function createPlaces({ viewers, viewersPerUser }: LiveLimits) {
  const byUser = new Map<number, number>()
  let all = 0
  return {
    take({ userId: user }: Actor): () => void {
      const own = byUser.get(user) ?? 0
      if (own >= viewersPerUser)
        throw tooMany(
          `no more than ${viewersPerUser} of your pages and programs may follow at once; close some`,
        )
      if (all >= viewers)
        throw tooMany(`no more than ${viewers} pages and programs may follow at once; try again later`)
      byUser.set(user, own + 1)
      all += 1
      return () => {
        all -= 1
        const left = byUser.get(user)! - 1
        if (left === 0) byUser.delete(user)
        else byUser.set(user, left)
      }
    },
  }
}

const tooMany = (words: string) => new AppError('rate_limited', words)
