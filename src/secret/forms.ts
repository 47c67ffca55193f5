const WRAPS = [76, 64]

/**
 * Every form in which a value may turn up in what a program writes: as it is, in URLs, in JSON and in Python's own
 * quotes, and in base64 at each of the three places that it can have among other bytes. Longer than one byte each.
 */
export function formsOf(value: string): Buffer[] {
  const forms = new Set<string>()
  // Programs read a line or a file and strip it; what is left is as secret.
  for (const text of new Set([value, value.trim(), value.replace(/\r\n?/g, '\n')])) {
    const bytes = Buffer.from(text)
    for (const form of [...urlForms(bytes), ...quotedForms(text), ...base64Forms(bytes)]) forms.add(form)
    forms.add(bytes.toString('latin1'))
  }
  return [...forms].map((form) => Buffer.from(form, 'latin1'))
}

// What is left as it is differs: the first is JavaScript's, then Python's quote, quote_plus and what RFC 3986 says.
const UNTOUCHED = [/[\w.~!'()*-]/, /[\w.~/-]/, /[\w.~-]/]

function urlForms(bytes: Buffer): string[] {
  return UNTOUCHED.flatMap((untouched) =>
    [...'Xx'].flatMap((letter) => {
      const form = [...bytes].map((byte) => {
        const sign = String.fromCharCode(byte)
        if (byte < 0x80 && untouched.test(sign)) return sign
        const hex = byte.toString(16).padStart(2, '0')
        return `%${letter === 'X' ? hex.toUpperCase() : hex}`
      })
      return [form.join(''), form.map((sign) => (sign === '%20' ? '+' : sign)).join('')]
    }),
  )
}

/** As JSON, with and without signs beyond ASCII; and as Python's repr, which quotes otherwise. */
function quotedForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replace(/[\x7f-\uffff]/g, (sign) => `\\u${hexOf(sign, 4)}`)
  const repr = text
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/\p{Cc}/gu, (sign) => `\\x${hexOf(sign, 2)}`)
  const all = [json, json.replace(/\//g, '\\/'), ascii, ascii.replace(/\//g, '\\/'), repr]
  return [...all, repr.replace(/'/g, "\\'")].map((form) => Buffer.from(form).toString('latin1'))
}

const hexOf = (sign: string, width: number) => sign.charCodeAt(0).toString(16).padStart(width, '0')

/**
 * Whole, padded or not, also in lines; and without the signs at its ends that depend on what stands beside it. What an
 * end left out tells is at most four bits.
 */
function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64')
  const inside = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  )
  const plain = [whole, whole.replace(/=+$/, ''), ...inside]
  const wrapped = WRAPS.filter((width) => whole.length > width).map((width) =>
    whole.replace(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\n'),
  )
  return [...plain, ...plain.map((form) => form.replace(/\+/g, '-').replace(/\//g, '_')), ...wrapped]
}
