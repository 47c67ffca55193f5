import { hash, verify } from '@node-rs/argon2'
import { AppError } from '../base/index.ts'

/** Characters that a password must have. */
export const SHORTEST_PASSWORD = 8
const LONGEST = 200
const AT_ONCE = 2
const MOST_WAITING = 32

// OWASP's second choice for argon2id, which is the library's default algorithm: 19 MiB, two passes, one lane.
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }

// Of the same cost and of a password that nobody knows: an unknown user takes as long as a known one.
const DUMMY =
  '$argon2id$v=19$m=19456,t=2,p=1$QK873SapV0VGyIkmGN80Qg$RI8anYekZdpFtnuvn4y8lB1oT9XThcgB+6oPIW41AW4'

// Of the lists of leaked passwords those that are long enough to pass otherwise.
const COMMON = new Set(
  `1234567890 0123456789 0987654321 1234567891 12345678910 123456789a a123456789 1q2w3e4r5t
   1qaz2wsx3edc q1w2e3r4t5 qwertyuiop qwerty1234 qwerty12345 qwerty123456 asdfghjkl1 password12 password123
   password1234 passw0rd123 p@ssw0rd123 administrator admin12345 admin123456 letmein123 welcome123 changeme123
   iloveyou123 abcdefghij abcdefghijk abc1234567 abcd123456`.split(/\s+/),
)

export type Passwords = {
  /** The argon2id hash to keep; throws `invalid` for a password that breaks the rules, `rate_limited` when too many wait. */
  hash(password: string, userName: string): Promise<string>
  /** Whether the password is the one; without a hash it is not, after the same time. */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>
}

export function createPasswords(): Passwords {
  const inTurn = createTurns()
  return {
    async hash(password, userName) {
      assertPassword(password, userName)
      return inTurn(() => hash(password.normalize('NFKC'), COST))
    },
    async verify(passwordHash, password) {
      // Nobody has such a password; refusing it unhashed says nothing about the user.
      if (!isLengthAllowed(password, 1)) return false
      const same = await inTurn(() => verify(passwordHash ?? DUMMY, password.normalize('NFKC')))
      return same && passwordHash !== undefined
    },
  }
}

/** Throws `invalid` when the password is too short, too long, common, or the user's name. */
export function assertPassword(password: string, userName: string): void {
  const plain = password.normalize('NFKC').toLowerCase()
  if (!isLengthAllowed(password, SHORTEST_PASSWORD))
    throw new AppError('invalid', `a password has ${SHORTEST_PASSWORD} to ${LONGEST} characters`)
  if (COMMON.has(plain) || new Set(plain).size < 3 || plain === userName.toLowerCase())
    throw new AppError('invalid', 'this password is among the first that anybody would try; choose another')
}

function isLengthAllowed(password: string, shortest: number): boolean {
  // A first look at the length as it is stored keeps a huge text from being normalised.
  if (password.length > 4 * LONGEST) return false
  const length = [...password.normalize('NFKC')].length
  return length >= shortest && length <= LONGEST
}

/** Each hash takes 19 MiB and a core for some 30 ms: two at once, a short queue, and beyond it a refusal. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let atWork = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (atWork < AT_ONCE) atWork += 1
    else if (waiting.length >= MOST_WAITING)
      throw new AppError('rate_limited', 'too many sign-ins at once; try again in a few seconds', {
        details: { retryAfterSeconds: 2 },
      })
    else await new Promise<void>((go) => waiting.push(go))
    try {
      return await work()
    } finally {
      // A turn is handed on, not given back, so that nobody overtakes those who wait.
      const next = waiting.shift()
      if (next) next()
      else atWork -= 1
    }
  }
}
