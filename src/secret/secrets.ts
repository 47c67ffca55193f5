import { assertCan, type AuditInput } from '../access/index.ts'
import { AppError, bearsOnStart, notFound, type Actor, type Clock, type Service } from '../base/index.ts'
import { seal, unseal } from './cipher.ts'
import { openKeyRing } from './key-ring.ts'
import { createMasking, type Masking } from './masker.ts'
import type { SecretRow, SecretStore } from './store.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/
// A slug as CONTRACT has it; the script need not exist yet.
const SLUG = /^[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9][a-z0-9_-]{0,62})*$/
const MOST_SCRIPTS = 200
export const SHORTEST_VALUE = 6
const LONGEST_BYTES = 64 * 1024

/** What is told of a secret: all but its value. Times are Unix milliseconds. */
export type Secret = { name: string; scripts: string[]; changedAt: number; changedBy: string }

/** Values for one run, and what masks them; or why there are none. */
export type GivenSecrets = { values: Map<string, string>; masking: Masking } | { refusal: string }

/** The verbs over secrets; its start ends a rotation of the key that a crash cut short. */
export type Secrets = Service & {
  /** By name, without values. */
  list(actor: Actor): Promise<Secret[]>
  /** Sets value and grants, in place of those before. Errors: invalid. */
  set(actor: Actor, name: string, value: string, scripts: string[]): Promise<Secret>
  /** Errors: not_found. */
  remove(actor: Actor, name: string): Promise<void>
  /** Seals all values with a new key and forgets the old one; gives how many. */
  rotateKey(actor: Actor): Promise<number>
  /** What a script is given for a run: each must be there and granted. */
  give(slug: string, names: string[]): Promise<GivenSecrets>
  /** Which of these are not there, or not granted to the script under any of its slugs. */
  lacking(): Promise<(names: string[], ...slugs: string[]) => string[]>
  /** Carries grants over to a script's new slug. */
  rename(from: string, to: string): Promise<void>
}

type Parts = {
  store: SecretStore
  keysFolder: string
  clock: Clock
  audit: (event: AuditInput) => Promise<void>
}

/** Opens the secrets; their key is a file in `keysFolder`, made at first need, and never in the database. */
export function openSecrets({ store, keysFolder, clock, audit }: Parts): Secrets {
  const ring = openKeyRing(keysFolder)

  /** Seals what an older key sealed, in one transaction, and only then lets go of that key. */
  async function settle(): Promise<number> {
    const key = ring.current()
    const rows = await store.notSealedBy(key.id)
    await store.reseal(
      rows.map((row) => ({ ...row, keyId: key.id, sealed: seal(key.bytes, row.name, open(row)) })),
    )
    ring.dropOld()
    return rows.length
  }

  function open({ name, keyId, sealed }: SecretRow): string {
    const key = ring.find(keyId)
    const remedy = 'put back the keys/secrets.key that belongs to this record.db, or set the secret anew'
    if (!key) throw new AppError('unavailable', `the key of the secret ${name} is not there; ${remedy}`)
    try {
      return unseal(key.bytes, name, sealed)
    } catch {
      throw new AppError('unavailable', `the value of the secret ${name} is damaged; ${remedy}`)
    }
  }

  return {
    name: 'secrets',
    async list(actor) {
      assertCan(actor, 'secret.read')
      const [rows, grants] = await Promise.all([store.list(), store.grants()])
      const scriptsOf = (name: string) =>
        grants.filter((grant) => grant.name === name).map(({ slug }) => slug)
      return rows.map((row) => ({ ...row, scripts: scriptsOf(row.name) }))
    },
    async set(actor, name, value, scripts) {
      assertCan(actor, 'secret.write')
      assertName(name)
      assertValue(value)
      assertScripts(scripts)
      const slugs = [...new Set(scripts)].sort()
      return store.write(async () => {
        const key = ring.current()
        const sealed = seal(key.bytes, name, value)
        const row = { name, keyId: key.id, sealed, changedAt: clock.now(), changedBy: actor.name }
        await store.put(row, slugs)
        await audit({ actor, action: 'secret.set', target: name, after: slugs.join(', ') || 'no script' })
        return { name, scripts: slugs, changedAt: row.changedAt, changedBy: row.changedBy }
      })
    },
    async remove(actor, name) {
      assertCan(actor, 'secret.write')
      if (!(await store.remove(name))) throw notFound(`secret ${name}`)
      await audit({ actor, action: 'secret.delete', target: name })
    },
    async rotateKey(actor) {
      assertCan(actor, 'secret.write')
      return store.write(async () => {
        // What cannot be opened now could never be again.
        for (const row of await store.notSealedBy('')) open(row)
        ring.current()
        ring.add()
        const count = await settle()
        await audit({ actor, action: 'secret.rotate-key', target: 'secrets.key', after: ring.current().id })
        return count
      })
    },
    async give(slug, names) {
      const [rows, granted] = await Promise.all([store.some(names), store.grantedTo(slug)])
      const refusal = refusalOf(slug, names, new Set(rows.map(({ name }) => name)), new Set(granted))
      if (refusal !== undefined) return { refusal }
      try {
        const values = new Map(rows.map((row) => [row.name, open(row)]))
        return { values, masking: createMasking(values.values()) }
      } catch (error) {
        if (error instanceof AppError) return { refusal: error.message }
        throw error
      }
    },
    async lacking() {
      const [rows, grants] = await Promise.all([store.list(), store.grants()])
      const there = new Set(rows.map(({ name }) => name))
      const granted = new Set(grants.map(({ name, slug }) => `${name} ${slug}`))
      return (names, ...slugs) =>
        names.filter((name) => !there.has(name) || !slugs.some((slug) => granted.has(`${name} ${slug}`)))
    },
    rename: (from, to) => store.rename(from, to),
    async start() {
      if (ring.hasOld()) await store.write(settle)
    },
    stop: () => Promise.resolve(),
  }
}

