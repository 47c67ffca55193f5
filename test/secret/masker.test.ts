import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMasking, MASK, type Masking } from '../../src/secret/masker.ts'

const secret = fc.oneof(
  fc.string({ minLength: 6, maxLength: 40 }),
  fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' }),
  // Few signs, so that beginnings repeat and secrets overlap.
  fc.string({ minLength: 6, maxLength: 20, unit: fc.constantFrom('a', 'b', '/', '"') }),
)
const good = secret.filter((text) => text.trim().length >= 6 && !/\p{Surrogate}/u.test(text))

const ENCODINGS: ((text: string, before: number) => string)[] = [
  (text) => text,
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(text).replace(/%20/g, '+'),
  (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
]

function masked(masking: Masking, bytes: Buffer, cuts: number[]): string {
  const stream = masking.stream()
  const shown: Buffer[] = []
  let at = 0
  for (const cut of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    shown.push(stream.take(bytes.subarray(at, cut)))
    at = cut
  }
  return Buffer.concat([...shown, stream.end()]).toString()
}

const cutting = fc.array(fc.nat(500), { maxLength: 30 })

test('no secret is left, whatever its form and however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(good, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.string({ maxLength: 12 }), fc.nat(), fc.nat()), { maxLength: 8 }),
      cutting,
      (secrets, parts, cuts) => {
        const written = parts.map(([text, which, how]) => {
          const form = ENCODINGS[how % ENCODINGS.length]!(secrets[which % secrets.length]!, 0)
          return { text: `${text}\n${form}`, form }
        })
        const shown = masked(
          createMasking(secrets),
          Buffer.from(written.map(({ text }) => text).join('\n')),
          cuts,
        )
        for (const { form } of written) expect(shown).not.toContain(form)
        for (const text of secrets) expect(shown).not.toContain(text)
      },
    ),
    { numRuns: 300 },
  )
})

test('base64 is masked wherever the secret stands among other bytes', () => {
  fc.assert(
    fc.property(
      good,
      fc.uint8Array({ maxLength: 8 }),
      fc.uint8Array({ maxLength: 8 }),
      cutting,
      (text, before, after, cuts) => {
        const coded = Buffer.concat([before, Buffer.from(text), after]).toString('base64')
        const shown = masked(createMasking([text]), Buffer.from(coded), cuts)
        expect(shown).toContain(MASK)
        // At most a sign and the four bits of another are left at each end.
        expect(shown.replaceAll(MASK, '').length).toBeLessThanOrEqual(
          coded.length - Math.floor((Buffer.byteLength(text) * 8) / 6) + 2,
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('the cuts change nothing', () => {
  fc.assert(
    fc.property(
      fc.array(good, { minLength: 1, maxLength: 3 }),
      fc.array(fc.oneof(fc.constantFrom('a', 'b', '/', 'ab', 'aab', '"'), fc.nat(3)), { maxLength: 60 }),
      cutting,
      (secrets, parts, cuts) => {
        const text = parts.map((part) => (typeof part === 'number' ? (secrets[part] ?? '') : part)).join('')
        const masking = createMasking(secrets)
        expect(masked(masking, Buffer.from(text), cuts)).toBe(masked(masking, Buffer.from(text), []))
      },
    ),
    { numRuns: 300 },
  )
})

test('what is no secret stays as it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), cutting, (bytes, cuts) => {
      const masking = createMasking(['correct horse', 'battery/staple'])
      const stream = masking.stream()
      const shown: Buffer[] = []
      let at = 0
      for (const cut of [...cuts, 300].sort((a, b) => a - b)) {
        shown.push(stream.take(Buffer.from(bytes.subarray(at, cut))))
        at = Math.max(at, cut)
      }
      expect(Buffer.concat([...shown, stream.end()])).toEqual(Buffer.from(bytes))
    }),
  )
})

test('only what may be the beginning of a secret waits', () => {
  const stream = createMasking(['hunter2-long']).stream()
  expect(stream.take(Buffer.from('hello ')).toString()).toBe('hello ')
  expect(stream.take(Buffer.from('hunt')).toString()).toBe('')
  expect(stream.take(Buffer.from('ing\nhunter2-lon')).toString()).toBe('hunting\n')
  expect(stream.take(Buffer.from('g!\n')).toString()).toBe('***!\n')
  expect(stream.take(Buffer.from('hunter2')).toString()).toBe('')
  expect(stream.end().toString()).toBe('hunter2')
})

test('secrets that touch or overlap are masked to their ends', () => {
  const masking = createMasking(['abcdef', 'defghi'])
  expect(masking.text('xabcdefghiy abcdefabcdef')).toBe('x***y ******')
})

test('lines of wrapped base64 are masked', () => {
  const key = 'k'.repeat(50) + 'v'.repeat(50)
  const wrapped = Buffer.from(key).toString('base64').replace(/.{76}/g, '$&\n')
  expect(createMasking([key]).text(`a\n${wrapped}\nb`)).toBe('a\n***\nb')
})

test('a masked JSON text is JSON, and long integers keep their digits', () => {
  const masking = createMasking(['12345678', 'say "hi"', '{"a":1,"b":2}'])
  expect(masking.json('{"n":12345678,"m":90071992547409931,"t":"he said \\"hi\\", say \\"hi\\"!"}')).toBe(
    '{"n":"***","m":90071992547409931,"t":"he said \\"hi\\", ***!"}',
  )
  expect(masking.json('{"a":1,"b":2}')).toBe('"***"')
  fc.assert(
    fc.property(good, fc.jsonValue(), (text, value) => {
      const shown = createMasking([text]).json(JSON.stringify([value, text, { [text]: text }]))
      expect(() => JSON.parse(shown) as unknown).not.toThrow()
      expect(shown).not.toContain(text)
    }),
  )
})
