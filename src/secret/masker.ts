import { formsOf } from './forms.ts'

export const MASK = '***'

/** Takes the bytes of one stream, in any parts, and gives them without secrets. */
export type StreamMask = {
  /** What can be shown by now; the rest may be the beginning of a secret. */
  take(bytes: Buffer): Buffer
  /** What was held back, once nothing follows. */
  end(): Buffer
}

/** Puts `***` in the place of secrets, in every form of them. */
export type Masking = {
  /** A mask for one stream of bytes. */
  stream(): StreamMask
  text(text: string): string
  /** The same of a JSON text, which stays JSON. */
  json(text: string): string
}

type Form = { bytes: Buffer; fail: Int32Array }
type Span = { start: number; end: number }

/** A mask for these values; none of them may be empty. Pure. */
export function createMasking(values: Iterable<string>): Masking {
  const forms = distinct([...values].flatMap(formsOf)).map((bytes) => ({ bytes, fail: failuresOf(bytes) }))
  const stream = () => createStream(forms)
  const text = (given: string): string => {
    const bytes = Buffer.from(given)
    if (!forms.some((form) => bytes.includes(form.bytes))) return given
    const mask = stream()
    return Buffer.concat([mask.take(bytes), mask.end()]).toString()
  }
  return { stream, text, json: (given) => maskJson(given, text) }
}

function distinct(forms: Buffer[]): Buffer[] {
  return [...new Map(forms.map((form) => [form.toString('latin1'), form])).values()]
}

function createStream(forms: Form[]): StreamMask {
  // All bytes from which on a secret may begin that is not whole yet; the first `told` of them are masked and shown.
  let held: Buffer = Buffer.alloc(0)
  let told = 0
  const settle = (bytes: Buffer, limit: number): Buffer => {
    const shown: Buffer[] = []
    let at = told
    for (const { start, end } of spansOf(bytes, forms)) {
      if (start >= at) {
        // What begins in the part that is held is found again with what follows it.
        if (start >= limit) break
        shown.push(bytes.subarray(at, start), Buffer.from(MASK))
      }
      at = Math.max(at, end)
    }
    if (at < limit) shown.push(bytes.subarray(at, limit))
    held = Buffer.from(bytes.subarray(limit))
    told = Math.max(0, at - limit)
    return Buffer.concat(shown)
  }
  return {
    take(bytes) {
      const all = held.length > 0 ? Buffer.concat([held, bytes]) : bytes
      return settle(all, all.length - longestBeginning(all, forms))
    },
    end: () => settle(held, held.length),
  }
}

/** Where forms stand in the bytes, in order; those that overlap are one. */
function spansOf(bytes: Buffer, forms: Form[]): Span[] {
  const found: Span[] = []
  for (const { bytes: form } of forms)
    for (let at = bytes.indexOf(form); at !== -1; at = bytes.indexOf(form, at + 1))
      found.push({ start: at, end: at + form.length })
  const spans: Span[] = []
  for (const span of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = spans.at(-1)
    if (last && span.start < last.end) last.end = Math.max(last.end, span.end)
    else spans.push(span)
  }
  return spans
}

/** How many bytes at the end are the beginning of a form, and not all of it. */
function longestBeginning(bytes: Buffer, forms: Form[]): number {
  let longest = 0
  for (const { bytes: form, fail } of forms) {
    let matched = 0
    for (let at = Math.max(0, bytes.length - form.length + 1); at < bytes.length; at += 1) {
      while (matched > 0 && bytes[at] !== form[matched]) matched = fail[matched - 1]!
      if (bytes[at] === form[matched]) matched += 1
    }
    longest = Math.max(longest, matched)
  }
  return longest
}

/** For each beginning of the form, how long the longest other beginning is that it ends with (Knuth, Morris and Pratt). */
function failuresOf(form: Buffer): Int32Array {
  const fail = new Int32Array(form.length)
  for (let at = 1, matched = 0; at < form.length; at += 1) {
    while (matched > 0 && form[at] !== form[matched]) matched = fail[matched - 1]!
    if (form[at] === form[matched]) matched += 1
    fail[at] = matched
  }
  return fail
}

// A string, or what stands between the signs of JSON: a number or a word.
const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s,:[\]{}"]+/g

/** Masks each string and number by itself; where a secret is more than one of them, nothing of the text is left. */
function maskJson(given: string, mask: (text: string) => string): string {
  const masked = given.replace(TOKEN, (token) => {
    if (!token.startsWith('"')) return mask(token) === token ? token : `"${MASK}"`
    const text = JSON.parse(token) as string
    const shown = mask(text)
    // The token too: a secret may be written in JSON's way, and then be a string again.
    return shown === text ? mask(token) : JSON.stringify(shown)
  })
  return mask(masked) === masked && isJson(masked) ? masked : `"${MASK}"`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
