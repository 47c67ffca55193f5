import { expect, test } from 'vitest'
import { createPasswords, assertPassword } from '../../src/access/passwords.ts'
import { PASSWORD } from './open.ts'

test('a hash is argon2id of 19 MiB, two passes and one lane, and salted', async () => {
  const passwords = createPasswords()
  const [one, two] = await Promise.all([passwords.hash(PASSWORD, 'ann'), passwords.hash(PASSWORD, 'ann')])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(two)
  expect(await passwords.verify(one, PASSWORD)).toBe(true)
  expect(await passwords.verify(one, `${PASSWORD} `)).toBe(false)
  expect(await passwords.verify(undefined, PASSWORD)).toBe(false)
})

test.each([
  ['seven c', 'a password has 8 to 200 characters'],
  ['x'.repeat(201), 'a password has 8 to 200 characters'],
  ['x'.repeat(1e7), 'a password has 8 to 200 characters'],
  ['password123', 'this password is among the first that anybody would try; choose another'],
  ['PassWord123', 'this password is among the first that anybody would try; choose another'],
  ['ababababababab', 'this password is among the first that anybody would try; choose another'],
  ['Bartholomew', 'this password is among the first that anybody would try; choose another'],
])('the password %.20s is refused', (password, message) => {
  expect(() => assertPassword(password, 'bartholomew')).toThrow(
    expect.objectContaining({ code: 'invalid', message }),
  )
})

test.each(['tenletters', 'x y '.repeat(50), '\u{1f40e}\u{1f50b}\u{1f4ce}'.repeat(4), 'äöüäöüäöüä'])(
  'the password %.20s is taken',
  (password) => {
    expect(() => assertPassword(password, 'ann')).not.toThrow()
  },
)

test('two hash at once, 32 wait, and more are refused', async () => {
  const passwords = createPasswords()
  const all = await Promise.allSettled(
    Array.from({ length: 40 }, () => passwords.verify(undefined, PASSWORD)),
  )
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(34)
  expect(all.find((one) => one.status === 'rejected')).toMatchObject({
    reason: { code: 'rate_limited', details: { retryAfterSeconds: 2 } },
  })
  expect(await passwords.verify(undefined, PASSWORD)).toBe(false)
})