/** Names every secret that is not to be had, and what to do. */
function refusalOf(slug: string, names: string[], there: Set<string>, granted: Set<string>) {
  const unknown = names.filter((name) => !there.has(name))
  const ungranted = names.filter((name) => there.has(name) && !granted.has(name))
  const words = [
    ...(unknown.length > 0
      ? [
          `${secretWords(unknown)} not there; an admin sets ${unknown.length === 1 ? 'it' : 'them'} at /secrets`,
        ]
      : []),
    ...(ungranted.length > 0
      ? [
          `${secretWords(ungranted)} not granted to ${slug}; an admin grants ${ungranted.length === 1 ? 'it' : 'them'} at /secrets`,
        ]
      : []),
  ]
  return words.length > 0 ? words.join('; ') : undefined
}

const secretWords = (names: string[]) =>
  names.length === 1 ? `the secret ${names[0]} is` : `the secrets ${names.join(', ')} are`

function assertName(name: string): void {
  if (!NAME.test(name))
    throw invalid(
      'name',
      `'${name}' is not the name of a variable`,
      'write letters, digits and _, such as SMTP_PASSWORD',
    )
  if (/^SXS_/i.test(name))
    throw invalid('name', `${name} begins with SXS_, as only the server's own may`, 'choose another name')
  if (bearsOnStart(name) || name === 'PATH' || name === 'VIRTUAL_ENV')
    throw invalid('name', `${name} acts on what starts the script`, 'choose another name')
}

function assertValue(value: string): void {
  if ([...value.trim()].length < SHORTEST_VALUE)
    throw invalid(
      'value',
      `it has less than ${SHORTEST_VALUE} characters`,
      'choose a longer one: what is so short stands in any text, and cannot be masked',
    )
  if (Buffer.byteLength(value) > LONGEST_BYTES)
    throw invalid(
      'value',
      `it is longer than ${LONGEST_BYTES / 1024} KiB`,
      'keep large files elsewhere, and their key here',
    )
  if (/[\0\p{Surrogate}]/u.test(value))
    throw invalid('value', 'it is no text', 'encode it, for example as base64')
}

function assertScripts(scripts: string[]): void {
  if (scripts.length > MOST_SCRIPTS)
    throw invalid('scripts', `there are more than ${MOST_SCRIPTS}`, 'split the secret in two')
  const wrong = scripts.find((slug) => slug.length > 500 || !SLUG.test(slug))
  if (wrong !== undefined)
    throw invalid(
      'scripts',
      `'${wrong}' is no slug`,
      'write the path below scripts/ with dots, such as finance.report',
    )
}

function invalid(path: string, message: string, remedy: string): AppError {
  return new AppError('invalid', `${path}: ${message}; ${remedy}`, { problems: [{ path, message, remedy }] })
}
